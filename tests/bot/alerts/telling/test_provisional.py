"""Notices before a month is closed: once for each person, rule and month, on both stores."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from threading import Barrier

import pytest
from sqlalchemy import select

from metrics.alerts.rules import SUSTAINED_DROP
from metrics.alerts.states import StateName
from metrics.rollup import Scope
from storage.alerts.actions import mute, snooze
from storage.alerts.rules import change, set_enabled, set_recipients
from storage.alerts.states import read_alerts
from storage.store.engine import Store
from storage.tables.alerts import AlertTransitionRow
from tests.bot.alerts.notifying import (
    BOSS,
    CARE,
    StubRecipients,
    evaluated_and_told,
    leave_only_sustained_drop,
    messages,
    notifier_on,
)
from tests.bot.edge import at_once
from tests.bot.small_company import NOW, TODAY
from tests.bot.watching import evaluator_on
from tests.storage.courses import DROP, HEADER, STEADY, correction, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text

ENTERPRISE: Scope = (("segment", "enterprise"),)
ON_ENTERPRISE = SUSTAINED_DROP.over(ENTERPRISE)
AUGUST = "Provisional: NRR of enterprise is 98.0% in August 2025 so far"


@pytest.fixture
def store(any_store: Store) -> Store:
    """A store closed through July, in which enterprise is at 98 % in July and in August, so far."""
    fill(any_store, course(enterprise=DROP, smb=[*STEADY, "104", "104"]), closed_through=month(7))
    leave_only_sustained_drop(any_store)
    return any_store


def closes_august(store: Store) -> None:
    """Import the same months once more, with August declared closed."""
    text = course(enterprise=DROP, smb=[*STEADY, "104", "104"])
    import_text(store, text, closed_through=month(8))


def corrects(store: Store, amount: int) -> None:
    """Bring every account of enterprise so much more, or less, in August."""
    for number in range(12):
        import_text(store, correction(f"enterprise-{number:02}", 7, amount), closed_through=None)


def test_a_drop_is_told_before_the_close_and_no_state_changes(store: Store) -> None:
    [(person, text)] = evaluated_and_told(store)

    assert person == BOSS
    assert text.startswith(f"{AUGUST}, 4.0 points below usual")
    assert "The data ends 10 Aug 2025." in text
    with store.read() as session:
        state = read_alerts(session)[ON_ENTERPRISE.fingerprint].state
    assert (state.name, state.episode, state.episodes) == (StateName.PENDING, None, 0)


def test_it_is_told_once_whatever_else_comes_into_the_month(store: Store) -> None:
    assert len(evaluated_and_told(store)) == 1

    assert evaluated_and_told(store) == []
    corrects(store, -1_000)
    assert evaluated_and_told(store) == []


def test_a_month_to_date_takes_account_detail_and_is_told_to_the_others_once_closed(
    store: Store,
) -> None:
    viewers = StubRecipients(detailed=False)
    assert evaluated_and_told(store, viewers) == []

    closes_august(store)

    [(_, text)] = evaluated_and_told(store, viewers)
    assert text.startswith("NRR of enterprise fell to 98.0% in August 2025, 4.0 points below usual")


def test_once_the_month_is_closed_the_alert_itself_comes_and_is_no_repetition(
    store: Store,
) -> None:
    evaluated_and_told(store)

    closes_august(store)

    [(_, text)] = evaluated_and_told(store)
    assert text.startswith("NRR of enterprise fell to 98.0% in August 2025, 4.0 points below usual")
    assert evaluated_and_told(store) == []


def test_a_month_that_is_closed_without_a_drop_is_told_no_more(store: Store) -> None:
    evaluated_and_told(store)
    corrects(store, 6_000)

    closes_august(store)

    assert evaluated_and_told(store) == []
    assert len(messages(store)) == 1


def test_what_was_evaluated_before_a_crash_is_told_after_it(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)

    [(_, text)] = evaluated_and_told(store)

    assert text.startswith(AUGUST)


def test_a_drop_that_was_corrected_before_it_was_told_is_not_told(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    corrects(store, 6_000)

    assert evaluated_and_told(store) == []


def test_a_month_that_was_closed_before_it_was_told_is_told_as_closed(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    closes_august(store)

    [(_, text)] = evaluated_and_told(store)

    assert "Provisional" not in text


def test_while_two_evaluate_and_tell_at_once_each_person_is_told_once(store: Store) -> None:
    with store.write(ledger=False) as session:
        set_recipients(session, "sustained-drop", (BOSS, CARE), now=NOW)
    barrier = Barrier(2)

    def race() -> None:
        evaluator, notifier = evaluator_on(store), notifier_on(store)
        barrier.wait()
        evaluator.evaluate(today=TODAY)
        notifier.notify(today=TODAY)

    at_once(2, race)
    notifier_on(store).notify(today=TODAY)

    assert sorted(person for person, _ in messages(store)) == [BOSS, CARE]


def test_who_muted_the_alert_or_may_not_see_the_segment_gets_none(store: Store) -> None:
    with store.write(ledger=False) as session:
        set_recipients(session, "sustained-drop", (BOSS, CARE), now=NOW)
        mute(session, ON_ENTERPRISE.fingerprint, BOSS, now=NOW)

    assert evaluated_and_told(store, StubRecipients(hidden={(CARE, ENTERPRISE)})) == []


def test_a_snoozed_alert_gets_none(store: Store) -> None:
    with store.write(ledger=False) as session:
        snooze(
            session,
            ON_ENTERPRISE,
            user_id=BOSS,
            until=TODAY + timedelta(days=9),
            reason="known",
            today=TODAY,
            now=NOW,
        )

    assert evaluated_and_told(store) == []


def test_a_paused_rule_gets_none(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    with store.write(ledger=False) as session:
        set_enabled(session, "sustained-drop", is_enabled=False, now=NOW)

    assert evaluated_and_told(store) == []


def test_a_rule_that_was_edited_meanwhile_is_told_by_its_new_words(store: Store) -> None:
    evaluator_on(store).evaluate(today=TODAY)
    with store.write(ledger=False) as session:
        change(session, replace(SUSTAINED_DROP, threshold=Fraction(10, 100)), now=NOW)

    assert evaluated_and_told(store) == []


def test_a_rule_that_was_edited_after_its_notice_gives_no_second_one(store: Store) -> None:
    evaluated_and_told(store)
    with store.write(ledger=False) as session:
        change(session, replace(SUSTAINED_DROP, threshold=Fraction(3, 100)), now=NOW)

    assert evaluated_and_told(store) == []


def test_nothing_is_told_of_a_month_that_is_not_in(any_store: Store) -> None:
    seven = [*STEADY, "98"]
    import_text(any_store, course(enterprise=seven, smb=["102"] * 7), closed_through=month(7))

    evaluator_on(any_store).evaluate(today=TODAY)

    with any_store.read() as session:
        rows = session.scalars(select(AlertTransitionRow))
        assert {row.period for row in rows if row.kind == "provisional"} == set()


def test_movements_dated_after_today_are_no_drop_yet(store: Store) -> None:
    evaluator, before = evaluator_on(store), date(2025, 8, 9)
    evaluator.evaluate(today=before)
    notifier_on(store).notify(today=before)

    assert messages(store) == []


def test_one_message_tells_a_person_of_all_drops_of_a_run(any_store: Store) -> None:
    import_text(any_store, course(enterprise=DROP, smb=DROP), closed_through=month(7))
    leave_only_sustained_drop(any_store)

    [(_, text)] = evaluated_and_told(any_store)

    assert text.startswith("Provisional: NRR of the company is 98.0% in August 2025 so far")
    assert "It stands for the alerts of enterprise 98.0%, smb 98.0%." in text


def test_a_month_that_has_only_begun_is_no_drop_where_gains_come_late(any_store: Store) -> None:
    rows = [f"o{number},a{number:02},{month(-1)},1000,USD,smb" for number in range(20)]
    rows += [
        f"g{number}-{place},a{number:02},{month(place) + timedelta(days=23)},30,USD,"
        for number in range(20)
        for place in range(9)
    ]
    # On the third day 10 of 25,400 are lost, and the 600 that come each month are still to come.
    rows.append(f"lost,a00,{month(9) + timedelta(days=2)},-10,USD,")
    import_text(any_store, csv_text(*rows, header=HEADER), closed_through=month(9))

    assert evaluated_and_told(any_store) == []

    on = month(9) + timedelta(days=9)
    cut = [f"c{number},a{number:02},{on},-150,USD," for number in range(20)]
    import_text(any_store, csv_text(*cut, header=HEADER))
    [(_, text)] = evaluated_and_told(any_store)
    assert text.startswith("Provisional: NRR of the company is 88.1% in October 2025 so far")
