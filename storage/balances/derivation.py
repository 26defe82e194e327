"""Derivation: every table derived from the ledger, repaired with it, rebuilt at will, compared."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.segments import Tiers
from storage.balances import month_balances
from storage.balances.control_totals import (
    add_to_control_totals,
    differing_control_totals,
    rebuild_control_totals,
)
from storage.balances.month_balances import differing_months
from storage.balances.windows import differing_windows, forget_windows
from storage.columns import derivation as columns
from storage.columns.derivation import Circumstances
from storage.tables.columns import ColumnBuild
from storage.tables.ledger import BalanceBuild, MrrMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """Rows that an import has added to the ledger, as far as derived tables rest on them.

    ``roots`` are the topmost accounts that are touched, ``since`` is the earliest date of any
    change, ``amounts`` are net movements by day.
    """

    roots: Collection[str]
    since: date
    amounts: Mapping[date, int] = field(default_factory=dict)


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
        repair=lambda session, change, *_: add_to_control_totals(session, change.amounts.items()),
        rebuild=lambda session, *_: rebuild_control_totals(session),
        differing=lambda session, _: differing_control_totals(session) or None,
    ),
    DerivedTable(
        name="balances",
        repair=lambda session, change, tiers, today: month_balances.repair(
            session, roots=change.roots, since=change.since, tiers=tiers, today=today
        ),
        rebuild=lambda session, tiers, today: month_balances.rebuild(
            session, tiers=tiers, today=today
        ),
        differing=lambda session, tiers: differing_months(session, tiers=tiers) or None,
    ),
    DerivedTable(
        name="columns",
        repair=lambda session, _, tiers, today: columns.repair(
            session, Circumstances(tiers=tiers, today=today)
        ),
        rebuild=lambda session, tiers, today: columns.rebuild(
            session, Circumstances(tiers=tiers, today=today)
        ),
        differing=lambda session, tiers: (
            columns.differing_days(session, Circumstances(tiers=tiers, today=date.min)) or None
        ),
    ),
    DerivedTable(
        name="windows",
        repair=lambda session, change, *_: forget_windows(session, since=change.since),
        rebuild=lambda session, *_: forget_windows(session),  # whoever asks next measures them
        differing=lambda session, _: differing_windows(session) or None,
    ),
)
"""Every derived table, behind those it is worked out of; repaired and reported in this order."""


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


def is_missing(session: Session) -> bool:
    """Tell whether a ledger has lost what is derived from it: a new rule of an upgrade drops it."""
    if session.get(BalanceBuild, 1) is not None and session.get(ColumnBuild, 1) is not None:
        return False
    return session.scalar(select(col(MrrMovement.id)).limit(1)) is not None


def differences(session: Session, *, tiers: Tiers) -> dict[str, list[date]]:
    """Compare every derived table with the ledger: names of those that differ, and their days."""
    found = ((table.name, table.differing(session, tiers)) for table in DERIVED)
    return {name: days for name, days in found if days is not None}
