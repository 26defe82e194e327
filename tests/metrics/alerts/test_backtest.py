"""What a rule would have said of the months that there are."""

from dataclasses import replace

import pytest

from metrics.alerts.backtest import Backtest, Newest, backtest
from metrics.alerts.rules import FLOOR, SHOCK, SUSTAINED_DROP, AlertRule, Window
from metrics.alerts.statuses import Health
from tests.metrics.alerts.months import STEADY, Percent, closed, month, ratio, series
from tests.metrics.alerts.own_rules import below, drops

BELOW_105 = below("105")
DROP = drops("3")


def told(rule: AlertRule, *months: str) -> tuple[int, int, int, bool]:
    found = backtest(rule, series(months))
    return found.periods, found.breached, found.alerts, found.newest.would_fire


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        pytest.param(
            BELOW_105,
            ["101"] * 35,
            Backtest(
                periods=35,
                breached=35,
                alerts=1,
                first=month(0),
                last=month(34),
                newest=Newest(value=ratio("101"), would_fire=True),
            ),
            id="below-105-in-35-of-35-months-one-alert",
        ),
        pytest.param(
            BELOW_105,
            ["114"] * 24,
            Backtest(periods=24, newest=Newest(value=ratio("114"))),
            id="never",
        ),
        pytest.param(
            BELOW_105,
            ["104", "105.2", "104", "106", "104", "106"],
            Backtest(
                periods=6,
                breached=3,  # 105.2 % is above the level and no recovery
                alerts=2,
                first=month(0),
                last=month(4),
                newest=Newest(value=ratio("106")),
            ),
            id="two-alerts-in-three-months",
        ),
        pytest.param(
            replace(BELOW_105, window=Window.QUARTER),
            ["104"] * 8,
            Backtest(
                periods=2,
                breached=2,
                alerts=1,
                first=month(2),
                last=month(5),
                newest=Newest(value=ratio("104"), would_fire=True),
            ),
            id="quarters-are-counted-and-not-months",
        ),
        pytest.param(
            BELOW_105,
            ["104", None, closed("90", accounts=9)],
            Backtest(
                periods=1,
                breached=1,
                alerts=1,
                first=month(0),
                last=month(0),
                newest=Newest(value=ratio("104"), health=Health.INSUFFICIENT),
            ),
            id="what-cannot-be-judged-is-not-counted-and-fires-nothing",
        ),
        pytest.param(
            SUSTAINED_DROP,
            [*STEADY, "98", "98", "98", "102"],
            Backtest(
                periods=6,  # six months come before the first that has a baseline
                breached=3,
                alerts=1,
                first=month(8),
                last=month(10),
                newest=Newest(value=ratio("102")),
            ),
            id="a-drop-that-is-over",
        ),
        pytest.param(
            SHOCK,
            [*STEADY, closed("102", cost="2"), closed("102", cost="2"), "102"],
            Backtest(
                periods=4,
                breached=2,
                alerts=2,
                first=month(8),
                last=month(9),
                newest=Newest(value=ratio("102")),
            ),
            id="each-event-is-an-alert",
        ),
    ],
)
def test_a_rule_is_tried_out_on_all_closed_months(
    rule: AlertRule, months: list[Percent], expected: Backtest
) -> None:
    found = backtest(rule, series(months))

    # Where the newest ratio is of is said by the months themselves.
    assert replace(found, newest=replace(found.newest, month=None)) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param(("101", "99", "100.4"), (3, 1, 1, True), id="not-recovered-at-the-end"),
        pytest.param(("101", "99", "100.5"), (3, 1, 1, False), id="half-a-point-clear"),
        pytest.param(("100", "100"), (2, 0, 0, False), id="at-the-level-is-not-below"),
    ],
)
def test_a_level_that_has_not_recovered_would_fire(
    months: tuple[str, ...], expected: tuple[int, int, int, bool]
) -> None:
    assert told(replace(BELOW_105, threshold=ratio("100")), *months) == expected


def test_a_drop_is_tried_out_from_the_month_on_that_has_a_baseline() -> None:
    # Seven months come before the first that can be judged; the eighth is four points down.
    assert told(DROP, *["102"] * 7) == (0, 0, 0, False)
    assert told(DROP, *["102"] * 7, "98") == (1, 1, 1, True)
    assert told(DROP, *["102"] * 7, "98", "102", "102") == (3, 1, 1, False)


def test_a_level_without_a_base_twelve_months_back_says_so() -> None:
    young = replace(closed("101"), year=None)

    found = backtest(FLOOR, series([young] * 5))

    assert (found.periods, found.newest.value, found.newest.would_fire) == (0, None, False)
    assert found.newest.health is Health.NO_BASE
