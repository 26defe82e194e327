from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from metrics.schedules import WEEK
from storage.delivery.figures import count_by_state
from storage.delivery.parcels import Parcel, State
from storage.digests.runs import (
    DigestRun,
    RunOutcome,
    last_fingerprint,
    planned_weeks,
    record,
    weeks_missed,
)
from storage.store.engine import Store
from tests.storage import parcels
from tests.storage.parcels import finish, taken
from tests.storage.stores import contents, rows
from tests.storage.subscribers import subscribe

DUE = datetime(2026, 11, 16, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 8, 0, 30, tzinfo=UTC)


def run(
    week: str = "2026-W47",
    *,
    outcome: RunOutcome = RunOutcome.QUEUED,
    fingerprint: str | None = "f1",
    subscription_id: int = 1,
) -> DigestRun:
    return DigestRun(
        subscription_id=subscription_id,
        week=week,
        due_at=DUE,
        outcome=outcome,
        data_version=7,
        fingerprint=fingerprint,
    )


def parcel(key: str = "digest:T1:C1:1:2026-W47") -> Parcel:
    return parcels.parcel(
        key,
        kind="digest",
        team_id="T1",
        channel_id="C1",
        subscription_id=1,
        scope="[]",
        payload_json="{}",
        data_version=7,
        due_at=DUE,
    )


def came(store: Store, week: str, *, due_at: datetime, state: State = State.SENT) -> None:
    """Plan a week's digest, and let its message come to an end."""
    planned = replace(run(week, fingerprint=f"figures of {week}"), due_at=due_at)
    with store.write(ledger=False) as session:
        record(session, planned, replace(parcel(week), due_at=due_at), now=due_at)
    finish(store, taken(store, now=due_at), state, now=due_at)


def test_a_planned_week_is_known_and_its_message_is_on_its_way(store: Store) -> None:
    number = subscribe(store).id

    with store.write(ledger=False) as session:
        assert record(session, run(), parcel(), now=NOW)

    with store.read() as session:
        assert planned_weeks(session, number) == {"2026-W47"}
        assert count_by_state(session) == {("pending", "digest"): 1}
    assert rows(store, "SELECT due_at, planned_at, outcome, data_version FROM digest_run") == [
        ("2026-11-16T08:00:00.000000+00:00", "2026-11-16T08:00:30.000000+00:00", "queued", 7)
    ]


def test_a_week_is_planned_once_and_only_the_first_message_goes(store: Store) -> None:
    subscribe(store)

    with store.write(ledger=False) as session:
        assert record(session, run(), parcel("first"), now=NOW)
        assert not record(session, run(fingerprint="{}"), parcel("second"), now=NOW)

    assert rows(store, "SELECT dedupe_key FROM outbox") == [("first",)]
    assert rows(store, "SELECT fingerprint FROM digest_run") == [("f1",)]


def test_a_week_and_its_message_are_kept_together_or_not_at_all(store: Store) -> None:
    subscribe(store)
    impossible = replace(parcel(), address=replace(parcel().address, subscription_id=99))

    with pytest.raises(IntegrityError), store.write(ledger=False) as session:
        record(session, run(), impossible, now=NOW)

    assert (contents(store)["digest_run"], contents(store)["outbox"]) == (0, 0)


def test_the_weeks_of_another_subscription_are_its_own(store: Store) -> None:
    first, second = subscribe(store).id, subscribe(store).id

    with store.write(ledger=False) as session:
        assert record(session, run(subscription_id=first), now=NOW)
        assert record(session, run("2026-W48", subscription_id=second), now=NOW)

        assert planned_weeks(session, first) == {"2026-W47"}
        assert planned_weeks(session, second) == {"2026-W48"}


def test_the_last_fingerprint_is_that_of_the_newest_digest_that_was_sent(store: Store) -> None:
    number = subscribe(store).id
    came(store, "2026-W47", due_at=DUE)
    came(store, "2026-W48", due_at=DUE + WEEK)
    came(store, "2026-W49", due_at=DUE + 2 * WEEK, state=State.DEAD)

    with store.write(ledger=False) as session:
        record(session, run("2026-W50", outcome=RunOutcome.SKIPPED_STALE), now=NOW)

        assert last_fingerprint(session, number, before="2026-W51") == "figures of 2026-W48"


def test_the_last_fingerprint_is_that_of_an_earlier_week(store: Store) -> None:
    number = subscribe(store).id
    came(store, "2026-W47", due_at=DUE)
    came(store, "2026-W48", due_at=DUE + WEEK)

    with store.read() as session:
        assert last_fingerprint(session, number, before="2026-W48") == "figures of 2026-W47"
        assert last_fingerprint(session, number, before="2026-W47") is None


def test_missed_are_the_weeks_since_the_newest_digest_that_was_sent(store: Store) -> None:
    number, skipped = subscribe(store).id, RunOutcome.SKIPPED_STALE
    came(store, "2026-W51", due_at=DUE)
    came(store, "2026-W52", due_at=DUE + WEEK, state=State.DEAD)

    with store.write(ledger=False) as session:
        record(session, run("2026-W50", outcome=skipped, fingerprint=None), now=NOW)
        record(session, replace(run("2027-W01"), outcome=skipped, due_at=DUE + 3 * WEEK), now=NOW)
        record(session, replace(run("2026-W53"), outcome=skipped, due_at=DUE + 2 * WEEK), now=NOW)

        missed = ("2026-W52", "2026-W53", "2027-W01")
        assert weeks_missed(session, number, before="2027-W02") == missed
        assert weeks_missed(session, number, before="2027-W01") == missed[:-1]
        assert weeks_missed(session, number, before="2026-W52") == ()


def test_nothing_is_missed_before_the_first_week(store: Store) -> None:
    number = subscribe(store).id

    with store.read() as session:
        assert weeks_missed(session, number, before="2026-W47") == ()
