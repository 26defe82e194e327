"""Labels of periods, as people may type them: "2026-Q3", "FY26-Q2 to date"."""

from datetime import date
from typing import assert_never

from metrics.period_grammar import ONE_DAY, PeriodUnit, Stretch

_TWO_DIGIT_YEARS = range(2000, 2100)  # FY26 would be read as 2026


def label_of(stretch: Stretch) -> str:
    """Write the label of a stretch: "2026-Q3", "FY26", "2026-07..2026-09", "TTM to 2026-10".

    Examples
    --------
    >>> october, november = date(2026, 10, 1), date(2026, 11, 1)
    >>> label_of(Stretch(unit=PeriodUnit.MONTH, start=october, end=november))
    '2026-10'
    """
    return f"{_name(stretch)} to date" if stretch.to_date else _name(stretch)


def _name(stretch: Stretch) -> str:
    first, last = stretch.start, stretch.end - ONE_DAY
    match stretch.unit:
        case PeriodUnit.DAY:
            return _between(first.isoformat(), last.isoformat())
        case PeriodUnit.MONTH:
            return _between(_month(first), _month(last))
        case PeriodUnit.QUARTER:
            quarter = (first.month - (stretch.fiscal_start or 1)) % 12 // 3 + 1
            return f"{_year(first, stretch.fiscal_start)}-Q{quarter}"
        case PeriodUnit.YEAR:
            return _year(first, stretch.fiscal_start)
        case PeriodUnit.TTM:
            return f"TTM to {_month(last)}"
        case never:
            assert_never(never)


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first}..{last}"


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _year(day: date, fiscal_start: int | None) -> str:
    if fiscal_start is None:
        return str(day.year)
    # The year that it ends in; one that begins in January ends in the same.
    year = day.year + (1 < fiscal_start <= day.month)
    return f"FY{year % 100:02}" if year in _TWO_DIGIT_YEARS else f"FY{year}"
