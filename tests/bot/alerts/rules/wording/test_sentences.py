from dataclasses import replace
from fractions import Fraction

import pytest

from bot.alerts.rules.wording.sentences import (
    confirmation,
    goes_to,
    rule_summary,
    rule_words,
    short_id,
)
from bot.slack.ids import mention
from metrics.alerts.rules import FLOOR, MASKING, SHOCK, SUSTAINED_DROP, AlertRule, Metric, RuleKind
from storage.alerts.rules import OWNERS, RuleRecord
from tests.bot.sample_answers import HOSTILE_NAME

SMB = (("segment", "smb"),)
DEFAULT = "(default; and at least {} standard deviations)"
SUDDEN = "at least 3.5 points below usual in one month"
ALONE = "lost with one account of at least 3 times the average size"
OWN = AlertRule(
    rule_id="rule-12",
    kind=RuleKind.PERCENT_DROP,
    threshold=Fraction(1, 10),
    metric=Metric.GRR,
    scope=SMB,
    for_periods=3,
)


@pytest.mark.parametrize(
    ("rule", "ratio", "words"),
    [
        (
            SUSTAINED_DROP,
            "monthly NRR",
            f"at least 2 points below usual, 2 months running {DEFAULT.format('1.5')}",
        ),
        (
            SHOCK,
            "monthly NRR",
            f"{SUDDEN}, or 1 point {ALONE} {DEFAULT.format(3)}",
        ),
        (
            replace(SHOCK, account_loss=Fraction(2, 100)),
            "monthly NRR",
            f"{SUDDEN}, or 2 points {ALONE} {DEFAULT.format(3)}",
        ),
        (FLOOR, "12-month GRR", "below 90% (default)"),
        (MASKING, "12-month GRR", "at most 90% under an NRR of 100% or more (default)"),
    ],
    ids=["sustained-drop", "shock", "two-points", "floor", "masking"],
)
def test_what_a_default_rule_says_follows_from_its_figures(
    rule: AlertRule, ratio: str, words: str
) -> None:
    assert rule_words(rule.over(SMB)) == f"{ratio} of smb {words}"
    assert rule_words(rule) == f"{ratio} of the whole company {words}"
    assert rule_summary(rule) == f"{ratio} of the company and each segment {words}"


def test_a_rule_of_ones_own_says_what_was_typed() -> None:
    assert (
        rule_words(OWN) == "monthly GRR of smb drops 10% from the three months before for 3 months"
    )
    assert rule_summary(OWN) == rule_words(OWN)
    assert (short_id(OWN), short_id(FLOOR)) == ("12", "floor")


@pytest.mark.parametrize(
    ("recipients", "words"),
    [
        ((), "it goes to the administrators"),
        (("U1",), "it goes to you alone"),
        (("U2", "U1"), "it goes to <@U2>, you"),
        (("C1", OWNERS), "it goes to <#C1>, the owners of the accounts that drove it"),
    ],
)
def test_who_hears_is_said_to_one_who_may_be_among_them(
    recipients: tuple[str, ...], words: str
) -> None:
    assert goes_to(RuleRecord(rule=OWN, recipients=recipients), asker="U1") == words


def test_a_paused_rule_says_how_it_watches_again() -> None:
    paused = RuleRecord(rule=replace(OWN, enabled=False), recipients=("U1",))

    assert confirmation(paused, "changed", "So far so good.", asker="U1").endswith(
        "It is paused: `/nrr alert resume 12` lets it watch again."
    )


def test_a_name_out_of_the_ledger_cannot_ping() -> None:
    hostile = RuleRecord(rule=OWN.over((("segment", HOSTILE_NAME),)), recipients=("U1",))

    assert "<!" not in confirmation(hostile, "set up", HOSTILE_NAME, asker="U1")
    assert mention("W1") == "<@W1>"
