"""All that is derived from the ledger: repaired with it, rebuilt at will, and compared with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.segments import Tiers
from storage.columns import derivation
from storage.columns.control_totals import (
    add_to_control_totals,
    differing_control_totals,
    rebuild_control_totals,
)
from storage.columns.derivation import Circumstances
from storage.tables.columns import ColumnBuild
from storage.tables.facts import MovementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """What an import has added to the ledger, besides the rows that columns find themselves.

    ``amounts`` are net movements by day, ``rates_since`` is the first day of new exchange rates.
    """

    amounts: Mapping[date, int] = field(default_factory=dict)
    rates_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """One part of what is derived.

    ``differing`` gives the days on which it is not as the ledger says, none where the difference
    has no date, and None when all of it is right.
    """

    name: str
    repair: Callable[[Session, LedgerChange, Circumstances], None]
    rebuild: Callable[[Session, Circumstances], None]
    differing: Callable[[Session, Circumstances], list[date] | None]


DERIVED = (
    Derived(
        name="control totals",
        repair=lambda session, change, _: add_to_control_totals(session, change.amounts.items()),
        rebuild=lambda session, _: rebuild_control_totals(session),
        differing=lambda session, _: differing_control_totals(session) or None,
    ),
    Derived(
        name="columns",
        repair=lambda session, change, by: derivation.repair(session, by, since=change.rates_since),
        rebuild=derivation.rebuild,
        differing=lambda session, by: derivation.differing_days(session, by) or None,
    ),
)
"""Repaired and reported in this order."""


def repair(session: Session, change: LedgerChange, *, tiers: Tiers, today: date) -> None:
    """Bring everything derived up to date after rows were added."""
    for part in DERIVED:
        part.repair(session, change, Circumstances(tiers=tiers, today=today))


def rebuild(session: Session, *, tiers: Tiers, today: date) -> None:
    """Drop everything derived and build it again from the ledger."""
    for part in DERIVED:
        part.rebuild(session, Circumstances(tiers=tiers, today=today))


def is_missing(session: Session) -> bool:
    """Tell whether a ledger has lost what is derived from it: a new rule of an upgrade drops it."""
    if session.get(ColumnBuild, 1) is not None:
        return False
    return session.scalar(select(col(MovementRow.id)).limit(1)) is not None


def differences(session: Session, *, tiers: Tiers) -> dict[str, list[date]]:
    """Compare everything derived with the ledger: names of what differs, and its days."""
    by = Circumstances(tiers=tiers, today=date.min)  # no month beyond those that are there
    found = ((part.name, part.differing(session, by)) for part in DERIVED)
    return {name: days for name, days in found if days is not None}
