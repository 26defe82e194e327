"""The period that stands in for one that is not in: the last one of its kind with data."""

from dataclasses import replace
from datetime import date

from metrics.data_end import DataEnd
from metrics.period_grammar import MONTHS_IN, PeriodUnit, Stretch, shift_months, whole_months


def last_in(stretch: Stretch, *, today: date, data_end: DataEnd) -> Stretch:
    """Find the last stretch that has data, and is of the kind of one that has none."""
    if stretch.unit is PeriodUnit.DAY:
        end = data_end.through
        return replace(stretch, start=end - (stretch.end - stretch.start), end=end)
    months = whole_months(stretch.start, stretch.end) or 0
    is_unit = stretch.unit is not PeriodUnit.TTM and months == MONTHS_IN[stretch.unit]
    end, step = (stretch.end, -months) if is_unit else (_month_of(today, data_end), -1)
    while not data_end.has_some_of(shift_months(end, -months), end):
        end = shift_months(end, step)
    return replace(stretch, start=shift_months(end, -months), end=end, to_date=False)


def _month_of(today: date, data_end: DataEnd) -> date:
    return min(today, data_end.through).replace(day=1)
