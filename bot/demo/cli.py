"""``nrrbot demo``: a sample company, the main question answered of it, and what to do next."""

import csv
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.answers.answers import Answers
from bot.answers.terminal import print_reply
from bot.clock import today_in
from bot.config import Settings
from bot.console import out, progress
from bot.demo.company import COLUMNS, Company, DemoPlan, Row
from bot.demo.renewals import COLUMNS as RENEWAL_COLUMNS
from bot.errors import UsageError
from bot.importing.imports import import_file
from bot.importing.progress import import_bars
from metrics.data_end import Declared
from metrics.periods import parse_period
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store import schema
from storage.store.engine import Store

demo = typer.Typer(add_completion=False)

QUESTION = "enterprise last-quarter"
NEXT_QUESTIONS = ("by industry ttm", "smb last-month", "segment:mid-market qtd by plan")
_DEFAULT_PLAN = DemoPlan()
_FILES = ("movements", "renewals")


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
    settings = Settings.load()
    today = today_in(settings.zone)
    # The month is in the name: next month's demo is another company, up to that month.
    name = f"{plan.accounts}x{plan.months}-seed{plan.seed}-{today:%Y-%m}"
    database = keep if keep.suffix else keep / name / "company.db"
    file, renewals = (database.with_name(f"{name}-{what}.csv") for what in _FILES)
    if database.exists() and not renewals.exists():
        raise UsageError("--keep names a store that holds something else: choose another path")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        if not renewals.exists():
            _write_company(Company(plan, today=today), file, renewals)
    except OSError:
        raise UsageError("the demo cannot be written there: check --keep") from None
    store = Store(f"sqlite:///{database}")
    schema.upgrade(store)
    if not _is_filled(store):
        _fill(store, file, renewals, settings=settings, today=today)
    _show_answer(Answers.of(store, settings), database.with_name("enterprise-last-quarter.png"))
    _show_next_steps(database)


def _write_company(company: Company, file: Path, renewals: Path) -> None:
    with progress.status("Making a company …") as status:

        def shown(rows: Iterable[Row]) -> Iterator[Row]:
            for row in rows:
                status.update(f"Making a company … {row[2][:7]}")
                yield row

        _write(file, COLUMNS, shown(company.movements()))
        _write(renewals, RENEWAL_COLUMNS, company.renewals())


def _write(file: Path, columns: Row, rows: Iterable[Row]) -> None:
    # Under another name until it is whole: a file that is there is never written again.
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows(rows)
    unfinished.replace(file)


def _is_filled(store: Store) -> bool:
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).data_version() > 0


def _fill(store: Store, file: Path, renewals: Path, *, settings: Settings, today: date) -> None:
    closed = Declared(closed_through=parse_period("last-month", today=today).end)
    with import_bars(progress) as bars:
        import_file(store, settings, file, today=today, declared=closed, progress=bars)
        import_file(store, settings, renewals, today=today, progress=bars)


def _show_answer(answers: Answers, chart: Path) -> None:
    answer = answers.ask(QUESTION)
    if not chart.exists():
        with progress.status("Drawing the chart …"):
            from bot.answers.chart import bridge_png  # noqa: PLC0415 - matplotlib is slow to load

            chart.write_bytes(bridge_png(answer))
    out.print(f"[bold]/nrr {QUESTION}[/bold]")
    print_reply(answer, out, chart=chart)


def _show_next_steps(database: Path) -> None:
    command = "nrrbot" if shutil.which("nrrbot") else shlex.quote(sys.argv[0])
    out.print("\n[bold]Ask it something else[/bold]")
    store = f"  export DATABASE_URL=sqlite:///{escape(str(database))}"
    out.print(store, highlight=False, soft_wrap=True)  # to be copied, so never broken
    for question in NEXT_QUESTIONS:
        out.print(f'  {escape(command)} ask "{question}"', highlight=False)
    out.print(
        "\n[bold]Bring it to Slack[/bold]\n"
        f"  1. {escape(command)} manifest prints what api.slack.com/apps makes an app from.\n"
        f"  2. {escape(command)} init asks for its tokens, and writes .env.\n"
        f"  3. {escape(command)} serve",
        highlight=False,
    )
