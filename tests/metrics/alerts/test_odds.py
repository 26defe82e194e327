import pytest

from metrics.alerts.odds import RAREST, months_per_occurrence
from metrics.alerts.rules import FLOOR, SHOCK, AlertRule
from metrics.alerts.verdicts import Verdict
from tests.metrics.alerts.months import STEADY, Percent, closed, evaluated, ratio

WAVES = ("101", "103") * 6


def verdict_on(*months: Percent, rule: AlertRule = SHOCK) -> Verdict:
    verdict = evaluated(rule, months)[0].status.verdict
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("low", "months"),
    [("101.9", 2), ("100.2268", 6), ("98.4536", 44), ("96.6804", 741), ("80", RAREST)],
)
def test_a_lower_month_is_rarer(low: str, months: int) -> None:
    assert months_per_occurrence(verdict_on(*WAVES, low)) == months


@pytest.mark.parametrize(
    "verdict",
    [
        pytest.param(verdict_on(*STEADY, "98"), id="nothing-ever-varied"),
        pytest.param(verdict_on(*WAVES, "103"), id="above-its-baseline"),
        pytest.param(verdict_on("98"), id="no-baseline"),
        pytest.param(verdict_on(closed("98", cost="2")), id="what-one-account-costs"),
        pytest.param(verdict_on(closed("98", grr="80"), rule=FLOOR), id="a-floor"),
        pytest.param(Verdict(value=ratio("98")), id="nothing-to-compare-with"),
    ],
)
def test_nothing_is_said_where_nothing_is_known_of_chance(verdict: Verdict) -> None:
    assert months_per_occurrence(verdict) is None
