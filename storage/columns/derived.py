"""All that is derived from the ledger: repaired with it, rebuilt at will, and compared with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from metrics.period_grammar import ONE_DAY
from metrics.segments import Tiers
from storage.columns import derivation
from storage.columns.build_state import read_build
from storage.columns.building import MonthDone, unwatched
from storage.columns.control_totals import (
    add_to_control_totals,
    differing_control_totals,
    rebuild_control_totals,
)
from storage.columns.derivation import Circumstances
from storage.columns.ledger_rows import LedgerRows
from storage.columns.writing import Difference
from storage.store.column_types import day_number
from storage.store.numbering import has_rows
from storage.tables.facts import MovementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """The rows that an import has added to the ledger.

    ``amounts`` are net movements by day and currency, ``rates_since`` is the first day of new
    exchange rates, ``rows`` are the new rows; columns find them themselves where they are left out.
    """

    amounts: Mapping[tuple[date, str], int] = field(default_factory=dict)
    rates_since: date | None = None
    rows: LedgerRows | None = None


def repair(session: Session, change: LedgerChange, by: Circumstances) -> None:
    """Bring everything derived up to date after rows were added."""
    add_to_control_totals(session, change.amounts.items())
    # A rate counts on its own day already; all else that is dated, from the day after.
    since = change.rates_since and change.rates_since - ONE_DAY
    derivation.repair(session, by, rows=change.rows, since=since)


def rebuild(session: Session, by: Circumstances) -> None:
    """Drop everything derived and build it again from the ledger."""
    rebuild_control_totals(session)
    derivation.rebuild(session, by)


def is_missing(session: Session) -> bool:
    """Tell whether a ledger has lost what is derived from it: a new rule of an upgrade drops it."""
    if read_build(session) is not None:
        return False
    return has_rows(session, MovementRow)


def differences(
    session: Session, *, tiers: Tiers, month_done: MonthDone = unwatched
) -> list[Difference]:
    """Build everything again, compare it with what is stored, and list what differs."""
    # No month beyond those that are there.
    by = Circumstances(tiers=tiers, today=date.min, month_done=month_done)
    totals = [
        Difference("control_total", (day_number(month),), "amount_minor")
        for month in differing_control_totals(session)
    ]
    beside = _differences_beside(session)
    return [*totals, *derivation.differences(session, by), *beside]


def _differences_beside(session: Session) -> Iterator[Difference]:
    """Yield what differs of signals and usage, which no import of movements needs loaded."""
    from storage.columns.signals import nameless_signals  # noqa: PLC0415
    from storage.columns.usage import wrong_usage  # noqa: PLC0415
    from storage.tables.signals import SignalRow  # noqa: PLC0415
    from storage.tables.usage import UsageMovement  # noqa: PLC0415

    for table, found in (
        (SignalRow, nameless_signals(session)),
        (UsageMovement, wrong_usage(session)),
    ):
        for number, column in found:
            yield Difference(str(table.__tablename__), (number,), column)
