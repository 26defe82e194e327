"""``nrrbot data``: the review of the data, and another system's totals beside the ledger's."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.console import AsJson, Today, out, print_json, progress
from bot.data_quality.document import review_json
from bot.data_quality.message import Readers, review_parts
from bot.data_quality.reading import ReviewReader
from bot.data_quality.unmatched_csv import write_unmatched
from bot.errors import UsageError
from bot.private_files import private, writing
from bot.questions.days import parse_today
from bot.style.names import plural
from bot.style.terminal import print_parts
from storage.importing.profiles.wishes import parse_wishes
from storage.importing.tables.table import TableOptions
from storage.quality.review import DataReview
from storage.store import schema

data = typer.Typer(add_completion=False)
_NOTES = 5

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
IgnoredColumns = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="COLUMN", help="Of --reconcile: a column to leave out."),
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


@data.command()
def show(
    *,
    totals: Totals = None,
    unmatched: UnmatchedFile = None,
    maps: ColumnMaps = None,
    ignore: IgnoredColumns = None,
    currency: CurrencyCode = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the data adds up, what it lacks, and what to do about the worst of it."""
    place = Workplace.with_own_ledger(parse_today(today))
    schema.require_head(place.store)
    day = place.today()
    if totals is not None:
        wishes = replace(parse_wishes(maps or (), ignore=ignore or ()), currency=currency or "")
        table = TableOptions(encoding, sheet)
        from bot.data_quality.comparing import print_comparison  # noqa: PLC0415 - slow to load

        print_comparison(place, totals, wishes, table, today=day, as_json=as_json)
    elif maps or ignore or currency or encoding or sheet:
        raise UsageError(
            "--map, --ignore, --currency, --encoding and --sheet are of a file: say --reconcile"
            " FILE, too"
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
        readers = Readers(names=True, zone=place.settings.zone, notes=_NOTES)
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
