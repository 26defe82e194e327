"""The points of a trend: one window for each month that is in."""

from datetime import date

from tests.reference.oracle.ledger import Ledger, later, month_of, months_from
from tests.reference.oracle.periods import ONE, Asked, DataEnd, Period, measured
from tests.reference.oracle.retention import measure


def points(ledger: Ledger, end: DataEnd, today: date, *, window: int, count: int) -> list[Period]:
    """Return the windows that end with the last months, the oldest first.

    A month that is not in has none, and those in which nobody had paid yet are left out.
    """
    known = min(today, end.through)
    after = later(month_of(min(today, end.through - ONE)), 1) if window == 1 else month_of(known)
    ends = [later(month, 1) for month in months_from(later(after, -count), after)]
    found = [
        period
        for one in ends
        if end.holds(later(one, -1), one)
        and (period := measured(Asked(later(one, -window), one), end, today)) is not None
    ]
    while found and not measure(ledger, found[0].start, found[0].through).opening:
        del found[0]
    return found
