from datetime import UTC, datetime

from metrics.alerts.grouping import Notice
from metrics.alerts.rules import SUSTAINED_DROP, Severity
from storage.access.grants import Approval, list_approvals, put_approval
from storage.alerts.notices import notified_recipients
from storage.alerts.rules import set_recipients
from storage.channels.moves import move_channel
from storage.digests.subscriptions import list_in
from storage.store.engine import Store
from tests.storage.alerts.test_notices import fire, message, told
from tests.storage.alerts.test_rules import recipients_of
from tests.storage.parcels import NOON, cells, parcel, put
from tests.storage.stores import contents, rows
from tests.storage.subscribers import subscribe

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
ENTERPRISE = (("segment", "enterprise"),)


def move(store: Store, old: str = "G1", new: str = "C1") -> int:
    with store.write(ledger=False) as session:
        return move_channel(session, old, new, now=NOW)


def test_digests_and_messages_go_along_and_those_of_others_stay(store: Store) -> None:
    subscribe(store, channel_id="G1")
    subscribe(store, channel_id="G2")
    put(store, parcel("k1", channel_id="G1"), parcel("k2", channel_id="G2"), now=NOON)

    assert move(store) == 2

    with store.read() as session:
        [moved] = list_in(session, "C1")
        assert moved.status.changed_at == NOW
        assert len(list_in(session, "G2")) == 1
    assert cells(store, "channel_id") == [("C1",), ("G2",)]


def test_approvals_go_along_and_meet_those_that_are_there(store: Store) -> None:
    with store.write(ledger=False) as session:
        for channel_id, scope in (("G1", ()), ("G1", ENTERPRISE), ("C1", ())):
            put_approval(session, Approval(channel_id=channel_id, scope=scope), by="U1", now=NOW)

    move(store)

    with store.read() as session:
        approved = {(each.channel_id, each.scope) for each in list_approvals(session)}
    assert approved == {("C1", ()), ("C1", ENTERPRISE)}


def test_who_hears_of_alerts_is_the_new_id_once(store: Store) -> None:
    rule_id = SUSTAINED_DROP.rule_id
    with store.write(ledger=False) as session:
        set_recipients(session, rule_id, ("U1", "G1", "C1"), now=NOW)

    move(store)

    with store.read() as session:
        assert recipients_of(rule_id, session) == ("U1", "C1")


def test_who_was_told_of_a_drop_hears_how_it_ends_under_the_new_id(store: Store) -> None:
    fired = fire(store)
    told(store, message(Notice(recipient_id="G1", transition=fired, severity=Severity.WARNING)))

    move(store)

    with store.read() as session:
        [recipients] = notified_recipients(session).values()
    assert recipients == {"C1"}
    assert rows(store, "SELECT dedupe_key FROM alert_notice") == [(fired.dedupe_key("C1"),)]


def test_a_channel_that_nothing_names_moves_nothing(store: Store) -> None:
    subscribe(store, channel_id="C2")
    before = contents(store)

    assert move(store) == 0
    assert contents(store) == before
