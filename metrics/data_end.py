"""Where the data ends: the first day that nothing is known of, whatever the calendar says."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from metrics.period_grammar import ONE_DAY, months_from, shift_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The declarations of sources about the ledger: months closed, days covered.

    Both are first days after: after the last closed month, after the last covered day.
    """

    closed_through: date | None = None
    covered_through: date | None = None

    @property
    def base(self) -> date | None:
        """The first day after all that is declared; None where nothing is."""
        return _latest(self.closed_through, self.covered_through)

    def after(self, earlier: "Declared") -> "Declared":
        """Carry on what was declared before: a closed month stays closed, a covered day covered."""
        return Declared(
            closed_through=_latest(self.closed_through, earlier.closed_through),
            covered_through=_latest(self.covered_through, earlier.covered_through),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEnd:
    """The first day without data, ``through``, and the months before it that are not in.

    ``silent`` has the first days of months in which nothing moved and that nobody declared: there
    are some only where no month is closed or covered.
    """

    through: date
    silent: frozenset[date] = frozenset()

    @property
    def last_day(self) -> date:
        """The last day with data."""
        return self.through - ONE_DAY

    def by(self, today: date) -> "DataEnd":
        """Return the end as it is for a reader on ``today``: no later than that day."""
        return replace(self, through=min(self.through, today + ONE_DAY))

    def has_some_of(self, start: date, end: date) -> bool:
        """Say whether any day of ``[start, end)`` is in."""
        end = min(end, self.through)
        if not self.silent:
            return start < end
        month = start.replace(day=1)
        while month < end and month in self.silent:
            month = shift_months(month, 1)
        return max(start, month) < end


def find_data_end(
    *,
    today: date,
    base: date | None,
    months: Collection[date],
    last_before: Callable[[date], date | None],
) -> DataEnd:
    """Find the first day without data.

    Parameters
    ----------
    today : date
        Movements dated after it do not count.
    base : date or None
        The first day after all that was declared closed or covered; None where nothing was.
    months : collection of date
        The first days of the months that have a movement.
    last_before : callable
        Finds the day of the last movement before a day; None if there is none.

    Returns
    -------
    DataEnd
        With a base, months that follow it without a gap move the end on: a month without a
        movement is not in, and so is all that comes after it. Without one, the end is the last
        movement, and a gap before it is silent. A ledger that begins after today ends today.

    Examples
    --------
    >>> moved = [date(2026, month, 9) for month in (8, 10, 12)]
    >>> find_data_end(
    ...     today=date(2026, 12, 24),
    ...     base=date(2026, 10, 1),
    ...     months=[day.replace(day=1) for day in moved],
    ...     last_before=lambda end: max(day for day in moved if day < end),
    ... ).through
    datetime.date(2026, 10, 10)
    """
    begun = {month for month in months if month <= today}
    if base is None:
        last = last_before(today + ONE_DAY)
        if last is None:
            return DataEnd(through=today + ONE_DAY)
        return DataEnd(through=last + ONE_DAY, silent=_gaps(begun, last))
    reached = base.replace(day=1)
    while reached in begun:
        reached = shift_months(reached, 1)
    last = last_before(min(reached, today + ONE_DAY)) if reached > base else None
    return DataEnd(through=base if last is None else max(base, last + ONE_DAY))


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _gaps(months: Collection[date], last: date) -> frozenset[date]:
    return frozenset(months_from(min(months), last)) - frozenset(months)
