"""``nrrbot data``: the review of the data, and another system's totals beside the ledger's."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, out, print_json, progress
from bot.data_quality.comparison_document import reconciliation_json
from bot.data_quality.comparison_message import reconciliation_parts
from bot.data_quality.document import review_json
from bot.data_quality.message import Readers, review_parts
from bot.data_quality.reading import ReviewReader
from bot.data_quality.unmatched_csv import write_unmatched
from bot.errors import UsageError
from bot.private_files import private, writing
from bot.questions.days import parse_today
from bot.style.names import plural
from bot.style.terminal import print_parts
from storage.errors import UnreadableFileError
from storage.importing.profiles.wishes import ColumnWishes, MappingError, parse_wishes
from storage.importing.spool import Scratch
from storage.importing.tables.table import TableOptions
from storage.ledger.elsewhere import require_no_copy
from storage.ledger.ledger import Ledger
from storage.quality.reconciling import Reconciliation, reconcile
from storage.quality.review import DataReview
from storage.quality.totals_file import TotalsRefusedError, read_totals
from storage.store import schema

data = typer.Typer(add_completion=False)

Totals = Annotated[
    Path | None,
    typer.Option(
        "--reconcile",
        metavar="FILE",
        help="Compare another system's monthly totals: month, mrr, currency; optionally account_id"
        " and segment. CSV, XLSX, ODS or JSON.",
    ),
]
ColumnMaps = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OURS=COLUMN", help="Of --reconcile: mrr=Total, month=Period."),
]
CurrencyCode = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Of --reconcile: of rows that name no currency."),
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of --reconcile: of a file that is not in UTF-8."),
]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of --reconcile: the sheet of a workbook.")
]
UnmatchedFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Write the accounts that no list has, with the likely match, to be completed and"
        " imported.",
    ),
]
Today = Annotated[str | None, typer.Option(help="Take this day for today: YYYY-MM-DD.")]


@data.command()
def show(
    *,
    totals: Totals = None,
    unmatched: UnmatchedFile = None,
    maps: ColumnMaps = None,
    currency: CurrencyCode = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the data adds up, what it lacks, and what to do about the worst of it."""
    place = Workplace.with_own_ledger()
    schema.require_head(place.store)
    day = parse_today(today) or place.answers.today()
    if totals is not None:
        wishes = replace(parse_wishes(maps or ()), currency=currency or "")
        table = TableOptions(encoding, sheet)
        _print_comparison(_compared(place, totals, wishes, day, table), totals, as_json=as_json)
    elif maps or currency or encoding or sheet:
        raise UsageError(
            "--map, --currency, --encoding and --sheet are of a file: say --reconcile FILE, too"
        )
    else:
        reader = ReviewReader(store=place.store, settings=place.settings, now=utc_now)
        found = reader.read(day)
        _print_review(place, found, day, as_json=as_json)
        if unmatched is not None:
            said = _write_unmatched(found, unmatched)
            (progress if as_json else out).print(said, markup=False, highlight=False)


def _print_review(place: Workplace, found: DataReview, today: date, *, as_json: bool) -> None:
    if as_json:
        print_json(review_json(found, today=today))
    else:
        readers = Readers(names=True, zone=place.settings.zone)
        print_parts(review_parts(found, readers, today=today), out)


def _write_unmatched(found: DataReview, file: Path) -> str:
    if found.unmatched is None:
        raise UsageError(
            "there is no list of accounts to match with: import one with `nrrbot import accounts"
            " FILE`"
        )
    with writing(file), private(file) as text:
        left_out = write_unmatched(found.unmatched, currency=found.currency, file=text)
    written = plural(len(found.unmatched) - left_out, "account")
    more = (
        f" {plural(left_out, 'account')} left out: a spreadsheet would run such an id as a formula."
        if left_out
        else ""
    )
    return (
        f"{written} written to {file}: fill in parent_id where you know it, then nrrbot import"
        f" accounts {file}.{more}"
    )


def _compared(
    place: Workplace, file: Path, wishes: ColumnWishes, today: date, table: TableOptions
) -> Reconciliation:
    dimension = place.settings.nrrbot_main_dimension
    try:
        with Scratch() as scratch:
            other = read_totals(
                file,
                wishes,
                dimension=dimension,
                today=today,
                scratch=scratch,
                max_bytes=place.settings.max_import_bytes,
                options=table,
            )
            with place.store.read() as session:
                require_no_copy(session)
                end = Ledger(session, tiers=place.settings.tiers).data_end(today).through
                return reconcile(session, other, dimension=dimension, end=end)
    except (UnreadableFileError, MappingError, TotalsRefusedError) as error:
        raise UsageError(f"the file {file.name or file}: {error}") from None


def _print_comparison(found: Reconciliation, file: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(reconciliation_json(found))
    else:
        print_parts(reconciliation_parts(found, file.name), out)
