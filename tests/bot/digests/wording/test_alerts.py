from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.digests.digest import AlertNews
from bot.digests.wording.alerts import alert_lines
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import FLOOR, SHOCK, Window
from metrics.alerts.states import AlertId, AlertState, Transition, TransitionKind
from metrics.alerts.verdicts import Verdict
from metrics.rollup import Scope

SMB: Scope = (("segment", "smb"),)
YEAR = Verdict(value=Fraction(88, 100), threshold=Fraction(90, 100), window=Window.YEAR)
DROP = Verdict(value=Fraction(95, 100), baseline=Fraction(102, 100), threshold=Fraction(2, 100))


def news(
    kind: TransitionKind,
    verdict: Verdict | None = DROP,
    *,
    scope: Scope = SMB,
    alert: Alert | None = None,
) -> AlertNews:
    transition = Transition(
        kind=kind,
        alert=AlertId(fingerprint="f", rule_id="any", scope=scope),
        episode=0,
        n=7,
        period=date(2026, 8, 1),
        verdict=verdict,
    )
    return AlertNews(transition=transition, alert=alert or Alert(rule=SHOCK, state=AlertState()))


@pytest.mark.parametrize(
    ("told", "line"),
    [
        pytest.param(
            news(TransitionKind.FIRED, YEAR, alert=Alert(rule=FLOOR, state=AlertState())),
            "12-month GRR of smb fires: 88.0% in the twelve months to August 2026, the level is"
            " 90.0%.",
            id="fired",
        ),
        pytest.param(
            news(TransitionKind.RESOLVED),
            "NRR of smb recovered: 95.0% in August 2026, usually 102.0%.",
            id="resolved",
        ),
        pytest.param(
            news(TransitionKind.LISTED, scope=()),
            "NRR of the whole company was restated into an alert, too late for a message: 95.0% in"
            " August 2026, usually 102.0%.",
            id="listed",
        ),
    ],
)
def test_an_alert_that_is_news_is_a_line(told: AlertNews, line: str) -> None:
    assert alert_lines([told]) == (line,)


def test_what_fires_comes_before_what_recovered() -> None:
    recovered, fired = news(TransitionKind.RESOLVED), news(TransitionKind.FIRED, scope=())

    first, second = alert_lines([recovered, fired])

    assert "fires" in first
    assert "recovered" in second


def test_segments_that_are_too_small_share_a_line_however_many_rules_say_so() -> None:
    small = news(TransitionKind.INSUFFICIENT, None)
    other = news(TransitionKind.INSUFFICIENT, None, scope=(("segment", "micro"),))

    assert alert_lines([small, small, other]) == ("Too few accounts for alerts: smb, micro.",)


def test_what_has_no_figures_is_no_line() -> None:
    assert alert_lines([news(TransitionKind.FIRED, None)]) == ()
    assert alert_lines([]) == ()


def test_of_a_removed_rule_the_ratio_is_not_guessed() -> None:
    told = replace(news(TransitionKind.RESOLVED, YEAR), alert=None)

    [line] = alert_lines([told])

    assert line.startswith("A 12-month ratio of smb recovered")


def test_a_verdict_without_a_level_is_told_by_its_value_alone() -> None:
    [line] = alert_lines([news(TransitionKind.FIRED, replace(DROP, threshold=None, baseline=None))])

    assert line.endswith("95.0% in August 2026.")
