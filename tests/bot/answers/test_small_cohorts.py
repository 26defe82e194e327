from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.answer import Answer, Comparisons, Slice
from bot.answers.small_cohorts import TOGETHER, Cohorts, SmallCohortError, without_small_cohorts
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.pauses import LapsedPauses
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope
from metrics.small_groups import is_few
from tests.bot.sample_answers import period_of, sample_answer
from tests.bot.sample_trends import sample_trend
from tests.metrics.retentions import retention_of

SMB: Scope = (("segment", "smb"),)


def cohort(accounts: int) -> Retention:
    return retention_of(accounts * 100, accounts=accounts)


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


def judged(
    *accounts: int, dimension: str = "industry", scope: Scope = (), outside: int = 0
) -> Cohorts:
    """Judge a scope that was granted, and whose values have so many accounts."""
    counts = {
        frozenset({*scope, (dimension, f"v{number}")}): (count, outside)
        for number, count in enumerate(accounts)
    }
    return Cohorts.of(counts, [scope])


def shown(*accounts: int) -> list[tuple[str, int]]:
    answer = replace(sample_answer(), retention=cohort(sum(accounts)), breakdown=slices(*accounts))
    found = without_small_cohorts(answer, lambda _: judged(*accounts, scope=answer.question.scope))
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


@pytest.mark.parametrize("accounts", [1, 4])
def test_a_scope_that_is_too_small_is_not_shown_at_all(accounts: int) -> None:
    answer = sample_answer()

    with pytest.raises(SmallCohortError):
        without_small_cohorts(answer, lambda _: judged(accounts, scope=answer.question.scope))


@pytest.mark.parametrize(
    ("accounts", "granted", "is_told"),
    [(0, SMB, True), (1, SMB, False), (5, SMB, True), (5, (), False), (0, (), True)],
    ids=["none", "one", "five", "five of a part", "none of a part"],
)
def test_pauses_that_became_too_long_are_told_of_no_few_accounts(
    accounts: int, granted: Scope, *, is_told: bool
) -> None:
    lapsed = LapsedPauses(accounts=accounts, mrr_minor=accounts * 100)
    answer = sample_answer(scope=SMB, lapsed=lapsed)
    counts = {frozenset(SMB): (9, 0), frozenset({("segment", "mid")}): (9, 0)}

    found = without_small_cohorts(answer, lambda _: Cohorts.of(counts, [granted]))

    assert isinstance(found, Answer)
    assert found.memo.lapsed == (lapsed if is_told else None)


def test_a_comparison_with_a_time_when_it_was_too_small_is_left_out() -> None:
    answer = sample_answer()

    def judge(period: Period) -> Cohorts:
        accounts = 9 if period == answer.period else 4
        return judged(accounts, scope=answer.question.scope)

    found = without_small_cohorts(answer, judge)

    assert isinstance(found, Answer)
    assert found.comparisons == Comparisons(previous=None, trailing=None, latest_month=None)


@pytest.mark.parametrize(("accounts", "is_told"), [(0, True), (4, False)])
def test_that_nobody_paid_a_year_ago_is_told_to_whom_a_few_would_be_hidden_from(
    accounts: int, *, is_told: bool
) -> None:
    year = period_of("ttm")
    answer = replace(
        sample_answer(), comparisons=Comparisons(previous=None, trailing=None, unpaid=year)
    )

    def judge(period: Period) -> Cohorts:
        return judged(accounts if period == year else 9, scope=answer.question.scope)

    found = without_small_cohorts(answer, judge)

    assert isinstance(found, Answer)
    assert (found.comparisons.unpaid == year) is is_told


def test_what_is_gone_is_shown_where_its_twelve_months_are() -> None:
    answer, accounts = sample_answer(), (5, 20, 9, 3)
    parts = tuple(replace(one, year=one.retention) for one in slices(*accounts))
    split = replace(answer, breakdown=parts[:2], gone=parts[2:])

    found = without_small_cohorts(split, lambda _: judged(*accounts, scope=answer.question.scope))

    assert isinstance(found, Answer)
    assert [(part.value, part.year) for part in found.gone] == [("v2", cohort(9))]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_nothing_too_small_is_shown_nor_left_over(accounts: list[int]) -> None:
    if is_few(sum(accounts)):
        with pytest.raises(SmallCohortError):
            shown(*accounts)
        return

    found = dict(shown(*accounts))

    assert not any(map(is_few, found.values()))
    assert sum(found.values()) == sum(accounts)


def course(value: str | None, *accounts: int) -> TrendSeries:
    whole = sample_trend(scope=()).whole.points
    points = tuple(
        TrendPoint(period=point.period, retention=cohort(count))
        for point, count in zip(whole, accounts, strict=False)
    )
    return TrendSeries(dimension=value and "segment", value=value, points=points)


def judged_by_points(trend: Trend) -> Callable[[Period], Cohorts]:
    """Judge each window by the accounts that its points have."""
    scope = trend.question.scope

    def judge(period: Period) -> Cohorts:
        counts = {
            frozenset({*scope, ("segment", series.value or "")}): (
                point.retention.accounts_opening,
                0,
            )
            for series in trend.series[1:] or trend.series
            for point in (*series.points, *([series.earlier] if series.earlier else []))
            if point.period == period
        }
        return Cohorts.of(counts, [scope])

    return judge


def of_trend(*series: TrendSeries) -> Trend:
    trend = replace(sample_trend(scope=()), series=series)
    found = without_small_cohorts(trend, judged_by_points(trend))
    assert isinstance(found, Trend)
    return found


def test_a_value_that_was_too_small_at_any_time_is_not_shown_apart_in_a_trend() -> None:
    trend = replace(
        sample_trend(scope=()),
        series=(
            course(None, 30, 30, 30),
            course("a", 20, 20, 20),
            course("b", 6, 7, 6),
            course("c", 4, 3, 4),
        ),
    )

    found = without_small_cohorts(trend, judged_by_points(trend))

    assert isinstance(found, Trend)
    assert [series.value for series in found.series] == [None, "a", TOGETHER]


def with_earlier(series: TrendSeries, accounts: int) -> TrendSeries:
    point = replace(series.points[0], retention=cohort(accounts))
    return replace(series, earlier=point)


def test_a_value_that_was_too_small_a_year_before_is_not_shown_apart_either() -> None:
    large, other = with_earlier(course("a", 22, 22), 10), with_earlier(course("b", 18, 18), 10)
    once_small = with_earlier(course("c", 9, 9), 3)
    whole = with_earlier(course(None, 49, 49), 23)

    found = of_trend(whole, large, other, once_small)

    assert isinstance(found, Trend)
    assert [(one.value, one.earlier and one.earlier.retention) for one in found.series] == [
        (None, cohort(23)),
        ("b", cohort(10)),  # "a" goes with the small one then, and nothing stands for both now
    ]


def test_a_whole_that_was_too_small_a_year_before_is_compared_with_its_first_month() -> None:
    series = (with_earlier(course(None, 30, 30), 4), with_earlier(course("a", 30, 30), 4))

    found = of_trend(*series)

    assert isinstance(found, Trend)
    assert [one.earlier for one in found.series] == [None, None]


def test_a_trend_begins_once_there_are_enough() -> None:
    trend = replace(sample_trend(scope=()), series=(course(None, 3, 4, 5, 6),), months_left_out=2)

    found = without_small_cohorts(trend, judged_by_points(trend))

    assert isinstance(found, Trend)
    assert [p.retention.accounts_opening for p in found.whole.points] == [5, 6]
    assert found.months_left_out == 4


def test_months_before_too_few_do_not_tell_what_is_usual() -> None:
    whole = course(None, 9, 4, 9, 9)
    before = {point.period: Fraction(1) for point in reversed(whole.points[:-1])}
    shown = replace(whole, points=whole.points[2:])
    trend = replace(sample_trend(scope=()), series=(shown,), months_before=before)
    judged = judged_by_points(replace(trend, series=(whole,)))

    found = without_small_cohorts(trend, judged)

    assert isinstance(found, Trend)
    assert [*found.months_before] == [whole.points[2].period]


@pytest.mark.parametrize("accounts", [(3, 4), (9, 4, 9), (9, 9, 3)])
def test_a_trend_of_too_few_is_not_shown(accounts: tuple[int, ...]) -> None:
    with pytest.raises(SmallCohortError):
        of_trend(course(None, *accounts))
