from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage.digests.runs import planned_weeks
from storage.digests.subscriptions import (
    Destination,
    DigestContent,
    DigestPeriod,
    Subscription,
    SubscriptionStatus,
    change,
    get,
    list_active,
    list_all,
    list_in,
    set_state,
)
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from storage.tables.scopes import scope_text
from tests.storage.stores import execute, rows
from tests.storage.subscribers import CREATED, subscribe, weekly

LATER = CREATED + timedelta(hours=1)


def read(store: Store, number: int) -> Subscription | None:
    with store.read() as session:
        return get(session, number)


def put(
    store: Store, number: int, state: SubscriptionState, *, now: datetime = LATER, reason: str = ""
) -> Subscription:
    with store.write(ledger=False) as session:
        return set_state(session, number, state, now=now, reason=reason or None)


def test_a_subscription_is_read_as_it_was_added(store: Store) -> None:
    added = subscribe(
        store,
        channel_id="C7",
        owner_id="U7",
        schedule=weekly("fri", 16, "America/New_York"),
        scope=(("segment", "Größe, “XL”"), ("region", "EMEA")),
        dimension="region",
        period=DigestPeriod.TTM,
    )

    assert added == Subscription(
        id=1,
        destination=Destination(team_id="T1", channel_id="C7", owner_id="U7"),
        content=DigestContent(
            scope=(("segment", "Größe, “XL”"), ("region", "EMEA")),
            dimension="region",
            period=DigestPeriod.TTM,
        ),
        schedules=(weekly("fri", 16, "America/New_York"),),
        status=SubscriptionStatus(state=SubscriptionState.ACTIVE, reason=None, changed_at=CREATED),
        created_at=CREATED,
    )
    assert read(store, added.id) == added


def test_what_was_never_added_is_not_there(store: Store) -> None:
    assert read(store, 1) is None
    with pytest.raises(NoResultFound), store.write(ledger=False) as session:
        change(session, 1, DigestContent(dimension="segment"), now=LATER)
    with pytest.raises(NoResultFound):
        put(store, 1, SubscriptionState.PAUSED)


def test_weekdays_and_zones_are_stored_by_name(store: Store) -> None:
    subscribe(store, schedule=weekly("sun", 0, "Pacific/Auckland"))

    stored = rows(store, "SELECT weekday, hour, time_zone FROM subscription_schedule")
    assert stored == [("sun", 0, "Pacific/Auckland")]


@pytest.mark.parametrize("column", ["weekday = '0'", "hour = 24", "hour = -1"])
def test_no_weekday_or_hour_of_another_kind_can_be_stored(store: Store, column: str) -> None:
    subscribe(store)

    with pytest.raises(IntegrityError):
        execute(store, f"UPDATE subscription_schedule SET {column}")  # noqa: S608


def test_a_scope_is_stored_as_pairs() -> None:
    assert scope_text((("segment", "größer"),)) == '[["segment", "größer"]]'
    assert scope_text(()) == "[]"


def test_lists_show_what_is_kept_the_oldest_first(store: Store) -> None:
    first, second, elsewhere, gone = (
        subscribe(store, channel_id=channel) for channel in ("C1", "C1", "C2", "C1")
    )
    put(store, second.id, SubscriptionState.PAUSED)
    put(store, gone.id, SubscriptionState.REMOVED)

    with store.read() as session:
        assert [found.id for found in list_in(session, "C1")] == [first.id, second.id]
        assert [found.id for found in list_active(session)] == [first.id, elsewhere.id]
        assert [found.id for found in list_all(session)] == [first.id, second.id, elsewhere.id]
        assert list_in(session, "C9") == []


def test_each_in_a_list_has_its_own_schedules(store: Store) -> None:
    first = subscribe(store, schedule=weekly("tue"))
    second = subscribe(store, schedule=weekly("wed"))

    with store.read() as session:
        assert list_all(session) == [first, second]


def test_a_change_keeps_everything_but_the_content(store: Store) -> None:
    before = subscribe(store, scope=(("segment", "smb"),))

    with store.write(ledger=False) as session:
        content = replace(before.content, period=DigestPeriod.TTM)
        changed = change(session, before.id, content, now=LATER)

    status = replace(before.status, changed_at=LATER)
    assert changed == replace(before, content=content, status=status)
    assert read(store, before.id) == changed


def test_everything_can_be_changed_even_to_nothing(store: Store) -> None:
    before = subscribe(store, scope=(("segment", "smb"),))

    with store.write(ledger=False) as session:
        changed = change(
            session,
            before.id,
            DigestContent(scope=(), dimension="region"),
            now=LATER,
        )

    assert changed.content.scope == ()
    assert changed.content.dimension == "region"


def test_a_new_schedule_applies_from_the_week_after(store: Store) -> None:
    before = subscribe(store)

    with store.write(ledger=False) as session:
        changed = change(session, before.id, before.content, now=LATER, schedule=weekly("thu", 7))

    assert changed.schedules == (weekly(), weekly("thu", 7, since=date(2026, 11, 16)))
    assert read(store, before.id) == changed


def test_of_two_new_schedules_in_one_week_the_later_counts(store: Store) -> None:
    before = subscribe(store)

    with store.write(ledger=False) as session:
        for schedule in (weekly("thu"), weekly("fri", 7, "Asia/Tokyo")):
            change(session, before.id, before.content, now=LATER, schedule=schedule)

    found = read(store, before.id)
    assert found is not None
    assert found.schedules == (weekly(), weekly("fri", 7, "Asia/Tokyo", date(2026, 11, 16)))


def test_why_it_is_suspended_is_kept_until_it_is_resumed(store: Store) -> None:
    number = subscribe(store).id

    suspended = put(store, number, SubscriptionState.SUSPENDED, reason="is_archived")
    resumed = put(store, number, SubscriptionState.ACTIVE)

    assert (suspended.status.state, suspended.status.reason) == (
        SubscriptionState.SUSPENDED,
        "is_archived",
    )
    assert (resumed.status.state, resumed.status.reason) == (SubscriptionState.ACTIVE, None)
    assert read(store, number) == resumed


def test_what_is_removed_stays_so(store: Store) -> None:
    number = subscribe(store).id
    removed = put(store, number, SubscriptionState.REMOVED)

    assert put(store, number, SubscriptionState.ACTIVE) == removed
    assert read(store, number) == removed


@pytest.mark.parametrize("silence", [SubscriptionState.PAUSED, SubscriptionState.SUSPENDED])
def test_weeks_that_came_due_meanwhile_are_passed_over(
    store: Store, silence: SubscriptionState
) -> None:
    number = subscribe(store).id
    put(store, number, silence)

    put(store, number, SubscriptionState.ACTIVE, now=datetime(2026, 11, 24, 12, tzinfo=UTC))

    with store.read() as session:
        assert planned_weeks(session, number) == {"2026-W47", "2026-W48"}
    outcomes = rows(store, "SELECT DISTINCT outcome, planned_at FROM digest_run")
    assert outcomes == [("skipped_stale", "2026-11-24T12:00:00.000000+00:00")]


def test_to_resume_what_is_active_passes_nothing_over(store: Store) -> None:
    number = subscribe(store).id

    put(store, number, SubscriptionState.ACTIVE, now=datetime(2026, 11, 24, 12, tzinfo=UTC))

    with store.read() as session:
        assert planned_weeks(session, number) == set()
