"""Stretches of mid, twelve accounts, beside rest: three that pay, and twelve from May 2026 on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.alerts.rules.sight import AlertSight
from bot.alerts.telling.details import MixChange, MonthFigures, MonthPoint, NoticeDetails
from bot.alerts.telling.details_reader import DetailsReader
from bot.answers.answers import Answers
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.small_stretches import Stretches
from metrics.alerts.grouping import Notice
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.alerts.series import Series
from metrics.alerts.states import Transition, TransitionKind
from metrics.alerts.statuses import NOT_JUDGED
from metrics.change import Change
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from storage.alerts.series import read_series
from tests.bot.small_company import answers_from, small_company

MID: Scope = (("segment", "mid"),)
REST: Scope = (("segment", "rest"),)
FLOOR = AlertRule(
    rule_id="", kind=RuleKind.FLOOR, threshold=Fraction(1), window=Window.MONTH, scope=MID
)
MARCH, APRIL, MAY = (date(2026, number, 1) for number in (3, 4, 5))
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
COMPANY = frozenset[Scope]({()})


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    days = [("2024-01-10", "100", segment) for segment in ["mid"] * 12 + ["rest"] * 12]
    # Nine of them pause: who comes new is of another cohort, which tells the three apart.
    paused = [("2024-06-10", "-100", ""), ("2026-04-10", "100", "")]
    rows = (
        f"m{account}-{number},a{account},{day},{amount}.00,USD,{segment}\n"
        for account, first in enumerate(days)
        for number, (day, amount, segment) in enumerate([first, *(paused if account > 14 else [])])
    )
    text = "movement_id,account_id,date,amount,currency,segment\n" + "".join(rows)
    store = small_company(tmp_path, text)
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

        assert stretches.may_tell(OCTOBER, beside_usual=False)
        assert stretches.may_tell(OCTOBER, beside_usual=True) is is_told


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
    answers: Answers, month: date, *, rule: AlertRule = FLOOR, since: date | None = None
) -> NoticeDetails:
    """Return details of a month in which each figure is there."""
    status = replace(NOT_JUDGED, month=month)
    told = Transition.of(rule, TransitionKind.FIRED, status, episode=1, n=0)
    change = Change(before=Fraction(1), after=Fraction(1), segments=())
    figures = MonthFigures(
        currency="USD",
        data_version=1,
        retention=series_of(answers, rule).months[month].retention,
        history=tuple(
            MonthPoint(month=shift_months(month, number), value=Fraction(1))
            for number in range(-12, 1)
        ),
        drivers=(),
        mix=MixChange(since=since, change=change) if since else None,
        usual_losses=Fraction(1, 50),
    )
    notice = Notice(recipient_id="U1", transition=told, severity=rule.severity)
    return NoticeDetails(notice=notice, rule=rule, figures=figures)


def test_a_message_leaves_out_the_months_that_are_hidden_and_what_is_usual_with_them(
    answers: Answers,
) -> None:
    details = details_of(answers, OCTOBER)

    left = DetailsReader(answers=answers).without_small_groups(details, COMPANY).figures

    shown = [point.month for point in left.history if point.value is not None]
    assert shown == [shift_months(MAY, number) for number in range(6)]
    assert [point.month for point in left.history] == [p.month for p in details.figures.history]
    assert left.retention == details.figures.retention
    assert left.usual_losses is None


def test_a_message_of_a_month_that_is_hidden_has_none_of_its_figures(answers: Answers) -> None:
    details = details_of(answers, MARCH)

    left = DetailsReader(answers=answers).without_small_groups(details, COMPANY).figures

    assert left.retention is None
    assert left.usual_losses is None
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

    assert (left.figures.mix is not None) is is_split
