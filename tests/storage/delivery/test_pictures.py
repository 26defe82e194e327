from datetime import timedelta

import pytest

from storage.delivery import outbox
from storage.delivery.claiming import LEASE, PICTURES_WITHIN
from storage.delivery.parcels import Location, Picture, State
from storage.delivery.pictures import drop_pictures, give_up_pictures, note_file, read_pictures
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


def test_pictures_come_after_the_text_in_their_order(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    text = taken(store)
    finish(store, text, slack_ts="1.1", slack_channel_id="C1")

    held = taken(store)

    assert (text.state, held.state) == (State.SENDING, State.SENT)
    assert (held.location, held.doubt) == (Location(channel_id="C1", ts="1.1"), None)
    with store.read() as session:
        assert read_pictures(session, held) == list(PICTURES)


def test_a_picture_keeps_the_file_that_slack_gave_it(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    held = taken(store)

    with store.write(ledger=False) as session:
        assert note_file(session, held, 1, "F2")
    with store.read() as session:
        assert [found.file_id for found in read_pictures(session, held)] == [None, "F2"]


def test_whoever_lost_the_row_notes_no_file(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    old = taken(store)
    held = taken(store, now=NOON + LEASE)

    with store.write(ledger=False) as session:
        assert not note_file(session, old, 0, "F1")
        assert [found.file_id for found in read_pictures(session, held)] == [None, None]


def test_pictures_that_are_shown_are_deleted_and_the_text_stays_sent(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), slack_ts="1.1")
    held = taken(store)

    with store.write(ledger=False) as session:
        drop_pictures(session, held)
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
    assert (again.state, again.doubt) == (State.SENT, None)
    assert take(store, now=NOON + PICTURES_WITHIN) is None


def test_pictures_of_a_message_that_was_not_sent_wait_for_it(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), State.PENDING, not_before=LATER)

    assert take(store, now=NOON + SECOND) is None


def give_up(store: Store, after: timedelta = PICTURES_WITHIN) -> None:
    with store.write(ledger=False) as session:
        give_up_pictures(session, now=NOON + after)


def test_pictures_that_did_not_come_about_within_the_hour_are_given_up(store: Store) -> None:
    put(store, parcel(pictures=PICTURES), parcel("other", channel_id="C2", pictures=PICTURES))
    finish(store, taken(store))

    give_up(store, PICTURES_WITHIN - SECOND)
    assert cells(store, "picture_state") == [("wanted",), ("wanted",)]
    give_up(store)

    assert cells(store, "picture_state") == [("unavailable",), ("wanted",)]
    assert contents(store)["outbox_picture"] == len(PICTURES)


def test_of_a_message_without_pictures_none_are_given_up(store: Store) -> None:
    put(store, parcel())
    finish(store, taken(store))

    give_up(store)

    assert cells(store, "picture_state") == [("none",)]


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


@pytest.mark.parametrize(
    ("pictures", "waiting"), [(PICTURES[1:], "wanted"), ((), "none")], ids=["another", "none"]
)
def test_a_rewritten_message_has_the_new_text_and_pictures_and_its_old_key(
    store: Store, pictures: tuple[Picture, ...], waiting: str
) -> None:
    put(store, parcel(pictures=PICTURES))
    held = taken(store)
    written = parcel("other", payload_json="{}", scope="x", data_version=9, pictures=pictures)

    with store.write(ledger=False) as session:
        assert outbox.rewrite(session, held, written)

    names = "dedupe_key", "payload_json", "scope", "data_version", "picture_state"
    assert cells(store, *names) == [("k1", "{}", "x", 9, waiting)]
    with store.read() as session:
        assert read_pictures(session, held) == list(pictures)


def test_a_sent_message_that_is_rewritten_is_updated_also_without_a_picture(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    finish(store, taken(store), slack_ts="1.1", slack_channel_id="C1")
    held = taken(store)

    with store.write(ledger=False) as session:
        assert outbox.rewrite(session, held, parcel(pictures=()))

    columns = "state", "picture_state", "updates_wanted", "updates_made"
    assert cells(store, *columns) == [("sent", "none", 1, 0)]


def test_whoever_lost_the_row_rewrites_nothing(store: Store) -> None:
    put(store, parcel(pictures=PICTURES))
    old = taken(store)
    held = taken(store, now=NOON + LEASE)
    before = cells(store, "*")

    with store.write(ledger=False) as session:
        assert not outbox.rewrite(session, old, parcel(payload_json="{}"))

    assert cells(store, "*") == before
    with store.read() as session:
        assert read_pictures(session, held) == list(PICTURES)
