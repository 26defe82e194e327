"""Lengths of terms: whole months where they are, else days; and the ends of what follows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from metrics.period_grammar import ONE_DAY, shift_months

DAYS_OF_MONTH = Fraction(365, 12)
"""Of a month, where a term is counted in days."""


@dataclass(frozen=True, slots=True)
class Length:
    """Length of a term that may be repeated: whole months, or days where ``months`` is None.

    ``gap`` is the days from the last day of one to the first day of the next: none where the last
    day is the next one's first.
    """

    months: int | None
    days: int
    gap: timedelta = ONE_DAY

    def monthly(self, amount: int) -> Fraction:
        """Divide an amount by the months of the term."""
        if self.months is None:
            return DAYS_OF_MONTH * amount / self.days
        return Fraction(amount, self.months)

    def begin(self, start: date, number: int) -> date:
        """Find the first day of the term of that number; the first term has the number 0."""
        if self.months is None:
            return start + timedelta(self.days * number)
        return shift_months(start, self.months * number)

    def last(self, start: date, number: int) -> date:
        """Find the last day of the term of that number."""
        return self.begin(start, number + 1) - self.gap


def length_of(start: date, last: date) -> Length:
    """Measure a term, both days included.

    Examples
    --------
    >>> length_of(date(2026, 1, 1), date(2026, 12, 31)).months
    12
    >>> length_of(date(2026, 4, 15), date(2026, 6, 15)).months
    2
    >>> length_of(date(2026, 1, 1), date(2026, 1, 20)).days
    20
    """
    days = (last - start).days + 1
    after = last + ONE_DAY
    if months := _months_until(start, after):
        return Length(months, days)
    if months := _months_until(start, last):
        return Length(months, days, timedelta())
    return Length(None, days)


def _months_until(start: date, day: date) -> int:
    """Count the months after which a day comes again; 0 if they are not whole."""
    is_short = day.day < start.day and (day + ONE_DAY).day == 1  # a month without that day
    if day.day != start.day and not is_short:
        return 0
    return (day.year - start.year) * 12 + day.month - start.month
