from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from storage import outbox
from storage.engine import Store
from storage.outbox import CANDIDATES, LEASE, PICTURES_WITHIN, RATE_LIMITED, Claim, State
from tests.storage.parcels import (
    NOON,
    PICTURES,
    SECOND,
    cells,
    finish,
    parcel,
    put,
    take,
    taken,
)
from tests.storage.stores import contents, execute
from tests.storage.subscribers import subscribe

LATER = NOON + timedelta(minutes=10)
MOMENT = "2026-11-16T12:00:00.000000+00:00"


def drain(store: Store, now: datetime = NOON) -> Iterator[str]:
    """Send what can be sent, a second after the other; give the keys."""
    while (held := take(store, now=now)) is not None:
        finish(store, held, now=now)
        yield held.dedupe_key
        now += SECOND


def test_a_message_is_claimed_as_it_was_put(store: Store) -> None:
    number = subscribe(store).id
    put(store, parcel(subscription_id=number, scope='[["segment", "größer"]]'))

    held = taken(store)

    assert held == Claim(
        id=1,
        dedupe_key="k1",
        kind="digest",
        team_id="T1",
        channel_id="C1",
        subscription_id=number,
        scope='[["segment", "größer"]]',
        payload_json='{"text": "k1"}',
        data_version=3,
        due_at=NOON,
        owner="w1",
        generation=1,
        lease_until=NOON + LEASE,
        attempts=1,
        is_in_doubt=False,
        clean_looks=0,
        first_attempt_at=NOON,
        last_attempt_at=None,
        slack_channel_id=None,
        slack_ts=None,
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

    assert taken(store).dedupe_key == "a"
    assert taken(store).dedupe_key == "elsewhere"
    assert take(store) is None


def test_a_channel_gets_one_message_a_second(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))
    finish(store, taken(store), now=NOON)

    assert take(store, now=NOON + SECOND / 2) is None
    assert taken(store, now=NOON + SECOND).dedupe_key == "b"


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

    assert taken(store).dedupe_key == "elsewhere"


def test_a_lease_that_ran_out_is_taken_over_in_doubt(store: Store) -> None:
    put(store, parcel())
    taken(store)

    again = taken(store, now=NOON + LEASE, owner="w2")

    assert again.is_in_doubt
    assert (again.owner, again.generation, again.attempts) == ("w2", 2, 2)
    assert (again.first_attempt_at, again.last_attempt_at) == (NOON, NOON)


def test_a_lease_that_ran_out_frees_the_channel(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))
    stuck = taken(store)
    assert taken(store, now=NOON + LEASE).dedupe_key == "a"

    finish(store, stuck, now=NOON + LEASE)
    assert take(store, now=NOON + LEASE) is None


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
        assert outbox.note_channel(session, held, "D1")
        assert not outbox.note_channel(session, old, "D2")
    finish(store, held, State.UNKNOWN, is_in_doubt=True, now=NOON + LEASE)

    assert taken(store, now=NOON + LEASE).slack_channel_id == "D1"


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
    assert not taken(store, now=LATER).is_in_doubt


@pytest.mark.parametrize(("is_counted", "attempts"), [(True, 2), (False, 1)])
def test_waiting_is_no_attempt(store: Store, *, is_counted: bool, attempts: int) -> None:
    put(store, parcel())
    finish(store, taken(store), State.PENDING, is_counted=is_counted)

    assert taken(store).attempts == attempts


def test_the_pictures_have_attempts_of_their_own(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), State.PENDING)
    finish(store, taken(store))

    assert taken(store).attempts == 1


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

    assert (first.is_in_doubt, first.clean_looks) == (True, 0)
    assert (second.is_in_doubt, second.clean_looks) == (True, 1)
    assert (second.first_attempt_at, second.last_attempt_at) == (NOON, LATER)


def test_pictures_come_after_the_text_in_their_order(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    text = taken(store)
    finish(store, text, slack_ts="1.1", slack_channel_id="C1")

    held = taken(store)

    assert (text.state, held.state) == (State.SENDING, State.SENT)
    assert (held.slack_channel_id, held.slack_ts, held.is_in_doubt) == ("C1", "1.1", False)
    with store.read() as session:
        assert outbox.read_pictures(session, held) == list(PICTURES)


def test_a_picture_keeps_the_file_that_slack_gave_it(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    held = taken(store)

    with store.write(ledger=False) as session:
        assert outbox.note_file(session, held, 1, "F2")
    with store.read() as session:
        assert [found.file_id for found in outbox.read_pictures(session, held)] == [None, "F2"]


def test_whoever_lost_the_row_notes_no_file(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    old = taken(store)
    held = taken(store, now=NOON + LEASE)

    with store.write(ledger=False) as session:
        assert not outbox.note_file(session, old, 0, "F1")
        assert [found.file_id for found in outbox.read_pictures(session, held)] == [None, None]


def test_pictures_that_are_shown_are_deleted_and_the_text_stays_sent(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), slack_ts="1.1")
    held = taken(store)

    with store.write(ledger=False) as session:
        outbox.drop_pictures(session, held)
    finish(store, held, picture_state="shown", now=LATER)

    assert cells(store, "state", "picture_state", "slack_ts", "sent_at") == [
        ("sent", "shown", "1.1", MOMENT)
    ]
    assert contents(store)["outbox_picture"] == 0
    assert take(store, now=LATER + SECOND) is None


def test_pictures_are_tried_again_after_a_crash_and_not_for_ever(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store))
    taken(store)

    again = taken(store, now=NOON + LEASE)
    assert (again.state, again.is_in_doubt) == (State.SENT, False)
    assert take(store, now=NOON + PICTURES_WITHIN) is None


def test_pictures_of_a_message_that_was_not_sent_wait_for_it(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), State.PENDING, not_before=LATER)

    assert take(store, now=NOON + SECOND) is None


def give_up(store: Store, after: timedelta = PICTURES_WITHIN) -> None:
    with store.write(ledger=False) as session:
        outbox.give_up_pictures(session, now=NOON + after)


def test_pictures_that_did_not_come_about_within_the_hour_are_given_up(store: Store) -> None:
    put(store, parcel(pictures=PICTURES), parcel("other", channel_id="C2", pictures=PICTURES))
    finish(store, taken(store))

    give_up(store, PICTURES_WITHIN - SECOND)
    assert cells(store, "picture_state") == [("wanted",), ("wanted",)]
    give_up(store)

    assert cells(store, "picture_state") == [("unavailable",), ("wanted",)]
    assert contents(store)["outbox_picture"] == len(PICTURES)


@pytest.mark.parametrize("state", [State.DEAD, State.SKIPPED_STALE])
def test_pictures_of_what_will_never_be_sent_are_given_up(store: Store, state: State) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), state)

    give_up(store, timedelta(0))

    assert cells(store, "picture_state") == [("unavailable",)]
    assert contents(store)["outbox_picture"] == 0


@pytest.mark.parametrize("state", [State.SUSPENDED, State.NEEDS_ATTENTION])
def test_pictures_of_what_a_person_may_still_send_are_kept_as_long_as_its_words(
    store: Store, state: State
) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), state)

    give_up(store)
    assert contents(store)["outbox_picture"] == len(PICTURES)
    blank(store)
    give_up(store)

    assert contents(store)["outbox_picture"] == 0


def blank(store: Store) -> int:
    with store.write(ledger=False) as session:
        return outbox.blank_payloads(session, before=NOON + SECOND)


def test_what_was_said_is_forgotten_and_that_it_was_said_is_kept(store: Store) -> None:
    put(store, parcel("old"), parcel("waiting"))
    put(store, parcel("new", channel_id="C2"), now=NOON + SECOND)
    finish(store, taken(store))
    finish(store, taken(store, now=NOON + SECOND), now=NOON + SECOND)

    assert [blank(store), blank(store)] == [2, 0]
    assert cells(store, "dedupe_key", "state", "payload_json") == [
        ("old", "sent", None),
        ("waiting", "sent", None),
        ("new", "pending", '{"text": "new"}'),
    ]


@pytest.mark.parametrize("state", [State.PENDING, State.UNKNOWN, State.SENDING])
def test_what_may_still_be_sent_is_not_forgotten(store: Store, state: State) -> None:
    put(store, parcel())
    held = taken(store)
    if state is not State.SENDING:
        finish(store, held, state)

    assert blank(store) == 0


@pytest.mark.parametrize("state", [State.DEAD, State.SUSPENDED, State.NEEDS_ATTENTION])
def test_what_is_stuck_can_be_sent_again_from_the_start(store: Store, state: State) -> None:
    put(store, parcel())
    finish(store, taken(store), state, error="is_archived", is_in_doubt=True, clean_looks=2)

    with store.write(ledger=False) as session:
        assert outbox.put_back(session, 1, now=LATER)

    assert take(store, now=LATER - SECOND) is None
    again = taken(store, now=LATER)
    assert (again.attempts, again.is_in_doubt, again.clean_looks) == (1, False, 0)


@pytest.mark.parametrize("state", [State.SENT, State.PENDING, State.UNKNOWN, State.SKIPPED_STALE])
def test_only_what_is_stuck_can_be_sent_again(store: Store, state: State) -> None:
    put(store, parcel())
    finish(store, taken(store), state)

    with store.write(ledger=False) as session:
        assert not outbox.put_back(session, 1, now=LATER)
        assert not outbox.put_back(session, 2, now=LATER)
    assert cells(store, "state") == [(state,)]


def test_what_was_forgotten_cannot_be_sent_again(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store), State.DEAD)
    blank(store)

    with store.write(ledger=False) as session:
        assert not outbox.put_back(session, 1, now=LATER)
    assert take(store, now=LATER) is None


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


def test_messages_are_counted_by_state_and_kind(store: Store) -> None:
    put(store, parcel("a"), parcel("b"), parcel("c", kind="notice", channel_id="U1"))
    finish(store, taken(store))

    with store.read() as session:
        assert outbox.count_by_state(session) == {
            ("sent", "digest"): 1,
            ("pending", "digest"): 1,
            ("pending", "notice"): 1,
        }


def test_what_was_sent_after_a_moment_is_counted_by_kind(store: Store) -> None:
    put(
        store,
        parcel("a"),
        parcel("b", channel_id="C2"),
        parcel("c", kind="notice", channel_id="U1"),
    )
    finish(store, taken(store))
    finish(store, taken(store), now=LATER)
    finish(store, taken(store), now=LATER)

    with store.read() as session:
        assert outbox.count_sent(session, kind="digest", since=NOON - SECOND) == 2
        assert outbox.count_sent(session, kind="digest", since=NOON) == 1
        assert outbox.count_sent(session, kind="alert", since=NOON - SECOND) == 0


def test_the_oldest_due_is_of_what_could_be_sent_by_now(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.read() as session:
        assert outbox.oldest_due(session, now=NOON) is None
    put(store, parcel("sent", due_at=NOON - 3 * hour))
    finish(store, taken(store))
    put(store, parcel("later", due_at=NOON - 2 * hour), now=LATER)
    put(store, parcel("now", due_at=NOON - hour))

    with store.read() as session:
        assert outbox.oldest_due(session, now=NOON) == NOON - hour
        assert outbox.oldest_due(session, now=LATER) == NOON - 2 * hour


def test_the_messages_of_subscriptions_are_listed_by_state_the_newest_first(store: Store) -> None:
    numbers = [subscribe(store).id for _ in range(3)]
    put(store, *(parcel(f"k{number}", subscription_id=number) for number in numbers))
    put(store, parcel("again", subscription_id=numbers[0]), parcel("none"))
    execute(store, "UPDATE outbox SET state = 'dead' WHERE dedupe_key <> 'k2'")

    with store.read() as session:
        found = outbox.rows_of(session, numbers[:2], [State.DEAD, State.NEEDS_ATTENTION])
        assert [row.dedupe_key for row in found] == ["again", "k1"]
        assert outbox.rows_of(session, [], [State.DEAD]) == []
