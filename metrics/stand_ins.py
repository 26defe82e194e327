"""The period that stands in for one that is not in: the last one of its kind with data."""

from dataclasses import replace
from datetime import date

from metrics.data_end import DataEnd
from metrics.period_grammar import MONTHS_IN, PeriodUnit, Stretch, shift_months, whole_months


def last_in(stretch: Stretch, *, today: date, data_end: DataEnd) -> Stretch:
    """Find the last stretch that has data, and is of the kind of one that has none."""
    through, last = data_end.through, min(today, data_end.through)
    if stretch.unit is PeriodUnit.DAY:
        return replace(stretch, start=through - (stretch.end - stretch.start), end=through)
    months = whole_months(stretch.start, stretch.end) or 0
    is_unit = stretch.unit is not PeriodUnit.TTM and months == MONTHS_IN[stretch.unit]
    while not data_end.has_some_of(stretch.start, stretch.end) or (
        not is_unit and stretch.end > last
    ):
        step = -months if is_unit else -1
        stretch = replace(
            stretch,
            start=shift_months(stretch.start, step),
            end=shift_months(stretch.end, step),
            to_date=False,
        )
    return stretch
