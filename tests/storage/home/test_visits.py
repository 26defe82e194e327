from datetime import timedelta

from storage.home.visits import (
    HomeVisit,
    due_visits,
    forget_visits,
    note_opened,
    note_shown,
    signature,
    visit_of,
)
from storage.store.engine import Store
from tests.storage.parcels import NOON
from tests.storage.subscribers import subscribe

MINUTE = timedelta(minutes=1)


def shown(user_id: str) -> HomeVisit:
    return HomeVisit(user_id=user_id, fingerprint="f", view_hash="h")


def test_those_who_were_not_looked_after_since_a_change_are_due(store: Store) -> None:
    with store.write(ledger=False) as session:
        for at, user_id in enumerate(("U3", "U1", "U2")):
            note_opened(session, user_id, now=NOON)
            note_shown(session, shown(user_id), now=NOON + at * MINUTE)
        note_opened(session, "U4", now=NOON)  # of whom it is not known what they see
        note_shown(session, HomeVisit(user_id="U4"), now=NOON + 9 * MINUTE)

        due = due_visits(session, changed_at=NOON + 2 * MINUTE, most=9)
        fewer = due_visits(session, changed_at=NOON + 2 * MINUTE, most=1)

    assert [one.user_id for one in due] == ["U3", "U1", "U4"]
    assert [one.user_id for one in fewer] == ["U3"]


def test_whoever_did_not_open_it_for_long_is_forgotten(store: Store) -> None:
    with store.write(ledger=False) as session:
        note_opened(session, "U1", now=NOON)
        note_opened(session, "U2", now=NOON)
        note_opened(session, "U2", now=NOON + MINUTE)
        forget_visits(session, before=NOON + MINUTE)
        note_shown(session, shown("U1"), now=NOON)

        assert visit_of(session, "U1") is None
        assert visit_of(session, "U2") == HomeVisit(user_id="U2")


def test_a_change_has_another_signature_and_no_change_has_the_same(store: Store) -> None:
    def read() -> object:
        with store.read() as session:
            return signature(session)

    before = read()
    assert read() == before
    subscribe(store)
    assert read() != before
