from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from threading import Barrier, Thread

import pytest

from metrics.alerts.grouping import Notice
from metrics.alerts.rules import SUSTAINED_DROP, AlertRule, Severity
from metrics.alerts.states import Transition, TransitionKind
from storage.alerts.notices import (
    enqueue,
    known_notices,
    lines_in,
    news_between,
    notified_recipients,
    rule_owners,
    to_notify,
    told_in,
    withdraw,
)
from storage.alerts.rules import add
from storage.alerts.states import evaluate_once
from storage.delivery.parcels import Parcel
from storage.errors import AlreadyToldError
from storage.store.engine import Store
from tests.metrics.alerts.months import STEADY, closed, series
from tests.storage.parcels import parcel
from tests.storage.stores import contents

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
RULE = SUSTAINED_DROP.over((("segment", "smb"),))


def fire(store: Store, rule: AlertRule = RULE) -> Transition:
    with store.write(ledger=False) as session:
        _, [fired] = evaluate_once(
            session,
            rule,
            series([*STEADY, "98", "98"]),
            data_version=1,
            today=date(2026, 11, 21),
            now=NOW,
        )
    return fired


def notice(fired: Transition, to: str = "U1") -> Notice:
    return Notice(recipient_id=to, transition=fired, severity=Severity.WARNING)


def message(*notices: Notice, key: str = "alert:1") -> tuple[Parcel, tuple[Notice, ...]]:
    return parcel(key, kind="alert"), notices


def told(store: Store, *messages: tuple[Parcel, tuple[Notice, ...]]) -> None:
    with store.write(ledger=False) as session:
        enqueue(session, messages, notified=to_notify(session), now=NOW)


def test_what_an_evaluation_changed_waits_to_be_told_with_its_exact_figures(store: Store) -> None:
    fired = fire(store)

    with store.read() as session:
        [waiting] = to_notify(session).values()
    verdict = waiting.verdict
    assert verdict is not None
    assert fired.verdict is not None
    assert (verdict.value, verdict.baseline) == (Fraction(98, 100), Fraction(102, 100))
    assert verdict.deviation == fired.verdict.deviation
    assert waiting.dedupe_key("U1") == fired.dedupe_key("U1")


def test_what_is_told_waits_no_more_and_is_remembered_with_its_message(store: Store) -> None:
    fired = fire(store)

    told(store, message(notice(fired), notice(fired, "U2")))

    with store.read() as session:
        assert to_notify(session) == {}
        assert notified_recipients(session) == {(RULE.fingerprint, 1): {"U1", "U2"}}
        keys = [fired.dedupe_key("U1"), fired.dedupe_key("U3")]
        assert known_notices(session, keys) == {keys[0]}
        assert known_notices(session, []) == set()
        assert {line.scope for line in lines_in(session, "alert:1")} == {RULE.scope}
    assert contents(store)["outbox"] == 1


def test_who_is_told_is_told_once_and_then_nothing_of_it_lands(store: Store) -> None:
    fired = fire(store)
    told(store, message(notice(fired)))
    before = contents(store)

    with pytest.raises(AlreadyToldError):
        told(store, message(notice(fired, "U2"), key="alert:2"), message(notice(fired), key="a"))

    assert contents(store) == before


def test_only_a_firing_notice_makes_somebody_told(store: Store) -> None:
    fired = fire(store)
    stale = replace(fired, kind=TransitionKind.STALE, n=1)

    told(store, message(notice(stale, "U9")))

    with store.read() as session:
        assert notified_recipients(session) == {}


def test_the_owners_of_a_message_are_those_of_its_rules(store: Store) -> None:
    with store.write(ledger=False) as session:
        own = add(session, RULE, owner_id="U7", recipients=("U1",), now=NOW).rule
    told(store, message(notice(fire(store)), notice(fire(store, own))))

    with store.read() as session:
        assert rule_owners(session, "alert:1") == ("U7",)
        assert rule_owners(session, "alert:2") == ()


def test_a_message_knows_its_lines_and_the_transitions_that_it_tells_of(store: Store) -> None:
    other = SUSTAINED_DROP.over((("segment", "enterprise"),))
    fired, also = fire(store), fire(store, other)
    told(store, message(notice(fired), notice(also)), message(notice(fired, "U2"), key="alert:2"))

    with store.read() as session:
        lines = lines_in(session, "alert:1")
        transitions = told_in(session, "alert:1")
    assert {(line.fingerprint, line.scope) for line in lines} == {
        (one.fingerprint, one.scope) for one in (RULE, other)
    }
    assert [(one.alert, one.period) for one in transitions] == [
        (one.alert, one.period) for one in (fired, also)
    ]


def test_the_notice_of_a_line_that_left_is_forgotten_and_no_other(store: Store) -> None:
    other = SUSTAINED_DROP.over((("segment", "enterprise"),))
    fired, also = fire(store), fire(store, other)
    told(store, message(notice(fired), notice(also)), message(notice(also, "U2"), key="alert:2"))

    with store.write(ledger=False) as session:
        withdraw(session, "alert:1", but={RULE.fingerprint})

    with store.read() as session:
        assert [line.scope for line in lines_in(session, "alert:1")] == [RULE.scope]
        assert [line.scope for line in lines_in(session, "alert:2")] == [other.scope]
        assert to_notify(session) == {}  # nobody is told of it anew


def test_of_two_who_tell_the_same_at_once_one_does(store: Store) -> None:
    fired = fire(store)
    barrier, outcomes = Barrier(2), []

    def race(number: int) -> None:
        barrier.wait()
        try:
            told(store, message(notice(fired), key=f"alert:{number}"))
        except AlreadyToldError:
            outcomes.append("late")
        else:
            outcomes.append("told")

    threads = [Thread(target=race, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["late", "told"]
    assert contents(store)["outbox"] == 1


def test_digests_tell_what_fired_and_what_was_no_message_in_their_time(store: Store) -> None:
    few = series([closed("102", accounts=5)])
    for rule, at in ((RULE, NOW), (SUSTAINED_DROP, NOW + timedelta(days=7))):
        with store.write(ledger=False) as session:
            evaluate_once(session, rule, few, data_version=1, today=at.date(), now=at)
    large = SUSTAINED_DROP.over((("segment", "large"),))
    fire(store, large)

    with store.read() as session:
        listed, fired = news_between(session, NOW, NOW + timedelta(days=7))
        assert (listed.kind, listed.alert.scope) == (TransitionKind.INSUFFICIENT, RULE.scope)
        assert (fired.kind, fired.alert.scope) == (TransitionKind.FIRED, large.scope)
        assert len(news_between(session, NOW, NOW + timedelta(days=8))) == 3
