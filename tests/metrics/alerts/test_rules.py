from dataclasses import replace
from fractions import Fraction

import pytest

from metrics.alerts.rules import DEFAULT_RULES, FLOOR, SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alerts.states import StateName
from tests.metrics.alerts.months import STEADY, evaluated

SMB = (("segment", "smb"),)


def test_the_default_rules_are_those_of_the_definitions() -> None:
    assert [rule.rule_id for rule in DEFAULT_RULES] == [
        "sustained-drop",
        "shock",
        "floor",
        "masking",
    ]
    assert all(rule.enabled and rule.min_accounts == 10 for rule in DEFAULT_RULES)
    assert SUSTAINED_DROP.threshold == Fraction(2, 100)
    assert FLOOR.threshold == Fraction(90, 100)


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.rule_id)
def test_the_default_rules_say_nothing_about_steady_months(rule: AlertRule) -> None:
    state, transitions = evaluated(rule, STEADY)

    assert (state.name, transitions) == (StateName.INACTIVE, ())


def test_an_alert_is_told_from_those_of_other_rules_and_scopes() -> None:
    rules = [*DEFAULT_RULES, *(rule.over(SMB) for rule in DEFAULT_RULES)]

    assert len({rule.fingerprint for rule in rules}) == len(rules)


def test_an_alert_stays_the_same_when_its_rule_is_edited() -> None:
    edited = replace(SHOCK, threshold=Fraction(3, 100), version=2)

    assert edited.fingerprint == SHOCK.fingerprint


def test_a_rule_over_a_segment_is_the_same_rule() -> None:
    assert FLOOR.over(SMB) == replace(FLOOR, scope=SMB)
