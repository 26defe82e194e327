from dataclasses import replace
from fractions import Fraction

import pytest

from bot.alerts.rules.form import alert_form
from bot.message import Block
from metrics.alerts.rules import AlertRule, RuleKind
from storage.alerts.rules import OWNERS, RuleRecord
from tests.bot.sample_answers import HOSTILE_NAME
from tests.slack.block_kit import find_modal_errors

OWN = RuleRecord(
    rule=AlertRule(
        rule_id="rule-3",
        kind=RuleKind.POINT_DROP,
        threshold=Fraction(25, 1000),
        scope=(("segment", "enterprise"),),
        for_periods=12,
    ),
    owner_id="U1",
    recipients=("U1", "C1", OWNERS),
)


def field(view: Block, name: str) -> Block:
    [block] = [block for block in view["blocks"] if block.get("block_id") == name]
    element: Block = block["element"]
    return element


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(None, id="new"),
        pytest.param(OWN, id="own"),
        pytest.param(replace(OWN, recipients=()), id="nobody"),
        pytest.param(
            replace(OWN, rule=OWN.rule.over(((HOSTILE_NAME, HOSTILE_NAME),))), id="hostile"
        ),
    ],
)
def test_slack_takes_the_form(record: RuleRecord | None) -> None:
    assert find_modal_errors(alert_form(record, channel_id="C1", asker="U1")) == []


def test_a_new_alert_is_for_whoever_asks() -> None:
    view = alert_form(None, channel_id="C1", asker="U1")

    assert field(view, "people")["initial_users"] == ["U1"]
    assert "initial_conversations" not in field(view, "channels")
    assert view["private_metadata"] == '{"channel_id": "C1"}'


def test_an_alert_that_is_changed_is_filled_in() -> None:
    view = alert_form(OWN, channel_id="C1", asker="U2")

    assert field(view, "scope")["initial_value"] == "segment:enterprise"
    assert field(view, "threshold")["initial_value"] == "2.5"
    assert field(view, "kind")["initial_option"]["value"] == "point-drop"
    assert field(view, "months")["initial_option"]["value"] == "12"
    assert field(view, "people")["initial_users"] == ["U1"]
    assert field(view, "channels")["initial_conversations"] == ["C1"]
    assert field(view, "account_owners")["initial_options"][0]["value"] == OWNERS
    assert '"rule_id": "rule-3"' in view["private_metadata"]


def test_only_channels_of_the_company_are_offered() -> None:
    chosen = field(alert_form(None, channel_id="C1", asker="U1"), "channels")["filter"]

    assert chosen == {"include": ["public", "private"], "exclude_external_shared_channels": True}
