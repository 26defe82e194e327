from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlmodel import Session

from metrics.alerts.rules import DEFAULT_RULES, FLOOR, SHOCK, AlertRule
from storage.alerts.rules import (
    add,
    change,
    is_default,
    list_records,
    remove,
    set_enabled,
    set_recipients,
)
from storage.errors import UnknownRuleError
from storage.store.engine import Store
from tests.metrics.alerts.own_rules import below

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
BELOW_105 = below("105", (("segment", "enterprise"),))


def listed(store: Store) -> list[AlertRule]:
    with store.read() as session:
        return [record.rule for record in list_records(session)]


def added(store: Store, rule: AlertRule = BELOW_105) -> AlertRule:
    with store.write(ledger=False) as session:
        return add(session, rule, owner_id="U1", recipients=("U1", "C9"), now=NOW).rule


def test_the_default_rules_need_no_row(store: Store) -> None:
    assert listed(store) == list(DEFAULT_RULES)
    assert all(map(is_default, DEFAULT_RULES))


def test_a_rule_of_ones_own_comes_after_them_as_it_was_put(store: Store) -> None:
    rule = added(store)

    assert rule == replace(BELOW_105, rule_id="rule-1")
    assert listed(store) == [*DEFAULT_RULES, rule]
    assert not is_default(rule)


def test_a_default_rule_can_be_paused_and_resumed(store: Store) -> None:
    with store.write(ledger=False) as session:
        set_enabled(session, "shock", is_enabled=False, now=NOW)
    assert replace(SHOCK, enabled=False) in listed(store)

    with store.write(ledger=False) as session:
        set_enabled(session, "shock", is_enabled=True, now=NOW)
    assert listed(store) == list(DEFAULT_RULES)


def test_a_changed_rule_is_another_version_until_it_is_removed(store: Store) -> None:
    stricter = replace(FLOOR, threshold=Fraction(95, 100))
    with store.write(ledger=False) as session:
        changed = change(session, stricter, now=NOW).rule

    assert changed == replace(stricter, version=2)
    assert changed in listed(store)
    with store.write(ledger=False) as session:
        remove(session, "floor", now=NOW)
    assert replace(FLOOR, version=3) in listed(store)


def test_a_rule_of_ones_own_is_changed_paused_and_removed(store: Store) -> None:
    rule = added(store)

    with store.write(ledger=False) as session:
        changed = change(session, replace(rule, threshold=Fraction(1)), now=NOW).rule
        paused = set_enabled(session, rule.rule_id, is_enabled=False, now=NOW).rule
    assert paused == replace(changed, enabled=False)
    assert (changed.threshold, changed.version) == (Fraction(1), 2)

    with store.write(ledger=False) as session:
        remove(session, rule.rule_id, now=NOW)
    assert listed(store) == list(DEFAULT_RULES)
    assert added(store).rule_id == "rule-2"


@pytest.mark.parametrize("rule_id", ["rule-7", "rule-x", "sudden", "rule-1"])
def test_what_is_no_rule_cannot_be_changed(store: Store, rule_id: str) -> None:
    gone = added(store)
    with store.write(ledger=False) as session:
        remove(session, gone.rule_id, now=NOW)

    with store.write(ledger=False) as session, pytest.raises(UnknownRuleError, match=rule_id):
        set_enabled(session, rule_id, is_enabled=False, now=NOW)


def test_who_hears_of_a_rule_is_changed_without_evaluating_it_again(store: Store) -> None:
    rule = added(store)

    with store.write(ledger=False) as session:
        heard = set_recipients(session, rule.rule_id, ("owners",), now=NOW)

    assert heard.recipients == ("owners",)
    assert (heard.rule.version, heard.owner_id) == (rule.version, "U1")


def test_an_edit_leaves_who_hears_of_a_rule_unless_it_says(store: Store) -> None:
    rule = added(store)

    with store.write(ledger=False) as session:
        kept = change(session, replace(rule, threshold=Fraction(1)), now=NOW)
        given = change(session, rule, recipients=("U2",), now=NOW)

    assert (kept.recipients, given.recipients) == (("U1", "C9"), ("U2",))


def recipients_of(rule_id: str, session: Session) -> tuple[str, ...]:
    [record] = [one for one in list_records(session) if one.rule.rule_id == rule_id]
    return record.recipients


def test_who_hears_of_a_default_rule_is_forgotten_when_it_is_reset(store: Store) -> None:
    with store.write(ledger=False) as session:
        set_recipients(session, "floor", ("U1",), now=NOW)
        assert recipients_of("floor", session) == ("U1",)
        remove(session, "floor", now=NOW)
        assert recipients_of("floor", session) == ()
