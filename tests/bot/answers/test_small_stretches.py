"""Stretches of mid, twelve accounts, beside rest: three that pay, and twelve from May 2026 on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.alerts.rules.sight import AlertSight
from bot.alerts.telling.details import (
    DropCause,
    MonthFigures,
    MonthPoint,
    NoticeDetails,
    Share,
    Stage,
)
from bot.alerts.telling.details_reader import DetailsReader
from bot.answers.answers import Answers
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.small_stretches import Stretches, held_against, may_tell
from metrics.activity import Activity
from metrics.alerts.grouping import Notice
from metrics.alerts.rules import SUSTAINED_DROP, AlertRule, Window
from metrics.alerts.series import Series
from metrics.alerts.states import Transition, TransitionKind
from metrics.alerts.statuses import NOT_JUDGED, month_statuses
from metrics.change import Change
from metrics.data_end import Declared
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from storage.alerts.series import read_series
from tests.bot.paused_company import MID, REST, paused_company
from tests.bot.small_company import answers_from, small_company
from tests.metrics.alerts.own_rules import below, drops

FLOOR = below("100", MID)
MARCH, APRIL, MAY = (date(2026, number, 1) for number in (3, 4, 5))
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
COMPANY = frozenset[Scope]({()})


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    store = paused_company(tmp_path)
    yield answers_from(store)
    store.engine.dispose()


@pytest.mark.parametrize(
    ("scope", "window", "granted", "month", "is_shown"),
    [
        pytest.param(MID, Window.MONTH, (), APRIL, False, id="what-is-left-is-three"),
        pytest.param(MID, Window.MONTH, (), MAY, True, id="what-is-left-is-twelve"),
        pytest.param(MID, Window.MONTH, (), OCTOBER, True, id="the-last-one-that-is-over"),
        pytest.param(MID, Window.MONTH, (), NOVEMBER, False, id="not-over"),
        pytest.param(MID, Window.YEAR, (), OCTOBER, False, id="a-year-opens-twelve-before"),
        pytest.param(MID, Window.MONTH, MID, APRIL, True, id="granted"),
        pytest.param(REST, Window.MONTH, REST, APRIL, False, id="three-that-were-granted"),
    ],
)
def test_a_stretch_is_shown_once_it_is_over_and_tells_of_no_small_group(
    answers: Answers, scope: Scope, window: Window, granted: Scope, month: date, *, is_shown: bool
) -> None:
    with answers.reading() as reading:
        stretches = Stretches(reading, scope, window, frozenset({granted}))

        assert stretches.may_show(month) is is_shown


@pytest.mark.parametrize(
    ("scope", "granted", "is_told"),
    [
        pytest.param(MID, (), False, id="seven-of-the-twelve-before-are-hidden"),
        pytest.param(MID, MID, True, id="none-is-hidden"),
        pytest.param(REST, REST, True, id="those-of-three-accounts-are-in-no-median"),
    ],
)
def test_what_is_usual_is_told_where_each_month_that_makes_it_up_may_be_shown(
    answers: Answers, scope: Scope, granted: Scope, *, is_told: bool
) -> None:
    with answers.reading() as reading:
        stretches = Stretches(reading, scope, Window.MONTH, frozenset({granted}))

        assert stretches.may_show(OCTOBER)
        assert stretches.may_tell_usual([OCTOBER]) is is_told


DROP = drops("1", MID)


@pytest.mark.parametrize(
    ("began", "granted", "is_told"),
    [
        pytest.param(date(2025, 9, 1), (), False, id="September-2024-was-before-it"),
        pytest.param(date(2025, 10, 1), (), True, id="September-2024-was-not"),
        pytest.param(date(2025, 9, 1), MID, True, id="granted"),
    ],
)
def test_a_drop_that_lasts_is_told_where_what_was_usual_before_it_may_be_shown(
    tmp_path: Path, began: date, granted: Scope, *, is_told: bool
) -> None:
    # Until September 2024 three others opened. An account of mid, which opens with 2,100.00, loses
    # 40.00 a month through October 2026, which is still held against what was before the first.
    months = [one for number in range(14) if (one := shift_months(began, number)) <= OCTOBER]
    lost = [(0, month.replace(day=20).isoformat(), "-40.00") for month in months]
    store = paused_company(tmp_path, until="2024-09-10", more=[(0, "2024-01-10", "900.00"), *lost])
    answers = answers_from(store)
    with answers.reading() as reading:
        status = month_statuses(DROP, series_of(answers, DROP))[OCTOBER]
        assert status.run is not None
        assert status.run.began == began

        told = may_tell(reading, DROP, frozenset({granted}), month=OCTOBER, verdict=status.verdict)

    assert told is is_told
    store.engine.dispose()


def test_a_rule_is_tried_out_on_the_newest_months_up_to_the_first_that_is_hidden(
    answers: Answers,
) -> None:
    whole, sight = series_of(answers, FLOOR), AlertSight(answers)

    seen = sight.visible(FLOOR, whole, Visibility(COMPANY))

    assert sorted(seen.months) == [shift_months(MAY, number) for number in range(6)]
    assert sight.visible(FLOOR, whole, EVERYTHING) == whole
    with pytest.raises(SmallCohortError):
        sight.visible(replace(FLOOR, window=Window.YEAR), whole, Visibility(COMPANY))


def series_of(answers: Answers, rule: AlertRule) -> Series:
    with answers.reading() as reading:
        return read_series(reading.ledger, [rule])[rule.scope]


def details_of(
    answers: Answers, month: date, *, rule: AlertRule = FLOOR, since: date = OCTOBER
) -> NoticeDetails:
    """Return details of a month in which each figure is there."""
    status = replace(NOT_JUDGED, month=month)
    told = Transition.of(rule, TransitionKind.FIRED, status, episode=1, n=0)
    change = Change(before=Fraction(1), after=Fraction(1), segments=())
    retention = series_of(answers, rule).months[month].retention
    cause = DropCause(
        metric=rule.metric,
        window=rule.window,
        retention=retention,
        before=retention,
        drivers=Activity(),
        share=Share(dimension="segment", change=change),
    )
    figures = MonthFigures(
        currency="USD",
        data_version=1,
        retention=retention,
        history=tuple(
            MonthPoint(month=shift_months(month, number), value=Fraction(1))
            for number in range(-12, 1)
        ),
        drivers=(),
        stage=Stage(rule=rule, month=month, since=since, window=rule.window),
        since=MonthPoint(month=since, value=Fraction(1)),
        cause=cause,
    )
    notice = Notice(recipient_id="U1", transition=told, severity=rule.severity)
    return NoticeDetails(notice=notice, rule=rule, figures=figures)


def test_a_message_leaves_out_the_months_that_are_hidden_and_what_it_was_before_with_them(
    answers: Answers,
) -> None:
    details = details_of(answers, OCTOBER, since=APRIL)

    left = DetailsReader(answers=answers).without_small_groups(details, COMPANY).figures

    shown = [point.month for point in left.history if point.value is not None]
    assert shown == [shift_months(MAY, number) for number in range(6)]
    assert [point.month for point in left.history] == [p.month for p in details.figures.history]
    assert left.retention == details.figures.retention
    assert left.since is None
    assert left.cause is not None
    assert (left.cause.before, left.cause.share) == (None, None)


def test_a_message_of_a_month_that_is_hidden_has_none_of_its_figures(answers: Answers) -> None:
    details = details_of(answers, MARCH)

    left = DetailsReader(answers=answers).without_small_groups(details, COMPANY).figures

    assert left.retention is None
    assert left.cause is None
    assert {point.value for point in left.history} == {None}


def test_where_nothing_is_small_a_message_stays_as_it_is(answers: Answers) -> None:
    details = details_of(answers, OCTOBER)

    assert DetailsReader(answers=answers).without_small_groups(details, frozenset({MID})) == details


@pytest.mark.parametrize(
    ("since", "is_split"), [(APRIL, False), (MAY, True)], ids=["three", "twelve"]
)
def test_the_company_is_split_where_no_segment_is_folded_away_before_or_after(
    answers: Answers, since: date, *, is_split: bool
) -> None:
    details = details_of(answers, OCTOBER, rule=replace(FLOOR, scope=()), since=since)

    left = DetailsReader(answers=answers).without_small_groups(details, COMPANY)

    cause = left.figures.cause
    assert cause is not None
    assert (cause.share is not None) is is_split


def test_before_a_month_is_closed_a_month_is_held_against_itself(tmp_path: Path) -> None:
    young = small_company(tmp_path, declared=Declared())

    with answers_from(young).reading() as reading:
        assert held_against(reading, SUSTAINED_DROP, MAY) == {MAY}
    young.engine.dispose()


def test_a_month_that_is_not_closed_is_held_against_itself_though_nothing_moved_in_it(
    answers: Answers,
) -> None:
    with answers.reading() as reading:
        assert held_against(reading, SUSTAINED_DROP.over(MID), NOVEMBER) == {NOVEMBER}
