"""Horizons: how far ahead of a day a question looks."""

from dataclasses import dataclass
from datetime import date, timedelta

from metrics.errors import MetricsError
from metrics.period_grammar import ONE_DAY, shift_months

USUAL_DAYS = 90
_LONGEST_DAYS = 731
_QUARTER = 3


class HorizonError(MetricsError):
    """It does not look ahead, or further than anything is known."""

    def __init__(self, days: int) -> None:
        said = f"1 to {_LONGEST_DAYS} days ahead can be asked for, such as 90d, not {days}"
        super().__init__(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Days after the one that is asked on: so many, or the calendar quarter or year that is next.

    With ``whole_months`` it goes on until that many whole months after the running one are over.
    """

    days: int = USUAL_DAYS
    is_next_quarter: bool = False
    is_next_year: bool = False
    whole_months: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.days <= _LONGEST_DAYS:
            raise HorizonError(self.days)

    def stretch(self, today: date) -> tuple[date, date]:
        """Find the first day and the first one after the last.

        Examples
        --------
        >>> [str(day) for day in Horizon(days=30).stretch(date(2026, 11, 21))]
        ['2026-11-22', '2026-12-22']
        >>> [str(day) for day in Horizon(is_next_quarter=True).stretch(date(2026, 11, 21))]
        ['2027-01-01', '2027-04-01']
        >>> [str(day) for day in Horizon(is_next_year=True).stretch(date(2026, 11, 21))]
        ['2027-01-01', '2028-01-01']
        >>> [str(day) for day in Horizon(whole_months=3).stretch(date(2026, 11, 21))]
        ['2026-11-22', '2027-03-01']
        """
        if self.is_next_quarter:
            month = today.replace(day=1)
            first = shift_months(month, _QUARTER - (month.month - 1) % _QUARTER)
            return first, shift_months(first, _QUARTER)
        if self.is_next_year:
            return date(today.year + 1, 1, 1), date(today.year + 2, 1, 1)
        tomorrow = today + ONE_DAY
        if self.whole_months is not None:
            return tomorrow, shift_months(today.replace(day=1), self.whole_months + 1)
        return tomorrow, tomorrow + timedelta(self.days)

    @property
    def text(self) -> str:
        """The word that asks for it: "90d", "next-quarter", "next-year"."""
        if self.is_next_year:
            return "next-year"
        return "next-quarter" if self.is_next_quarter else f"{self.days}d"
