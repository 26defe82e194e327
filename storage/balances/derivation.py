"""Derivation: every table derived from the ledger, repaired with it, rebuilt at will, compared."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from metrics.segments import Tiers
from storage.balances import month_balances
from storage.balances.control_totals import (
    add_to_control_totals,
    differing_control_totals,
    rebuild_control_totals,
)
from storage.balances.dimension_values import (
    add_values,
    ledger_values,
    rebuild_values,
    stored_values,
)
from storage.balances.period_sums import window_sums
from storage.balances.windows import forget_windows, kept_windows
from storage.tables.ledger import BalanceBuild


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """Rows that an import has added to the ledger, as far as derived tables rest on them.

    ``roots`` are the topmost accounts that are touched, ``since`` is the earliest date of any
    change, ``amounts`` are net movements by day, ``values`` pairs of dimension and value.
    """

    roots: Collection[str]
    since: date
    amounts: Mapping[date, int] = field(default_factory=dict)
    values: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedTable:
    """One table worked out from the ledger.

    ``differing`` gives the days on which it is not as the ledger says, none where the difference
    has no date, and None when all of it is right.
    """

    name: str
    repair: Callable[[Session, LedgerChange, Tiers, date], None]
    rebuild: Callable[[Session, Tiers, date], None]
    differing: Callable[[Session, Tiers], list[date] | None]


DERIVED = (
    DerivedTable(
        name="control totals",
        repair=lambda session, change, _tiers, _today: add_to_control_totals(
            session, change.amounts.items()
        ),
        rebuild=lambda session, _tiers, _today: rebuild_control_totals(session),
        differing=lambda session, _tiers: differing_control_totals(session) or None,
    ),
    DerivedTable(
        name="balances",
        repair=lambda session, change, tiers, today: month_balances.repair(
            session, roots=change.roots, since=change.since, tiers=tiers, today=today
        ),
        rebuild=lambda session, tiers, today: month_balances.rebuild(
            session, tiers=tiers, today=today
        ),
        differing=lambda session, tiers: (
            month_balances.differing_months(session, tiers=tiers) or None
        ),
    ),
    DerivedTable(
        name="windows",
        repair=lambda session, change, _tiers, _today: forget_windows(session, since=change.since),
        rebuild=lambda session, _tiers, _today: forget_windows(session),
        differing=lambda session, _tiers: (
            [
                start
                for start, end, sums in kept_windows(session)
                if window_sums(session, start, end) != sums
            ]
            or None
        ),
    ),
    DerivedTable(
        name="dimension values",
        repair=lambda session, change, _tiers, _today: add_values(session, change.values),
        rebuild=lambda session, _tiers, _today: rebuild_values(session),
        differing=lambda session, _tiers: (
            None if stored_values(session) == ledger_values(session) else []
        ),
    ),
)
"""Every derived table, in the order in which differences are reported."""


def repair(session: Session, change: LedgerChange, *, tiers: Tiers, today: date) -> None:
    """Bring every derived table up to date after movements or attributes of accounts changed."""
    build = session.get(BalanceBuild, 1)
    if build is not None and build.tiers != tiers.fingerprint:
        rebuild(session, tiers=tiers, today=today)  # other cut-offs can move every account
        return
    for table in DERIVED:
        table.repair(session, change, tiers, today)


def rebuild(session: Session, *, tiers: Tiers, today: date) -> None:
    """Drop every derived table's rows and build them again from the ledger."""
    for table in DERIVED:
        table.rebuild(session, tiers, today)


def differences(session: Session, *, tiers: Tiers) -> dict[str, list[date]]:
    """Compare every derived table with the ledger: names of those that differ, and their days."""
    found = ((table.name, table.differing(session, tiers)) for table in DERIVED)
    return {name: days for name, days in found if days is not None}
