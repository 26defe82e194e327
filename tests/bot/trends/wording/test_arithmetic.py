"""Whoever subtracts what a trend shows comes to the changes that it shows."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.trends.wording.rows import month_grid, series_grid
from bot.trends.wording.sentences import headline
from tests.bot.sample_trends import sample_trend
from tests.bot.shown import tenths

courses = st.lists(st.integers(8_000, 13_000), min_size=2, max_size=15).map(
    lambda hundredths: [each / 100 for each in hundredths]
)


@given(courses)
def test_each_month_changes_by_what_its_figures_do(course: list[float]) -> None:
    rows = month_grid(sample_trend(course)).rows

    for before, now in pairwise(rows):
        assert tenths(now[2]) == tenths(now[1]) - tenths(before[1])


@given(courses)
def test_the_changes_of_a_series_are_those_of_the_months_that_they_name(
    course: list[float],
) -> None:
    trend = sample_trend(course)
    shown = {row[0]: tenths(row[1]) for row in month_grid(trend).rows}
    grid = series_grid(trend)

    for head, cell in list(zip(grid.header, grid.rows[0], strict=True))[2:4]:
        _, *words = head.split()
        month = " ".join((*words, "2026")[:2])
        assert tenths(cell) == tenths(grid.rows[0][1]) - shown[month]


@given(courses)
def test_the_headline_subtracts_what_the_table_shows(course: list[float]) -> None:
    trend = sample_trend(course)
    shown = {row[0]: tenths(row[1]) for row in month_grid(trend).rows}

    pattern = r"(\S+%) in .+?, (.+?) (?:since (\S+ \S+)|in a year) ·"
    now, moved, before = re.findall(pattern, headline(trend))[0]

    assert tenths(now) == shown["Oct 2026"]
    assert tenths(moved) == tenths(now) - shown[before or "Oct 2025"]
