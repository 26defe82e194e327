from datetime import timedelta

import pytest

from storage.delivery import outbox
from storage.delivery.parcels import State
from storage.digests.stuck import (
    DeliveryFailure,
    StuckMessage,
    dismiss,
    last_sent,
    list_stuck,
    put_back,
)
from storage.digests.subscriptions import set_state
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.storage.parcels import (
    LATER,
    NOON,
    SECOND,
    blank,
    cells,
    finish,
    parcel,
    put,
    take,
    taken,
)
from tests.storage.subscribers import subscribe


def stuck(store: Store, state: State = State.DEAD, *, error: str | None = None) -> None:
    """Claim the next message and let it come to nothing."""
    assert finish(store, taken(store), state, error=error)


def listed(store: Store) -> list[StuckMessage]:
    with store.read() as session:
        return list_stuck(session)


def test_a_message_that_waits_for_a_person_is_listed_with_what_is_known(store: Store) -> None:
    number = subscribe(store).id
    put(store, parcel(subscription_id=number))
    assert finish(store, taken(store), State.NEEDS_ATTENTION, error="timeout", is_in_doubt=True)

    assert listed(store) == [
        StuckMessage(
            number=1,
            subscription_id=number,
            channel_id="C1",
            kind="digest",
            due_at=NOON,
            failure=DeliveryFailure(state=State.NEEDS_ATTENTION, error="timeout", is_in_doubt=True),
        )
    ]


@pytest.mark.parametrize(
    ("state", "is_listed"),
    [
        (State.DEAD, True),
        (State.NEEDS_ATTENTION, True),
        (State.SENT, False),
        (State.PENDING, False),
        (State.UNKNOWN, False),
        (State.SUSPENDED, True),
        (State.SKIPPED_STALE, False),
    ],
)
def test_only_what_is_not_sent_without_a_person_waits_for_one(
    store: Store, state: State, *, is_listed: bool
) -> None:
    put(store, parcel())
    stuck(store, state)

    assert bool(listed(store)) is is_listed


def test_nobody_is_asked_about_a_message_whose_text_is_gone(store: Store) -> None:
    put(store, parcel())
    stuck(store)
    with store.write(ledger=False) as session:
        outbox.blank_payloads(session, before=NOON + timedelta(days=31))

    assert listed(store) == []


@pytest.mark.parametrize("state", [State.SUSPENDED, State.NEEDS_ATTENTION])
def test_nobody_is_asked_about_what_was_called_off_with_its_digest(
    store: Store, state: State
) -> None:
    number = subscribe(store).id
    put(store, parcel(subscription_id=number))
    stuck(store, state)
    with store.write(ledger=False) as session:
        set_state(session, number, SubscriptionState.REMOVED, now=NOON)

    assert bool(listed(store)) is (state is State.NEEDS_ATTENTION)


def test_a_dismissed_message_is_never_sent_nor_listed(store: Store) -> None:
    put(store, parcel())
    stuck(store, State.NEEDS_ATTENTION)

    with store.write(ledger=False) as session:
        assert dismiss(session, 1)

    assert listed(store) == []
    assert cells(store, "state", "last_error") == [("dead", "dismissed")]


@pytest.mark.parametrize("number", [1, 2], ids=["waiting", "unknown"])
def test_what_is_not_stuck_is_not_dismissed(store: Store, number: int) -> None:
    put(store, parcel())

    with store.write(ledger=False) as session:
        assert not dismiss(session, number)

    assert cells(store, "state") == [("pending",)]


def test_the_newest_message_that_went_out_counts(store: Store) -> None:
    first, second, third = (subscribe(store, channel_id=f"C{n}").id for n in range(3))
    for hours, number in enumerate((first, first, second)):
        now = NOON + timedelta(hours=hours)
        put(store, parcel(f"k{hours}", subscription_id=number, channel_id=f"C{number}"), now=now)
        finish(store, taken(store, now=now), now=now)
    put(store, parcel("waits", subscription_id=first))

    with store.read() as session:
        found = last_sent(session, [first, second, third])

    assert found == {first: NOON + timedelta(hours=1), second: NOON + timedelta(hours=2)}


@pytest.mark.parametrize("state", [State.DEAD, State.SUSPENDED, State.NEEDS_ATTENTION])
def test_what_is_stuck_can_be_sent_again_from_the_start(store: Store, state: State) -> None:
    put(store, parcel())
    finish(store, taken(store), state, error="is_archived", is_in_doubt=True, clean_looks=2)

    with store.write(ledger=False) as session:
        assert put_back(session, 1, now=LATER)

    assert take(store, now=LATER - SECOND) is None
    again = taken(store, now=LATER)
    assert (again.attempts.count, again.doubt) == (1, None)


@pytest.mark.parametrize("state", [State.SENT, State.PENDING, State.UNKNOWN, State.SKIPPED_STALE])
def test_only_what_is_stuck_can_be_sent_again(store: Store, state: State) -> None:
    put(store, parcel())
    finish(store, taken(store), state)

    with store.write(ledger=False) as session:
        assert not put_back(session, 1, now=LATER)
        assert not put_back(session, 2, now=LATER)
    assert cells(store, "state") == [(state,)]


def test_what_was_forgotten_cannot_be_sent_again(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store), State.DEAD)
    blank(store)

    with store.write(ledger=False) as session:
        assert not put_back(session, 1, now=LATER)
    assert take(store, now=LATER) is None
