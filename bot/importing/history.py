"""Past imports: listed, taken back, and audited; rows that waited for their day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.clock import utc_now
from bot.config import Settings
from bot.style.figures import percent, short_money
from bot.style.grid import Grid
from bot.style.names import day_words, plural, short_month
from metrics.late_rows import MonthChange
from metrics.money import to_major
from storage.access import audit
from storage.access.audit import COMMAND_LINE, ledger_entry
from storage.importing.due import land_due
from storage.importing.history import PastImport, past_imports
from storage.importing.landing import ImportOptions
from storage.importing.report import ImportReport, RowFinding
from storage.ledger.elsewhere import require_no_copy
from storage.store.engine import Store

MOST_MONTHS = 6
"""Months that are named where a reversal changes them; the others are counted."""


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of one store."""

    store: Store
    settings: Settings
    today: date
    clock: Callable[[], datetime] = utc_now

    def listed(self) -> Sequence[PastImport]:
        """List every import, the newest last."""
        with self.store.read() as session:
            return past_imports(session)

    def one(self, number: int) -> PastImport:
        """Find an import that a rehearsal has found."""
        return next(each for each in self.listed() if each.number == number)

    def rehearse(self, number: int) -> ImportReport:
        """Find out what a reversal would change."""
        from storage.importing.reversal import rehearse_reversal  # noqa: PLC0415 - rarely needed

        with self.store.read() as session:
            require_no_copy(session)
            return rehearse_reversal(session, number, self._options())

    def reverse(self, number: int) -> ImportReport:
        """Take an import back, and enter it in the audit."""
        from storage.importing.reversal import reverse  # noqa: PLC0415 - rarely needed

        with self.store.write() as session:
            require_no_copy(session)
            options = self._options()
            report = reverse(session, number, options)
            action, by, at = f"import reverse {number}", COMMAND_LINE, options.started_at
            audit.append(session, ledger_entry(action, report.data_version, actor=by, at=at))
            return report

    def land_due(self) -> Sequence[RowFinding]:
        """Land the rows whose day has come; list why others wait on."""
        with self.store.write() as session:
            require_no_copy(session)
            return land_due(session, self._options())

    def _options(self) -> ImportOptions:
        return ImportOptions(
            clock=self.clock,
            today=self.today,
            started_at=self.clock(),
            tiers=self.settings.tiers,
        )


def imports_grid(imports: Sequence[PastImport]) -> Grid:
    """Lay the imports out for the terminal."""
    has_usage = any(one.usage for one in imports)
    moved = ("MRR", "Usage") if has_usage else ("MRR",)
    header = ("No.", "When", "Rows", *moved, "Months", "File and kind")
    rows = tuple(_row(one, has_usage=has_usage) for one in imports)
    return Grid(title="Imports", header=header, rows=rows)


def imports_json(imports: Sequence[PastImport]) -> dict[str, Any]:
    """Return the document of ``nrrbot import list --json``."""
    return {"imports": [_document(one) for one in imports]}


def reversal_lines(report: ImportReport, target: PastImport) -> Iterator[str]:
    """Yield what a reversal changes, or would change, a sentence to a line."""
    number = target.number
    if not report.imported:  # rows of another table, which are left out from then on
        stop = "stops" if target.rows == 1 else "stop"
        rows = f"{plural(target.rows, 'row')} of {target.source}"
        yield f"Import {number}: its {rows} {stop} counting."
        return
    changes = [
        one
        for one in report.closed_months.changes or ()
        if percent(one.before) != percent(one.after)
    ]
    yield f"Import {number}: {plural(report.imported, 'row')} to take back."
    if not changes:
        yield "No month's NRR changes."
        return
    told = "; ".join(map(_move, changes[:MOST_MONTHS]))
    rest = len(changes) - MOST_MONTHS
    more = f"; and {plural(rest, 'more month')}" if rest > 0 else ""
    yield f"NRR: {told}{more}."


def waiting_lines(findings: Sequence[RowFinding]) -> Iterator[str]:
    """Yield why rows go on waiting."""
    for finding in findings:
        yield f"Waiting row {finding.line} cannot land: {finding.sentence}."


def _move(change: MonthChange) -> str:
    return f"{change.month:%B %Y} from {percent(change.before)} to {percent(change.after)}"


def _row(one: PastImport, *, has_usage: bool) -> tuple[str, ...]:
    return (
        str(one.number),
        day_words(one.at),
        f"{one.rows:,}",
        _net(one.effect),
        *([_net(one.usage)] if has_usage else []),
        _months(one),
        "\n".join(filter(None, (one.name, _kind(one)))),
    )


def _net(effect: Mapping[str, int]) -> str:
    # A line each: side by side several currencies leave the other columns no room.
    return "\n".join(short_money(net, code) for code, net in effect.items()) or "-"


def _kind(one: PastImport) -> str:
    if one.reverses is not None:
        said = f"reverses {one.reverses}"
    elif one.kind == "due":
        said = f"{one.source}, due"
    else:
        source, _, of_another = one.source.partition(":")
        said = f"{source}, appended" if of_another else source
    return f"{said} (reversed)" if one.is_reversed else said


def _months(one: PastImport) -> str:
    if one.first is None or one.last is None:
        return "-"
    first, last = short_month(one.first), short_month(one.last)
    if first == last:
        return first
    # Two lines of years that differ: one leaves the name of the file no room.
    return f"{one.first:%b} to {last}" if one.first.year == one.last.year else f"{first} to\n{last}"


def _document(one: PastImport) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": one.at.isoformat(),
        "file": one.name or None,
        "source": one.source,
        "kind": one.kind,
        "rows": one.rows,
        "mrr": _exact(one.effect),
        "usage": _exact(one.usage),
        "first_month": None if one.first is None else f"{one.first:%Y-%m}",
        "last_month": None if one.last is None else f"{one.last:%Y-%m}",
        "reverses": one.reverses,
        "reversed": one.is_reversed,
    }


def _exact(effect: Mapping[str, int]) -> dict[str, str]:
    return {code: str(to_major(net, code)) for code, net in effect.items()}
