"""``nrrbot demo``: a sample company, the three uses of the bot on it, and what to do next."""

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.answers.answers import Answers
from bot.clock import today_in, utc_now
from bot.config import Settings
from bot.console import out, progress, say
from bot.demo.company import DemoPlan
from bot.demo.making import DemoFiles, make_company
from bot.demo.uses import QUESTION, Use, uses

demo = typer.Typer(add_completion=False)

_DEFAULT_PLAN = DemoPlan()


@demo.command()
def tour(
    *,
    accounts: Annotated[int, typer.Option(help="How many accounts.")] = _DEFAULT_PLAN.accounts,
    months: Annotated[int, typer.Option(help="How many months.")] = _DEFAULT_PLAN.months,
    seed: Annotated[int, typer.Option(help="Which company.")] = _DEFAULT_PLAN.seed,
    keep: Annotated[Path, typer.Option(help="Folder, or .db file, of the store.")] = Path(
        "nrrbot-demo"
    ),
) -> None:
    """Make a sample company, show an answer, a digest and an alert, say what to do next."""
    plan = DemoPlan(accounts=accounts, months=months, seed=seed)
    settings = Settings.load()
    today = today_in(settings.zone)
    files = DemoFiles.of(plan, keep, today=today)
    store = make_company(plan, files, settings=settings, today=today)
    for use in uses(Answers.of(store, settings), now=utc_now):
        out.print(Text(f"{use.heading}\n", style="bold cyan"))
        use.show(out, _drawn(use, files))
        out.print()
    _show_next_steps(files)


def _drawn(use: Use, files: DemoFiles) -> Path | None:
    chart = files.beside(f"{use.name}.png")
    if not chart.exists():
        with progress.status("Drawing the chart …"):
            picture = use.picture()
        if picture is None:  # one month is no course
            return None
        chart.write_bytes(picture.png)
    return chart


def _show_next_steps(files: DemoFiles) -> None:
    command = "nrrbot" if shutil.which("nrrbot") else shlex.quote(sys.argv[0])
    out.print(Text("What next", style="bold cyan"))
    # To be copied, so never broken.
    say(f"  export DATABASE_URL=sqlite:///{files.database}")
    say(f'  {command} ask "why {QUESTION}"')
    say(f"  {command} init    your own figures, and your Slack: README.md")
