"""A row of an alert never contradicts itself, and says which ratio and which half it is about."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.alerts.rules.report import AlertReport
from bot.alerts.rules.wording.listing import stands
from bot.alerts.rules.wording.rows import alert_grid
from bot.alerts.rules.wording.sentences import odd_words, state_words
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import FLOOR, MASKING, SHOCK, AlertRule, Window
from metrics.alerts.states import AlertState
from metrics.alerts.statuses import BreachStreak, Health, MonthStatus
from metrics.alerts.verdicts import Half, Verdict
from tests.metrics.alerts.own_rules import below

OCTOBER = date(2026, 10, 1)
FIRING = BreachStreak(began=OCTOBER, through=OCTOBER, months=1, against=None, fired_in=OCTOBER)
QUARTERLY = below("93", rule_id="rule-1", window=Window.QUARTER)


def percent(number: str) -> Fraction:
    return Fraction(number) / 100


def alert(
    rule: AlertRule,
    verdict: Verdict | None,
    *,
    run: BreachStreak | None = None,
    month: date = OCTOBER,
    health: Health = Health.OK,
    version: int = 1,
) -> Alert:
    status = MonthStatus(run=run, month=month, verdict=verdict, health=health)
    state = AlertState(data_version=1, rule_version=version, closed_through=OCTOBER, status=status)
    return Alert(rule=rule, state=state, recipients=())


LEVEL = Verdict(value=percent("88.9"), threshold=percent("90"), is_breach=True)
ACCOUNT = Verdict(
    value=percent("101.2"),
    baseline=percent("102.7"),
    threshold=percent("1"),
    is_breach=True,
    half=Half.ACCOUNT,
    account="acme",
)
DROP = Verdict(
    value=percent("97"), baseline=percent("101"), threshold=percent("3.5"), half=Half.DROP
)


@pytest.mark.parametrize(
    ("found", "row"),
    [
        pytest.param(
            alert(FLOOR, replace(LEVEL, is_recovered=False), run=FIRING),
            ("floor, company", "12-month GRR 88.9%", "n/a", "< 90.0%", "firing"),
            id="a-level-is-of-twelve-months",
        ),
        pytest.param(
            alert(FLOOR, replace(LEVEL, value=percent("90.2"), is_breach=False), run=FIRING),
            ("floor, company", "12-month GRR 90.2%", "n/a", "< 90.0%", "firing, ends at 90.5%"),
            id="above-its-level-and-not-over",
        ),
        pytest.param(
            alert(MASKING, replace(LEVEL, is_breach=False)),
            ("masking, company", "12-month GRR 88.9%", "n/a", "90.0%", "inactive, NRR below 100%"),
            id="low-and-nothing-is-masked",
        ),
        pytest.param(
            alert(SHOCK, replace(DROP, is_breach=True), run=FIRING),
            ("shock, company", "monthly NRR 97.0%", "101.0%", "97.5%", "firing"),
            id="the-whole-month",
        ),
        pytest.param(
            alert(SHOCK, ACCOUNT, run=FIRING),
            (
                *("shock, company", "monthly NRR 101.2%", "n/a", "101.7%"),
                "firing, \N{MINUS SIGN}1.5 pts by one account",
            ),
            id="one-account-beside-no-usual",
        ),
        pytest.param(
            alert(QUARTERLY, Verdict(value=percent("95"), threshold=percent("93"))),
            ("rule-1, company", "quarterly NRR 95.0%", "n/a", "< 93.0%", "inactive"),
            id="a-quarter",
        ),
        pytest.param(
            alert(FLOOR, None, health=Health.NO_BASE),
            ("floor, company", *["n/a"] * 3, "no opening MRR twelve months back"),
            id="no-base",
        ),
        pytest.param(
            alert(replace(QUARTERLY, version=2), LEVEL, run=FIRING),
            ("rule-1, company", *["n/a"] * 3, "not evaluated since it was changed"),
            id="figures-of-other-words-are-not-shown",
        ),
    ],
)
def test_a_row_says_what_its_state_rests_on(found: Alert, row: tuple[str, ...]) -> None:
    assert alert_grid(AlertReport(data_version=1, alerts=(found,))).rows == (row,)


def test_rows_of_another_month_than_the_last_one_say_so() -> None:
    september = date(2026, 9, 1)
    fine = Verdict(value=percent("95"), threshold=percent("93"))
    alerts = (alert(FLOOR, fine), alert(QUARTERLY, fine, month=september))

    grid = alert_grid(AlertReport(data_version=1, alerts=alerts))

    assert grid.title == "Alerts, closed months up to Oct 2026"
    assert [row[-1] for row in grid.rows] == ["inactive", "inactive, Sep 2026"]


def test_without_a_level_nothing_is_explained() -> None:
    young = alert(SHOCK, Verdict(value=percent("97")))

    assert list(odd_words(young)) == []
    assert state_words(young) == "inactive"


def test_until_when_an_alert_is_snoozed_and_what_is_new_stand_behind_its_state() -> None:
    firing = alert(FLOOR, LEVEL, run=FIRING)
    snoozed = replace(firing, state=replace(firing.state, snoozed_until=date(2026, 12, 1)))

    [row] = alert_grid(AlertReport(data_version=1, alerts=(snoozed,))).rows

    assert row[-1] == "firing, snoozed until 1 Dec 2026"


def test_before_the_first_evaluation_there_is_no_state() -> None:
    assert state_words(Alert(rule=FLOOR, state=AlertState(), recipients=())) == "not evaluated yet"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Alert(rule=FLOOR, state=AlertState(has_failed=True), recipients=()),
            "could not be evaluated: the log says what failed",
        ),
        (alert(FLOOR, LEVEL, health=Health.STALE), "no figures since Oct 2026"),
        (Alert(rule=FLOOR, state=AlertState(), recipients=()), "no figures yet"),
    ],
    ids=["failed", "stale", "new"],
)
def test_an_alert_that_cannot_be_judged_says_why(found: Alert, words: str) -> None:
    assert stands(found) == words
