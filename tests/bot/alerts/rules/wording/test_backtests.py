from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.alerts.rules.wording.backtests import backtest_sentence, backtest_words
from metrics.alerts.backtest import Backtest, Newest
from metrics.alerts.rules import AlertRule, Window
from metrics.alerts.statuses import Health
from tests.metrics.alerts.own_rules import below, drops

OCTOBER = date(2026, 10, 1)


def level(percent: str, window: Window = Window.YEAR, *, months: int = 1) -> AlertRule:
    return below(percent, (("segment", "smb"),), window=window, for_periods=months)


def result_of(
    of: int, breached: int, alerts: int, value: str | None, *, fires: bool = False
) -> Backtest:
    return Backtest(
        periods=of,
        breached=breached,
        alerts=alerts,
        last=OCTOBER if breached else None,
        newest=Newest(
            month=OCTOBER, value=Fraction(value) / 100 if value else None, would_fire=fires
        ),
    )


@pytest.mark.parametrize(
    ("rule", "result", "words"),
    [
        pytest.param(
            level("105"),
            result_of(24, 0, 0, "114"),
            "12-month NRR of smb was below 105% in 0 of 24 months; now 114.0%",
            id="never",
        ),
        pytest.param(
            level("105", Window.MONTH),
            result_of(35, 35, 1, "101.04", fires=True),
            "monthly NRR of smb was below 105% in 35 of 35 months, one alert; it is 101.0% now",
            id="always",
        ),
        pytest.param(
            level("98", Window.QUARTER),
            result_of(11, 3, 2, "98.5"),
            "quarterly NRR of smb was below 98% in 3 of 11 quarters, 2 alerts; it is 98.5% now",
            id="quarters",
        ),
        pytest.param(
            level("98", Window.MONTH, months=2),
            result_of(1, 1, 0, "97"),
            "monthly NRR of smb was below 98% in 1 of 1 month, no alert; it is 97.0% now",
            id="never-twice-in-a-row",
        ),
    ],
)
def test_a_level_says_how_often_the_ratio_was_below_it(
    rule: AlertRule, result: Backtest, words: str
) -> None:
    assert backtest_words(rule, result) == words
    assert backtest_sentence(rule, result) == f"{words[:1].upper()}{words[1:]}."


@pytest.mark.parametrize(("alerts", "times"), [(0, "0 times"), (1, "once"), (3, "3 times")])
def test_a_drop_says_how_often_it_would_have_fired(alerts: int, times: str) -> None:
    drop = drops("3")

    assert backtest_words(drop, result_of(34, alerts, alerts, "98.9")).startswith(
        f"an alert on monthly NRR of the whole company would have fired {times} in 34 months; "
    )


def test_what_fires_without_being_below_says_that_it_is_not_over() -> None:
    result = Backtest(
        periods=12,
        breached=3,
        alerts=1,
        last=date(2026, 9, 1),
        newest=Newest(month=OCTOBER, value=Fraction(902, 1000), would_fire=True),
    )

    assert backtest_words(level("90"), result).endswith(
        "one alert; it is 90.2% now, not yet 0.5 points clear of that"
    )


def test_a_drop_needs_months_before_it() -> None:
    drop = drops("3")

    assert backtest_words(drop, Backtest(newest=Newest(value=Fraction(1)))) == (
        "a drop of monthly NRR of the whole company cannot be told yet: it takes 7 months before it"
    )


def test_a_drop_that_lasts_is_not_over() -> None:
    drop = drops("3")
    result = replace(result_of(9, 2, 1, "98.9", fires=True), last=date(2026, 9, 1))

    assert backtest_words(drop, result).endswith("it is 98.9% now, not yet over")


@pytest.mark.parametrize(
    ("rule", "health", "why"),
    [
        (level("105"), Health.NO_BASE, "there was no opening MRR twelve months back"),
        (level("105", Window.QUARTER), Health.OK, "no quarter is closed"),
        (level("105"), Health.INSUFFICIENT, "fewer than 10 accounts had MRR when it began"),
        (level("105", Window.MONTH), Health.STALE, "no MRR was open in it"),
    ],
)
def test_what_cannot_be_judged_says_why(rule: AlertRule, health: Health, why: str) -> None:
    words = backtest_words(rule, Backtest(newest=Newest(health=health)))

    assert words.endswith(f"NRR of smb cannot be judged yet: {why}")


def test_figures_that_end_before_the_last_month_are_not_called_now() -> None:
    result = Backtest(periods=9, newest=Newest(value=Fraction(1), health=Health.INSUFFICIENT))

    assert backtest_words(level("90"), result) == (
        "12-month NRR of smb was below 90% in 0 of 9 months; the last closed month cannot be"
        " judged: fewer than 10 accounts had MRR when it began"
    )


def test_without_a_closed_month_it_says_what_closes_one() -> None:
    assert backtest_sentence(level("90"), None) == (
        "No month is closed yet: it is judged once an import says --closed-through."
    )
