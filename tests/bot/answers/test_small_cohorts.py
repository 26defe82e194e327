from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.answer import Answer, Comparisons, Slice
from bot.answers.small_cohorts import TOGETHER, SmallCohortError, is_small, without_small_cohorts
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.retention import Retention
from metrics.rollup import total
from tests.bot.sample_answers import sample_answer
from tests.bot.sample_trends import sample_trend


def cohort(accounts: int) -> Retention:
    return Retention(
        accounts_opening=accounts,
        accounts_retained=accounts,
        opening=accounts * 100,
        expansion=0,
        contraction=0,
        churn=0,
    )


def slices(*accounts: int) -> tuple[Slice, ...]:
    whole = max(sum(accounts), 1)
    return tuple(
        Slice(
            dimension="industry",
            value=f"v{number}",
            retention=cohort(count),
            weight=Fraction(count, whole),
        )
        for number, count in enumerate(accounts)
    )


def shown(*accounts: int) -> list[tuple[str, int]]:
    answer = replace(sample_answer(), retention=cohort(sum(accounts)), breakdown=slices(*accounts))
    found = without_small_cohorts(answer)
    assert isinstance(found, Answer)
    breakdown = found.breakdown
    return [(part.value, part.retention.accounts_opening) for part in breakdown]


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        pytest.param((9, 7, 5), [("v0", 9), ("v1", 7), ("v2", 5)], id="all-large"),
        pytest.param((9, 4, 3), [("v0", 9), (TOGETHER, 7)], id="two-small-together"),
        pytest.param((9, 8, 2), [("v0", 9), (TOGETHER, 10)], id="one-small-with-the-next"),
        pytest.param((9, 0), [("v0", 9), ("v1", 0)], id="nobody-is-no-secret"),
        pytest.param((3, 2), [(TOGETHER, 5)], id="only-small"),
    ],
)
def test_what_is_too_small_is_shown_with_others(
    accounts: tuple[int, ...], expected: list[tuple[str, int]]
) -> None:
    assert shown(*accounts) == expected


def test_a_scope_that_is_too_small_is_not_shown_at_all() -> None:
    with pytest.raises(SmallCohortError):
        without_small_cohorts(replace(sample_answer(), retention=cohort(4)))


def test_a_comparison_with_a_time_when_it_was_too_small_is_left_out() -> None:
    answer = sample_answer()
    assert answer.comparisons.previous is not None
    assert answer.comparisons.trailing is not None
    was_small = replace(
        answer,
        comparisons=Comparisons(
            previous=replace(answer.comparisons.previous, retention=cohort(2)),
            trailing=replace(answer.comparisons.trailing, retention=cohort(4)),
            latest_month=replace(answer.comparisons.trailing, retention=cohort(1)),
        ),
    )

    found = without_small_cohorts(was_small)

    assert isinstance(found, Answer)
    assert found.comparisons == Comparisons(previous=None, trailing=None, latest_month=None)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_nothing_too_small_is_shown_nor_left_over(accounts: list[int]) -> None:
    whole = cohort(sum(accounts))
    answer = replace(sample_answer(), retention=whole, breakdown=slices(*accounts))
    if is_small(whole):
        with pytest.raises(SmallCohortError):
            without_small_cohorts(answer)
        return

    found = without_small_cohorts(answer)
    assert isinstance(found, Answer)
    breakdown = found.breakdown

    assert not any(is_small(part.retention) for part in breakdown)
    assert total(part.retention for part in breakdown) == whole
    assert sum(part.weight for part in breakdown) == (1 if sum(accounts) else 0)


def course(value: str | None, *accounts: int) -> TrendSeries:
    whole = sample_trend().whole.points
    points = tuple(
        TrendPoint(period=point.period, retention=cohort(count))
        for point, count in zip(whole, accounts, strict=False)
    )
    return TrendSeries(dimension=value and "segment", value=value, points=points)


def test_a_value_that_was_too_small_at_any_time_is_not_shown_apart_in_a_trend() -> None:
    trend = replace(
        sample_trend(),
        series=(
            course(None, 30, 30, 30),
            course("a", 20, 20, 20),
            course("b", 6, 7, 6),
            course("c", 4, 3, 4),
        ),
    )

    found = without_small_cohorts(trend)

    assert isinstance(found, Trend)
    assert [series.value for series in found.series] == [None, "a", TOGETHER]


def with_earlier(series: TrendSeries, accounts: int) -> TrendSeries:
    point = replace(series.points[0], retention=cohort(accounts))
    return replace(series, earlier=point)


def test_a_value_that_was_too_small_a_year_before_is_not_shown_apart_either() -> None:
    large, other = with_earlier(course("a", 22, 22), 10), with_earlier(course("b", 18, 18), 10)
    once_small = with_earlier(course("c", 9, 9), 3)
    whole = with_earlier(course(None, 49, 49), 23)

    found = without_small_cohorts(replace(sample_trend(), series=(whole, large, other, once_small)))

    assert isinstance(found, Trend)
    assert [(one.value, one.earlier and one.earlier.retention) for one in found.series] == [
        (None, cohort(23)),
        ("a", cohort(10)),
        (TOGETHER, cohort(13)),
    ]


def test_a_whole_that_was_too_small_a_year_before_is_compared_with_its_first_month() -> None:
    series = (with_earlier(course(None, 30, 30), 4), with_earlier(course("a", 30, 30), 4))

    found = without_small_cohorts(replace(sample_trend(), series=series))

    assert isinstance(found, Trend)
    assert [one.earlier for one in found.series] == [None, None]


def test_a_trend_begins_once_there_are_enough() -> None:
    trend = replace(sample_trend(), series=(course(None, 3, 4, 5, 6),), months_left_out=2)

    found = without_small_cohorts(trend)

    assert isinstance(found, Trend)
    assert [p.retention.accounts_opening for p in found.whole.points] == [5, 6]
    assert found.months_left_out == 4


@pytest.mark.parametrize("accounts", [(3, 4), (9, 4, 9), (9, 9, 3)])
def test_a_trend_of_too_few_is_not_shown(accounts: tuple[int, ...]) -> None:
    with pytest.raises(SmallCohortError):
        without_small_cohorts(replace(sample_trend(), series=(course(None, *accounts),)))
