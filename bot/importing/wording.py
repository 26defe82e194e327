"""Words of an import's report: rows that landed, closed months that they change, the data's end."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from shlex import quote

from bot.style.figures import percent
from bot.style.names import day_words, plural, short_month
from metrics.data_end import DataEnd
from metrics.late_rows import MonthChange
from metrics.listing import few_of
from metrics.money import to_major
from storage.importing.profiles.attributes import NO_ATTRIBUTE, NO_NAME, OF_ACCOUNTS, LeftOut
from storage.importing.profiles.personal import ROWS
from storage.importing.profiles.recognition import Recognised
from storage.importing.report import ExampleRate, ImportReport, ImportStatus

_OF_TIME = re.compile(r"[md](_[0-9]{2,4}){2,3}")
_NEVER_TAKEN = {NO_NAME, NO_ATTRIBUTE, OF_ACCOUNTS}
MOST_MONTHS, MOST_COLUMNS = 3, 3
"""Closed months that are named, and columns left out for one reason; others are counted."""


def recognised_lines(file: Recognised, rows: int) -> Iterator[str]:
    """Yield what a file is, a sentence to a line: its kind, its columns, what was left out."""
    wide = sorted(ours for ours in file.table.columns if _OF_TIME.fullmatch(ours))
    renamed = [f"{ours} from {theirs}" for ours, theirs in file.renamed.items() if ours not in wide]
    told = file.profile.remarks.notes or [*renamed, *_span(wide)]
    yield ", ".join([f"{file.profile.name}: {plural(rows, 'row')}", *told]) + "."
    if file.left_out:
        columns = "; ".join(_left_out(file.left_out))
        takes = any(each.reason not in _NEVER_TAKEN for each in file.left_out)
        how = " To take one as an attribute, name it with --only." if takes else ""
        yield f"Left out: {columns}.{how}"
        yield from _ids_of_rows(file)
        yield from _names_of_accounts(file)
    if file.profile.remarks.history:
        yield file.profile.remarks.history


def _left_out(every: Sequence[LeftOut]) -> Iterator[str]:
    """Yield the columns that are left out, with the reason that they share."""
    for reason in dict.fromkeys(each.reason for each in every):
        columns = [each.column for each in every if each.reason == reason]
        why = f"each {reason}" if len(columns) > 1 else reason
        yield f"{few_of(columns, MOST_COLUMNS)} ({why})"


def _ids_of_rows(file: Recognised) -> Iterator[str]:
    """Yield how ids of rows become those of movements, of which no column is one yet."""
    ids = [each.column for each in file.left_out if each.reason == ROWS]
    if ids and file.profile.kind == "movements" and "movement_id" not in file.table.columns:
        typed = quote(f"movement_id={ids[0]}")
        yield f"If {ids[0]} is the same for a movement in every export: --map {typed}."


def _names_of_accounts(file: Recognised) -> Iterator[str]:
    """Yield how names come to accounts that a file has by their ids."""
    names = [each.column for each in file.left_out if each.reason == OF_ACCOUNTS]
    if names:
        ids = file.renamed.get("account_id")
        maps = [f"account_id={ids}"] * (ids is not None) + [f"name={names[0]}"]
        mapped = " ".join(f"--map {quote(one)}" for one in maps)
        typed = f"{quote(file.table.file.typed)} {mapped} --only {quote(names[0])}"
        yield f"For the names type `nrrbot import accounts {typed}`."


def _span(wide: Sequence[str]) -> Iterator[str]:
    """Yield how many months or days have a column of their own, and the first and last of them."""
    if wide:
        unit, words = ("month", short_month) if wide[0].startswith("m") else ("day", day_words)
        first, last = (words(_first_day(name)) for name in (wide[0], wide[-1]))
        yield plural(len(wide), unit) + (f", {first} to {last}" if first != last else f", {first}")


def _first_day(column: str) -> date:
    year, month, *day = map(int, column[2:].split("_"))
    return date(year, month, *(day or [1]))


def report_lines(report: ImportReport, data_end: DataEnd | None) -> Iterator[str]:
    """Yield an import's report, a sentence to a line.

    Parameters
    ----------
    data_end : DataEnd, optional
        Where the data ends by now; None where nothing was stored, and in an empty ledger.
    """
    yield _summary(report)
    if report.example_rate is not None:  # of the data's end rates say nothing
        yield _direction(report.example_rate)
        return
    if report.closed_months.rows:
        yield _closed_months(report)
    if report.reversed:
        rows = f"{_rows(report.reversed)} that the file does not have"
        yield f"{rows} {_were(report.reversed)} reversed."
    if report.waiting.count:
        yield _waiting(report)
    yield from report.notes
    if report.status is ImportStatus.DRY_RUN:
        yield from (f"Would be asked: {one.sentence}" for one in report.questions)
    if data_end is not None:
        yield _data_end(report, data_end)


def _summary(report: ImportReport) -> str:
    are = "is" if report.overruled == 1 else "are"
    beside = f", {report.overruled:,} {are} overruled by later ones" if report.overruled else ""
    if report.status is ImportStatus.UNCHANGED:
        return f"Nothing new: the ledger holds all {report.known:,} rows already{beside}."
    if report.known:
        beside = f", {report.known:,} {_were(report.known)} held already{beside}"
    if report.status is ImportStatus.DRY_RUN:
        return (
            f"Nothing is wrong: {report.imported:,} of {report.rows:,} rows would be"
            f" imported{beside}; nothing was stored."
        )
    return (
        f"Imported {report.imported:,} of {report.rows:,} rows{beside};"
        f" the ledger is at data version {report.data_version}."
    )


def _direction(example: ExampleRate) -> str:
    # The other way round is as common: whoever has such a file must see how it was read.
    bought = f"{example.rate} {example.currency}"
    return f"Read as: 1 {example.base} = {bought} from {day_words(example.day)} on."


def _closed_months(report: ImportReport) -> str:
    late = report.closed_months
    dated = f"{plural(late.rows, 'row')} {'is' if late.rows == 1 else 'are'} dated in closed months"
    if late.changes is None:
        return f"{dated}: {_listed([_month(month) for month in late.months])}."
    told = [one for one in late.changes if percent(one.before) != percent(one.after)]
    if not told:
        months = _listed([_month(month) for month in late.months])
        return f"{dated} ({months}): NRR of the company stays as it was."
    goes = "would go" if report.status is ImportStatus.DRY_RUN else "goes"
    return f"{dated}: NRR of {_listed([_move(one, goes) for one in told])}."


def _waiting(report: ImportReport) -> str:
    waits = report.waiting
    shown = [
        f"{to_major(row.amount_minor, row.currency)} {row.currency} on {day_words(row.day)}"
        for row in waits.first
    ]
    named = few_of(shown, len(shown), of=waits.count)
    wait = "wait" if waits.count > 1 else "waits"
    return f"{_rows(waits.count)} {wait} for {'their' if waits.count > 1 else 'its'} day: {named}."


def _rows(count: int) -> str:
    return plural(count, "row")


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _data_end(report: ImportReport, data_end: DataEnd) -> str:
    last = data_end.last_day
    ends = f"The data ends {day_words(last)}"
    if report.declared.closed_through is None:
        return f"{ends}; no month is closed: import with --closed-through."
    return f"{ends}."


def _move(change: MonthChange, goes: str) -> str:
    return f"{_month(change.month)} {goes} from {percent(change.before)} to {percent(change.after)}"


def _listed(words: Sequence[str]) -> str:
    if len(words) > MOST_MONTHS:
        return few_of(words, MOST_MONTHS)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _month(month: date) -> str:
    return f"{month:%B %Y}"
