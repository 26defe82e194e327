"""The points of a trend: one window for each month that is in."""

from datetime import date

from tests.reference.oracle.ledger import Ledger, later, month_of, months_from
from tests.reference.oracle.periods import ONE, Asked, DataEnd, Period, measured
from tests.reference.oracle.retention import measure


def points(
    ledger: Ledger, end: DataEnd, today: date, *, window: int, count: int
) -> list[tuple[Asked, Period | None]]:
    """Return the windows of the last months, the oldest first; None where one is not in.

    Leading windows in which nobody had paid yet are left out.
    """
    known = min(today, end.through)
    after = later(month_of(min(today, end.through - ONE)), 1) if window == 1 else month_of(known)
    ends = [later(month, 1) for month in months_from(later(after, -count), after)]
    windows = [Asked(later(one, -window), one) for one in ends]
    while windows and not measure(ledger, windows[0].start, windows[0].end).opening:
        del windows[0]
    return [(one, measured(one, end, today)) for one in windows]
