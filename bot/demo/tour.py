"""The demo as a person runs it: a company, the main question answered, what to do next."""

import csv
import shlex
import shutil
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.terminal import print_reply
from bot.clock import today_in
from bot.config import Settings
from bot.demo.company import COLUMNS, DemoPlan, movements
from bot.errors import UsageError
from bot.importing.imports import Imports
from bot.importing.progress import import_bars
from metrics.periods import parse_period
from metrics.segments import Tiers
from storage.importing.movements_csv import read_movements
from storage.ledger.ledger import Ledger
from storage.store import schema
from storage.store.engine import Store

QUESTION = "enterprise last-quarter"
NEXT_QUESTIONS = ("by industry ttm", "smb last-month", "segment:mid-market qtd by plan")


def give_tour(
    plan: DemoPlan, keep: Path, *, settings: Settings, out: Console, progress: Console
) -> None:
    """Make the company where it is not there yet, ask the main question, say what is next.

    Parameters
    ----------
    keep : Path
        A folder, or with a suffix the SQLite file itself; the other files go beside it.
    """
    today = today_in(settings.zone)
    name = f"{plan.accounts}x{plan.months}-seed{plan.seed}-{today:%Y-%m}"
    database = keep if keep.suffix else keep / name / "company.db"
    file = database.with_name(f"{name}-movements.csv")
    if database.exists() and not file.exists():
        raise UsageError("--keep names a store that holds something else: choose another path")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            write_company(plan, file, today=today, progress=progress)
    except OSError:
        raise UsageError("the demo cannot be written there: check --keep") from None
    store = Store(f"sqlite:///{database}")
    schema.upgrade(store)
    if not is_filled(store):
        fill(store, file, settings=settings, today=today, progress=progress)
    answer = Answers.of(store, settings).ask(QUESTION)
    chart = database.with_name("enterprise-last-quarter.png")
    if not chart.exists():
        draw(answer, chart, progress=progress)
    out.print(f"[bold]/nrr {QUESTION}[/bold]")
    print_reply(answer, out, chart=chart)
    say_what_is_next(database, out)


def draw(answer: Answer, chart: Path, *, progress: Console) -> None:
    """Write the picture of an answer."""
    with progress.status("Drawing the chart …"):
        from bot.answers.chart import bridge_png  # noqa: PLC0415 - matplotlib is slow to load

        chart.write_bytes(bridge_png(answer))


def write_company(plan: DemoPlan, file: Path, *, today: date, progress: Console) -> None:
    """Write the movements file, whole or not at all."""
    unfinished = file.with_suffix(".part")
    with (
        progress.status("Making a company …") as status,
        unfinished.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        month = ""
        for row in movements(plan, today=today):
            writer.writerow(row)
            if row[2][:7] != month:
                month = row[2][:7]
                status.update(f"Making a company … {month}")
    unfinished.replace(file)


def is_filled(store: Store) -> bool:
    """Tell whether the import landed, and so need not be read again."""
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).data_version() > 0


def fill(store: Store, file: Path, *, settings: Settings, today: date, progress: Console) -> None:
    """Import the movements file."""
    last_month = parse_period("last-month", today=today)
    with import_bars(progress) as bars:
        imports = Imports.of(store, settings, today=today)
        imports.run(read_movements, file, closed_through=last_month.end, progress=bars)


def say_what_is_next(database: Path, out: Console) -> None:
    """Print questions to try, and how to connect Slack."""
    command = "nrrbot" if shutil.which("nrrbot") else shlex.quote(sys.argv[0])
    out.print("\n[bold]Ask it something else[/bold]")
    store = f"  export DATABASE_URL=sqlite:///{escape(str(database))}"
    out.print(store, highlight=False, soft_wrap=True)
    for question in NEXT_QUESTIONS:
        out.print(f'  {escape(command)} ask "{question}"', highlight=False)
    out.print(
        "\n[bold]Bring it to Slack[/bold]\n"
        "  1. Create an app from manifest.yaml at api.slack.com/apps.\n"
        "  2. Copy .env.example to .env and fill in its tokens.\n"
        f"  3. {escape(command)} serve\n"
        "  README.md has the steps.",
        highlight=False,
    )
