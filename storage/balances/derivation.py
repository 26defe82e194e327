"""Everything derived from the ledger, together: repaired with it, rebuilt at will, compared."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from metrics.segments import Tiers
from storage.balances import month_balances
from storage.balances.control_totals import (
    ledger_control_totals,
    read_control_totals,
    rebuild_control_totals,
)
from storage.balances.dimension_values import ledger_values, rebuild_values, stored_values
from storage.balances.period_sums import window_sums
from storage.balances.windows import forget_windows, kept_windows
from storage.tables.ledger import BalanceBuild


def repair(
    session: Session, *, roots: Collection[str], since: date, tiers: Tiers, today: date
) -> None:
    """Bring everything up to date after movements or attributes of some accounts changed.

    Parameters are those of `storage.balances.month_balances.repair`. Control totals and dimension
    values are added to where rows land.
    """
    build = session.get(BalanceBuild, 1)
    if build is not None and build.tiers != tiers.fingerprint:
        rebuild(session, tiers=tiers, today=today)
        return
    forget_windows(session, since=since)
    month_balances.repair(session, roots=roots, since=since, tiers=tiers, today=today)


def rebuild(session: Session, *, tiers: Tiers, today: date) -> None:
    """Drop everything derived and build it again from the ledger."""
    forget_windows(session)
    rebuild_control_totals(session)
    rebuild_values(session)
    month_balances.rebuild(session, tiers=tiers, today=today)


def differences(session: Session, *, tiers: Tiers) -> dict[str, list[date]]:
    """Return what is not as the ledger says: the name of each part, and its first days.

    The words of the stored dimensions have no dates.
    """
    stored, true = read_control_totals(session), ledger_control_totals(session)
    months = {day for day in stored | true if stored.get(day, 0) != true.get(day, 0)}
    found = {
        "control totals": sorted(months),
        "balances": month_balances.differing_months(session, tiers=tiers),
        "windows": [
            start
            for start, end, sums in kept_windows(session)
            if window_sums(session, start, end) != sums
        ],
    }
    return {part: days for part, days in found.items() if days} | (
        {} if stored_values(session) == ledger_values(session) else {"dimension values": []}
    )
