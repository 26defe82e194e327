"""``nrrbot demo``: a sample company, and a tour through what the bot answers of it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import out, progress
from bot.demo.company import DemoPlan
from bot.demo.tour import give_tour

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
    """Make a sample company, ask the main question, say what to do next."""
    plan = DemoPlan(accounts=accounts, months=months, seed=seed)
    give_tour(plan, keep, settings=Settings.load(), out=out, progress=progress)
