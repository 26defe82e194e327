from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from storage.delivery import claiming, outbox
from storage.delivery.claiming import CANDIDATES, LEASE, RATE_LIMITED
from storage.delivery.parcels import (
    Address,
    Attempts,
    Body,
    Claim,
    Doubt,
    Lease,
    Location,
    Outcome,
    Parcel,
    ParcelBasis,
    State,
)
from storage.store.clock import database_now
from storage.store.engine import Store
from tests.storage.parcels import (
    LATER,
    MOMENT,
    NOON,
    PICTURES,
    SECOND,
    blank,
    cells,
    finish,
    parcel,
    put,
    take,
    taken,
)
from tests.storage.stores import contents
from tests.storage.subscribers import subscribe


def drain(store: Store, now: datetime = NOON) -> Iterator[str]:
    """Send what can be sent, a second after the other; give the keys."""
    while (held := take(store, now=now)) is not None:
        finish(store, held, now=now)
        yield held.parcel.dedupe_key
        now += SECOND


def test_a_message_is_claimed_as_it_was_put(store: Store) -> None:
    number = subscribe(store).id
    put(store, parcel(subscription_id=number, scope='[["segment", "größer"]]'))

    held = taken(store)

    assert held == Claim(
        lease=Lease(row_id=1, owner="w1", generation=1, until=NOON + LEASE),
        parcel=Parcel(
            dedupe_key="k1",
            kind="digest",
            address=Address(team_id="T1", channel_id="C1", subscription_id=number),
            body=Body(payload_json='{"text": "k1"}'),
            due_at=NOON,
            basis=ParcelBasis(scope='[["segment", "größer"]]', data_version=3),
        ),
        attempts=Attempts(count=1, first_at=None),
        doubt=None,
        location=Location(),
        state=State.SENDING,
    )


def test_a_message_is_put_once_whatever_it_says_the_second_time(store: Store) -> None:
    again = parcel(payload_json="{}", pictures=PICTURES)

    assert put(store, parcel(), again) == [True, False]

    assert cells(store, "payload_json", "picture_state") == [('{"text": "k1"}', "none")]
    assert contents(store)["outbox_picture"] == 0


def test_the_key_of_a_sent_message_is_known_for_ever(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store))

    assert put(store, parcel(), now=NOON + timedelta(days=400)) == [False]


def test_an_empty_outbox_has_nothing_to_claim(store: Store) -> None:
    assert take(store) is None


def test_a_message_is_for_the_bot_of_its_workspace_alone(store: Store) -> None:
    put(store, parcel(team_id="T1"))

    assert take(store, team_id="T2") is None
    assert take(store, team_id="T1") is not None


def test_the_longest_waiting_goes_first_and_of_two_the_first_put(store: Store) -> None:
    put(store, parcel("b"), parcel("c"))
    put(store, parcel("a"), now=NOON - SECOND)

    assert list(drain(store)) == ["a", "b", "c"]


def test_a_message_waits_until_its_time(store: Store) -> None:
    put(store, parcel(), now=NOON + SECOND)

    assert take(store) is None
    assert take(store, now=NOON + SECOND) is not None


def test_what_is_claimed_is_nobody_elses(store: Store) -> None:
    put(store, parcel())
    taken(store)

    assert take(store, owner="w2", now=NOON + LEASE - SECOND) is None


def test_one_message_is_in_flight_in_a_channel(store: Store) -> None:
    put(store, parcel("a"), parcel("b"), parcel("elsewhere", channel_id="C2"))

    assert taken(store).parcel.dedupe_key == "a"
    assert taken(store).parcel.dedupe_key == "elsewhere"
    assert take(store) is None


def test_a_channel_gets_one_message_a_second(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))
    finish(store, taken(store), now=NOON)

    assert take(store, now=NOON + SECOND / 2) is None
    assert taken(store, now=NOON + SECOND).parcel.dedupe_key == "b"


def test_a_channel_does_not_wait_for_a_clock_that_was_set_back(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))
    finish(store, taken(store), now=NOON + timedelta(minutes=50))

    assert taken(store, now=NOON).parcel.dedupe_key == "b"


def test_a_channel_that_is_told_to_wait_waits_with_all_its_messages(store: Store) -> None:
    put(store, parcel("a"), parcel("b"), parcel("elsewhere", channel_id="C2"))
    finish(store, taken(store), State.PENDING, not_before=LATER, error=RATE_LIMITED)

    assert list(drain(store)) == ["elsewhere"]
    assert take(store, now=LATER - SECOND) is None
    assert list(drain(store, LATER)) == ["b", "a"]


def test_a_channel_that_waits_keeps_no_other_waiting(store: Store) -> None:
    crowd = [parcel(f"k{number}") for number in range(CANDIDATES + 2)]
    put(store, *crowd, parcel("elsewhere", channel_id="C2"))
    taken(store)

    assert taken(store).parcel.dedupe_key == "elsewhere"


def test_a_lease_that_ran_out_is_taken_over_in_doubt(store: Store) -> None:
    put(store, parcel())
    taken(store)

    again = taken(store, now=NOON + LEASE, owner="w2")

    assert again.doubt == Doubt(is_abandoned=True)
    assert (again.lease.owner, again.lease.generation, again.attempts.count) == ("w2", 2, 2)


def test_a_lease_that_ran_out_frees_the_channel(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))
    stuck = taken(store)
    assert taken(store, now=NOON + LEASE).parcel.dedupe_key == "a"

    finish(store, stuck, now=NOON + LEASE)
    assert take(store, now=NOON + LEASE) is None


def test_one_that_was_left_lying_holds_up_no_other_of_its_channel(store: Store) -> None:
    put(store, parcel("left lying"))
    taken(store)
    put(store, parcel("waits longer"), now=NOON - SECOND)

    assert take(store, now=NOON + LEASE - SECOND) is None
    assert taken(store, now=NOON + LEASE).parcel.dedupe_key == "waits longer"


def test_one_that_waits_for_its_own_reason_holds_up_no_other_of_its_channel(store: Store) -> None:
    put(store, parcel("later"), parcel("now"))
    finish(store, taken(store), State.PENDING, not_before=LATER, error="unreachable")

    assert taken(store).parcel.dedupe_key == "now"


@pytest.mark.parametrize("is_told_to_wait", [False, True])
def test_while_its_pictures_are_brought_the_next_message_of_a_channel_goes(
    store: Store, *, is_told_to_wait: bool
) -> None:
    put(store, parcel("illustrated", pictures=PICTURES))
    finish(store, taken(store))
    pictures = taken(store, now=NOON + SECOND)
    if is_told_to_wait:
        finish(store, pictures, not_before=LATER, error=RATE_LIMITED, now=NOON + SECOND)
    put(store, parcel("next"))

    assert pictures.state is State.SENT
    assert taken(store, now=NOON + SECOND).parcel.dedupe_key == "next"


def test_whoever_lost_the_row_writes_nothing_more(store: Store) -> None:
    put(store, parcel())
    old = taken(store)
    new = taken(store, now=NOON + LEASE, owner="w2")
    before = cells(store, "*")

    assert not finish(store, old, slack_ts="1.1")
    assert cells(store, "*") == before
    assert finish(store, new, slack_ts="2.2")
    assert not finish(store, new, State.DEAD)
    assert cells(store, "state", "slack_ts") == [("sent", "2.2")]


def test_the_same_worker_that_claims_again_has_lost_its_first_claim(store: Store) -> None:
    put(store, parcel())
    old = taken(store)
    taken(store, now=NOON + LEASE)

    assert not finish(store, old)


def test_a_late_answer_counts_while_nobody_took_over(store: Store) -> None:
    put(store, parcel())
    held = taken(store)

    assert finish(store, held, now=NOON + 2 * LEASE)


def test_where_a_direct_message_goes_is_kept_by_whoever_holds_it(store: Store) -> None:
    put(store, parcel(channel_id="U1"))
    old = taken(store)
    held = taken(store, now=NOON + LEASE)

    with store.write(ledger=False) as session:
        assert outbox.note_conversation(session, held, "D1")
        assert not outbox.note_conversation(session, old, "D2")
    finish(store, held, State.UNKNOWN, is_in_doubt=True, now=NOON + LEASE)

    assert taken(store, now=NOON + LEASE).location.channel_id == "D1"


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_claim_can_be_looked_at(store: Store, *, is_lost: bool) -> None:
    put(store, parcel())
    held = taken(store)
    if is_lost:
        taken(store, now=NOON + LEASE)

    with store.read() as session:
        assert outbox.is_held(session, held) is not is_lost


def test_a_sent_message_keeps_where_it_went_and_never_goes_again(store: Store) -> None:
    put(store, parcel(channel_id="U1"))

    finish(store, taken(store), slack_channel_id="D1", slack_ts="1.1")

    names = ("state", "slack_channel_id", "slack_ts", "sent_at", "owner", "lease_until")
    assert cells(store, *names) == [("sent", "D1", "1.1", MOMENT, None, None)]
    assert take(store, now=NOON + timedelta(days=400)) is None


@pytest.mark.parametrize(
    "state", [State.DEAD, State.SUSPENDED, State.SKIPPED_STALE, State.NEEDS_ATTENTION]
)
def test_what_is_given_up_waits_for_nobody(store: Store, state: State) -> None:
    put(store, parcel())
    finish(store, taken(store), state, error="is_archived")

    assert cells(store, "state", "last_error", "sent_at") == [(state, "is_archived", None)]
    assert take(store, now=NOON + timedelta(days=400)) is None


def test_a_refusal_that_may_be_repeated_waits_and_is_not_in_doubt(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store), State.PENDING, not_before=LATER, error="ratelimited")

    assert take(store, now=LATER - SECOND) is None
    assert taken(store, now=LATER).doubt is None


@pytest.mark.parametrize(("is_counted", "attempts"), [(True, 2), (False, 1)])
def test_waiting_is_no_attempt(store: Store, *, is_counted: bool, attempts: int) -> None:
    put(store, parcel())
    finish(store, taken(store), State.PENDING, is_counted=is_counted)

    assert taken(store).attempts.count == attempts


def test_the_pictures_have_attempts_of_their_own(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), State.PENDING)
    finish(store, taken(store))

    assert taken(store).attempts.count == 1


def test_an_attempt_counts_before_anything_is_done(store: Store) -> None:
    put(store, parcel())
    taken(store)

    assert cells(store, "attempts") == [(1,)]


def test_what_slack_may_have_taken_stays_in_doubt_with_how_often_it_was_not_found(
    store: Store,
) -> None:
    put(store, parcel())
    finish(store, taken(store), State.UNKNOWN, is_in_doubt=True, not_before=LATER)
    first = taken(store, now=LATER)
    finish(store, first, State.UNKNOWN, is_in_doubt=True, clean_looks=1, now=LATER)

    second = taken(store, now=LATER)

    assert first.doubt == Doubt(0)
    assert second.doubt == Doubt(1)


def test_what_was_said_is_forgotten_and_that_it_was_said_is_kept(store: Store) -> None:
    put(store, parcel("old"), parcel("waiting"))
    put(store, parcel("newly sent", channel_id="C2"), now=NOON + SECOND)
    put(store, parcel("new", channel_id="C3"), now=NOON + SECOND)
    finish(store, taken(store))
    finish(store, taken(store, now=NOON + SECOND), now=NOON + SECOND)
    finish(store, taken(store, now=NOON + SECOND), now=NOON + SECOND)

    assert [blank(store), blank(store)] == [2, 0]
    assert cells(store, "dedupe_key", "state", "payload_json") == [
        ("old", "sent", None),
        ("waiting", "sent", None),
        ("newly sent", "sent", '{"text": "newly sent"}'),
        ("new", "pending", '{"text": "new"}'),
    ]


@pytest.mark.parametrize("state", [State.PENDING, State.UNKNOWN, State.SENDING])
def test_what_may_still_be_sent_is_not_forgotten(store: Store, state: State) -> None:
    put(store, parcel())
    held = taken(store)
    if state is not State.SENDING:
        finish(store, held, state)

    assert blank(store) == 0


def test_what_waits_for_a_lost_channel_is_suspended_and_nothing_else(store: Store) -> None:
    first, second = subscribe(store).id, subscribe(store).id
    in_flight = parcel("in flight", subscription_id=first)
    put(store, in_flight, parcel("waits", subscription_id=first))
    put(store, parcel("other", subscription_id=second, channel_id="C2"), parcel("none"))
    held = taken(store)

    with store.write(ledger=False) as session:
        assert outbox.suspend_waiting(session, first, error="is_archived") == 1

    assert cells(store, "dedupe_key", "state", "last_error") == [
        ("in flight", "sending", None),
        ("waits", "suspended", "is_archived"),
        ("other", "pending", None),
        ("none", "pending", None),
    ]
    assert finish(store, held)


def test_the_first_call_is_kept_and_the_last_one_follows(store: Store) -> None:
    put(store, parcel())
    old = taken(store)
    held = taken(store, now=NOON + LEASE)

    with store.write(ledger=False) as session:
        assert not outbox.note_call(session, old, at=NOON - SECOND)
        assert outbox.note_call(session, held, at=NOON)
        assert outbox.note_call(session, held, at=LATER)
    finish(store, held, State.UNKNOWN, is_in_doubt=True, now=NOON + LEASE)

    attempts = taken(store, now=NOON + LEASE).attempts
    assert (attempts.first_at, attempts.last_call_at) == (NOON, LATER)


def test_answers_that_are_none_are_counted_apart_and_looked_at_for_a_while(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store), State.UNKNOWN, is_counted=False, is_failure=True)

    with store.read() as session:
        lately = outbox.count_failing(session, since=NOON - SECOND)
        later = outbox.count_failing(session, since=NOON)

    assert (lately, later) == (1, 0)
    again = taken(store)
    assert (again.attempts.count, again.attempts.failures) == (1, 1)
    finish(store, again)
    assert cells(store, "failures") == [(0,)]


def test_neither_what_waits_untried_nor_what_was_given_up_counts_as_failing(store: Store) -> None:
    put(store, parcel("dead", channel_id="C3"), now=NOON - SECOND)
    put(store, parcel("in hand"), parcel("untried", channel_id="C2"))
    finish(store, taken(store), State.DEAD, is_failure=True)
    taken(store)

    with store.read() as session:
        assert outbox.count_failing(session, since=NOON - SECOND) == 0
    assert cells(store, "state", "failures") == [("dead", 1), ("sending", 0), ("pending", 0)]


def test_looks_that_failed_are_counted_until_the_doubt_is_gone(store: Store) -> None:
    put(store, parcel())
    doubted = Outcome(state=State.UNKNOWN, doubt=Doubt(clean_looks=1, failed_looks=3))
    with store.write(ledger=False) as session:
        outbox.settle(session, take_in(session), doubted, now=NOON)
        held = take_in(session)
        assert held.doubt == Doubt(clean_looks=1, failed_looks=3)
        outbox.settle(session, held, Outcome(state=State.PENDING), now=NOON)

        assert take_in(session).doubt is None
    assert cells(store, "is_in_doubt", "clean_looks", "failed_looks") == [(0, 0, 0)]


def take_in(session: Session) -> Claim:
    found = claiming.claim(session, owner="w1", now=NOON, team_id="T1")
    assert found is not None
    return found


@pytest.mark.postgres
def test_what_is_enqueued_by_a_clock_that_is_ahead_is_due_by_the_databases(
    postgresql_store: Store,
) -> None:
    with postgresql_store.read() as session:
        theirs = database_now(session)
    assert theirs is not None
    put(postgresql_store, parcel(), now=theirs + timedelta(minutes=59))

    assert take(postgresql_store, now=theirs + 10 * SECOND) is not None
