"""Telling of alerts: each person once, whatever happens in between, on both kinds of store."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from metrics.alerts.rules import SUSTAINED_DROP
from metrics.rollup import Scope
from storage.alerts.actions import mute, snooze
from storage.alerts.rules import OWNERS, change, remove, set_enabled, set_recipients
from storage.store.engine import Store
from tests.bot.alerts.notifying import (
    BOSS,
    CARE,
    CHANNEL,
    StubRecipients,
    evaluated_and_told,
    leave_only_sustained_drop,
    messages,
    notifier_on,
)
from tests.bot.edge import at_once
from tests.bot.small_company import NOW, TODAY
from tests.bot.watching import evaluator_on
from tests.storage.courses import DROP, STEADY, correction, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text

SMB: Scope = (("segment", "smb"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)


@pytest.fixture
def store(any_store: Store) -> Store:
    """A store in which enterprise fell to 98 % for two months, and the company with it."""
    fill(any_store, course(enterprise=DROP, smb=[*STEADY, "102", "102"]), closed_through=month(8))
    leave_only_sustained_drop(any_store)
    return any_store


def recipients_for(store: Store, *people: str) -> None:
    with store.write(ledger=False) as session:
        set_recipients(session, "sustained-drop", people, now=NOW)


def closes(store: Store, months: int, *percents: str) -> None:
    """Import the months that follow, in which enterprise does as is said."""
    text = course(
        since=len(DROP), until=months, enterprise=[*DROP, *percents], smb=["102"] * months
    )
    import_text(store, text, closed_through=month(months))


def test_a_drop_is_told_once_to_who_hears_of_it(store: Store) -> None:
    [(person, text)] = evaluated_and_told(store)

    assert person == BOSS
    assert "98.0" in text
    assert evaluated_and_told(store) == []


def test_an_evaluation_that_was_not_told_of_is_told_later(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)

    assert len(evaluated_and_told(store)) == 1


def test_everybody_gets_one_message_and_later_just_those_who_were_told_hear_the_end(
    store: Store,
) -> None:
    recipients_for(store, BOSS, CARE)
    assert [person for person, _ in evaluated_and_told(store)] == [BOSS, CARE]

    recipients_for(store, BOSS, CHANNEL)
    assert [person for person, _ in evaluated_and_told(store)] == [CHANNEL]

    closes(store, 9, "102")
    ended = evaluated_and_told(store)
    assert sorted(person for person, _ in ended) == [CHANNEL, BOSS, CARE]
    assert all(text.startswith("Recovered") for _, text in ended)


def test_a_restatement_is_a_correction_and_no_recovery(store: Store) -> None:
    evaluated_and_told(store)
    for number in range(12):
        import_text(store, correction(f"enterprise-{number:02}", 6, 6_000), closed_through=None)

    [(_, text)] = evaluated_and_told(store)

    assert "orrection" in text
    assert "ecovered" not in text


def test_while_two_tell_at_once_each_is_told_once(store: Store) -> None:
    recipients_for(store, BOSS, CARE)
    evaluator_on(store).evaluate(today=TODAY)
    barrier = Barrier(2)

    def race() -> None:
        notifier = notifier_on(store)
        barrier.wait()
        notifier.notify(today=TODAY)

    at_once(2, race)

    assert sorted(person for person, _ in messages(store)) == [BOSS, CARE]


def test_what_is_evaluated_while_people_are_told_is_told_the_next_time(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    notifier = notifier_on(store)
    meanwhile = ["102"]

    def draw(_: object) -> tuple[()]:
        while meanwhile:
            closes(store, 9, meanwhile.pop())
            evaluator_on(store).evaluate(today=TODAY)
        return ()

    notifier.composer = replace(notifier.composer, draw=draw)
    assert notifier.notify(today=TODAY) == 1
    assert notifier.notify(today=TODAY) == 1

    assert messages(store)[-1][1]["text"].startswith("Recovered")
    assert notifier.notify(today=TODAY) == 0


def test_who_muted_an_alert_hears_no_more_of_it_and_others_do(store: Store) -> None:
    recipients_for(store, BOSS, CARE)
    with store.write(ledger=False) as session:
        for scope in ((), ENTERPRISE):
            mute(session, SUSTAINED_DROP.over(scope).fingerprint, BOSS, now=NOW)

    assert [person for person, _ in evaluated_and_told(store)] == [CARE]


def test_a_paused_rule_tells_nothing_until_it_is_on_again(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    with store.write(ledger=False) as session:
        set_enabled(session, "sustained-drop", is_enabled=False, now=NOW)
    assert evaluated_and_told(store) == []

    with store.write(ledger=False) as session:
        set_enabled(session, "sustained-drop", is_enabled=True, now=NOW)
    assert len(evaluated_and_told(store)) == 1


def test_who_may_not_see_the_company_hears_of_the_segment_alone(store: Store) -> None:
    recipients = StubRecipients(hidden={(BOSS, ())})

    [(_, text)] = evaluated_and_told(store, recipients)

    assert "nterprise" in text
    assert "ompany" not in text


def test_a_line_that_its_reader_may_not_see_any_more_leaves_and_the_rest_is_told(
    any_store: Store,
) -> None:
    import_text(any_store, course(enterprise=DROP, smb=DROP), closed_through=month(8))
    recipients = StubRecipients(hidden={(BOSS, ())})
    [(_, fell)] = evaluated_and_told(any_store, recipients)
    assert "nterprise" in fell
    assert "smb" in fell
    recipients.hidden.add((BOSS, ENTERPRISE))
    up = [*DROP, "102"]
    import_text(
        any_store,
        course(since=len(DROP), until=9, enterprise=up, smb=up),
        closed_through=month(9),
    )

    [(_, ended)] = evaluated_and_told(any_store, recipients)

    assert ended.startswith("Recovered")
    assert "smb" in ended
    assert "nterprise" not in ended


def test_of_what_its_reader_may_not_see_any_more_alone_there_is_no_message(
    any_store: Store,
) -> None:
    import_text(any_store, course(enterprise=DROP), closed_through=month(8))
    recipients = StubRecipients(hidden={(BOSS, ())})
    assert len(evaluated_and_told(any_store, recipients)) == 1
    recipients.hidden.add((BOSS, ENTERPRISE))
    up = [*DROP, "102"]
    import_text(any_store, course(since=len(DROP), until=9, enterprise=up), closed_through=month(9))

    assert evaluated_and_told(any_store, recipients) == []
    assert evaluated_and_told(any_store, recipients) == []


def test_who_may_not_see_accounts_gets_none_by_name(store: Store) -> None:
    evaluated_and_told(store, StubRecipients(detailed=False))

    [(_, payload)] = messages(store)
    assert "enterprise-0" not in repr(payload)


def test_who_may_not_see_accounts_hears_nothing_of_a_small_group(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.small_groups.FEWEST_TO_SHOW", 1_000)  # as if all were small

    evaluated_and_told(store, StubRecipients(detailed=False))

    assert messages(store) == []


@pytest.mark.parametrize("unnamed", [SMB, ENTERPRISE, None])
def test_accounts_are_named_if_their_reader_may_see_those_of_every_line(
    any_store: Store, unnamed: Scope | None
) -> None:
    both = course(enterprise=DROP, smb=DROP)
    import_text(any_store, both, closed_through=month(8))
    reader = StubRecipients(hidden={(BOSS, ())}, unnamed={(BOSS, unnamed)} if unnamed else set())

    [(_, text)] = evaluated_and_told(any_store, reader)

    assert "enterprise" in text
    assert "smb" in text
    is_named = "enterprise-00" in text or "smb-00" in text
    assert is_named is (unnamed is None)


def test_account_owners_hear_of_the_drop_that_their_accounts_drove(any_store: Store) -> None:
    header = "movement_id,account_id,date,amount,currency,segment,owner"
    rows = [
        f"m{number},a{number:02},{month(0) - timedelta(days=9)},{mrr},USD,smb,{owner}"
        for number, (mrr, owner) in enumerate(
            [(500, "maya@example.com")] + [(100, "jo@example.com")] * 11
        )
    ]
    lost = f"x,a00,{month(7) + timedelta(days=3)},-100,USD,smb,"
    import_text(any_store, csv_text(*rows, lost, header=header), closed_through=month(8))
    with any_store.write(ledger=False) as session:
        set_recipients(session, "shock", (OWNERS,), now=NOW)
        for rule_id in ("floor", "sustained-drop", "masking"):
            set_enabled(session, rule_id, is_enabled=False, now=NOW)
    recipients = StubRecipients(people={"maya@example.com": CARE, "jo@example.com": BOSS})

    told = evaluated_and_told(any_store, recipients)

    assert [person for person, _ in told] == [CARE]


def test_a_snoozed_alert_waits_and_its_end_is_one_line(store: Store) -> None:
    evaluated_and_told(store)
    until = date(2026, 12, 1)
    with store.write(ledger=False) as session:
        for scope in ((), ENTERPRISE):
            rule = SUSTAINED_DROP.over(scope)
            snooze(session, rule, user_id=BOSS, until=until, reason="known", today=TODAY, now=NOW)
    assert evaluated_and_told(store) == []

    evaluator = evaluator_on(store)
    evaluator.end_snoozes(evaluator.snapshot(), today=until)
    notifier_on(store).notify(today=until)

    assert len(messages(store)) == 2
    assert "nooze" in messages(store)[-1][1]["text"]


def test_of_a_rule_that_is_gone_nothing_is_told(store: Store) -> None:
    with store.write(ledger=False) as session:
        change(session, replace(SUSTAINED_DROP, for_periods=1), now=NOW)
    evaluator_on(store).evaluate(today=TODAY)
    with store.write(ledger=False) as session:
        remove(session, "sustained-drop", now=NOW)
        set_enabled(session, "sustained-drop", is_enabled=False, now=NOW)

    assert evaluated_and_told(store) == []
