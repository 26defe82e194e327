from dataclasses import replace

import pytest
from hypothesis import given

from bot.alerts.rules.form import ALERT_FORM, alert_form, read_fields
from bot.questions.words import Vocabulary
from bot.slack.sent import OPERATOR, FieldsError, Submission
from metrics.alerts.rules import AlertRule
from storage.alerts.rules import OWNERS, RuleRecord
from tests.bot.alerts.rules.own_rules import ODD, own_rules
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.shown import field
from tests.metrics.alerts.own_rules import drops
from tests.slack.block_kit import find_modal_errors

OWN = RuleRecord(
    rule=drops("2.5", (("segment", "enterprise"),), rule_id="rule-3", for_periods=12),
    owner_id="U1",
    recipients=("U1", "C1", OWNERS),
)


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
    view = alert_form(None, channel_id="C1", asker="U1", example="smb")

    assert field(view, "people")["initial_users"] == ["U1"]
    assert "initial_conversations" not in field(view, "channels")
    assert view["private_metadata"] == '{"channel_id": "C1"}'
    assert field(view, "scope")["placeholder"]["text"] == "smb"


def test_a_ledger_without_names_or_with_a_long_one_gives_no_example() -> None:
    for name in ("", "x" * 151):
        view = alert_form(None, channel_id="C1", asker="U1", example=name)
        assert "placeholder" not in field(view, "scope")


def test_an_alert_that_is_changed_is_filled_in() -> None:
    view = alert_form(OWN, channel_id="C1", asker="U2")

    assert field(view, "scope")["initial_value"] == "segment:enterprise"
    assert field(view, "threshold")["initial_value"] == "2.5"
    assert field(view, "kind")["initial_option"]["value"] == "drops-points"
    assert field(view, "months")["initial_option"]["value"] == "12"
    assert field(view, "people")["initial_users"] == ["U1"]
    assert field(view, "channels")["initial_conversations"] == ["C1"]
    assert field(view, "account_owners")["initial_options"][0]["value"] == OWNERS
    assert '"rule_id": "rule-3"' in view["private_metadata"]


def resubmitted(rule: AlertRule) -> AlertRule:
    """Return what is read of a form that is filled in with a rule, and left as it is."""
    record = RuleRecord(rule=rule, owner_id="U1", recipients=("U1",))
    view = alert_form(record, channel_id="C1", asker="U1")
    fields: dict[str, str | tuple[str, ...]] = {"people": ("U1",)}
    for name in ("scope", "metric", "kind", "threshold", "months"):
        element = field(view, name)
        chosen = element.get("initial_option", {}).get("value")
        fields[name] = chosen or element.get("initial_value", "")
    submission = Submission(
        asker=OPERATOR, view_id="V1", callback_id=ALERT_FORM, about={}, fields=fields
    )
    return read_fields(submission, vocabulary=ODD).rule


@given(own_rules())
def test_a_form_that_is_left_as_it_is_gives_the_same_rule(rule: AlertRule) -> None:
    assert resubmitted(rule) == rule


def test_only_channels_of_the_company_are_offered() -> None:
    chosen = field(alert_form(None, channel_id="C1", asker="U1"), "channels")["filter"]

    assert chosen == {"include": ["public", "private"], "exclude_external_shared_channels": True}


LEDGER = Vocabulary({"segment": ("enterprise", "smb"), "plan": ("starter",)})
FILLED: dict[str, str | tuple[str, ...]] = {
    "scope": "smb",
    "metric": "nrr",
    "kind": "below",
    "threshold": "95",
    "months": "1",
    "people": ("U1",),
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"scope": "smbb"},
            'I don\'t know "smbb": did you mean smb? Try: segment:smb.',
        ),
        (
            {"scope": "segment:huge"},
            'No segment is called "huge". Try: segment:enterprise.',
        ),
        (
            {"scope": "smb last-quarter"},
            (
                "Only say which accounts here, such as enterprise: the period and the split are"
                " chosen apart."
            ),
        ),
        (
            {"threshold": "lots"},
            '"lots" is no figure that I read: type one above zero such as 3 or 2.5.',
        ),
        ({"threshold": "0"}, "A threshold is above zero, such as 95% or 3 points."),
        ({"threshold": "0.98"}, "Nothing falls below 0.98%: type 98% if you mean that."),
        ({"threshold": "600"}, "A level is at most 500%, such as 105%."),
        (
            {"threshold": "105", "metric": "grr"},
            "GRR is never above 100%: give a level of at most 100%.",
        ),
        (
            {"threshold": "3 points"},
            "What is chosen above is in percent: type 3 alone if so.",
        ),
        (
            {"kind": "drops-points", "threshold": "0.03"},
            "0.03 may be meant as 3 points: type 3 if so, or 0.03 points.",
        ),
        (
            {"kind": "drops-points", "threshold": "300"},
            "A drop is at most 100, such as 3 points or 10%.",
        ),
        (
            {"people": ()},
            "Choose who hears of it: people, a channel or the owners of accounts.",
        ),
        (
            {"people": tuple(f"U{number}" for number in range(21))},
            "An alert goes to 20 at most: name a channel instead.",
        ),
    ],
)
def test_what_a_field_cannot_be_is_said_at_the_field_in_one_sentence(
    changed: dict[str, str | tuple[str, ...]], said: str
) -> None:
    submission = Submission(
        asker=OPERATOR, view_id="V1", callback_id=ALERT_FORM, about={}, fields=FILLED | changed
    )

    with pytest.raises(FieldsError) as refused:
        read_fields(submission, vocabulary=LEDGER)

    place = "threshold" if "threshold" in changed else next(iter(changed))
    assert refused.value.said == {place: said}
