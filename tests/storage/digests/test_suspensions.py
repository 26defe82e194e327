from storage.access import audit
from storage.delivery.parcels import State
from storage.digests.subscriptions import Subscription, get, set_state
from storage.digests.suspensions import suspend
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.storage.parcels import NOON, cells, parcel, put
from tests.storage.subscribers import subscribe


def suspended(store: Store, subscription: Subscription) -> list[audit.Entry]:
    with store.write(ledger=False) as session:
        suspend(session, subscription, "archived", now=NOON)
    with store.read() as session:
        audit.verify(session)
        return [link.entry for link in audit.every(session)]


def test_what_waits_for_the_channel_waits_no_more_and_it_is_audited(store: Store) -> None:
    subscription = subscribe(store, channel_id="C7", scope=(("segment", "enterprise"),))
    put(store, parcel("k1", subscription_id=subscription.id), parcel("k2"))

    [entry] = suspended(store, subscription)

    with store.read() as session:
        found = get(session, subscription.id)
    assert found is not None
    assert (found.status.state, found.status.reason) == (SubscriptionState.SUSPENDED, "archived")
    assert cells(store, "state") == [(State.SUSPENDED,), (State.PENDING,)]
    assert (entry.actor, entry.action, entry.channel) == ("nrrbot", "suspend", "C7")
    assert (entry.reason, entry.scope) == ("archived", '[["segment", "enterprise"]]')


def test_what_was_removed_stays_so_and_nothing_is_written_down(store: Store) -> None:
    subscription = subscribe(store)
    with store.write(ledger=False) as session:
        set_state(session, subscription.id, SubscriptionState.REMOVED, now=NOON)

    assert suspended(store, subscription) == []
