"""Messages to test the outbox with, and its steps, each in a transaction of its own."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.delivery.claiming import claim
from storage.delivery.outbox import blank_payloads, enqueue, settle
from storage.delivery.parcels import (
    Address,
    Body,
    Claim,
    Doubt,
    Location,
    Outcome,
    Parcel,
    ParcelBasis,
    Picture,
    Retry,
    State,
)
from storage.store.engine import Store
from tests.storage.stores import rows

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(minutes=10)
MOMENT = "2026-11-16T12:00:00.000000+00:00"
"""`NOON`, as SQLite stores it."""
PICTURES = (
    Picture(png=b"\x89PNG bridge", alt_text="The bridge"),
    Picture(png=b"\x89PNG trend", alt_text="The trend"),
)


def parcel(key: str = "k1", **given: Any) -> Parcel:  # noqa: ANN401 - any field of a parcel
    usual: dict[str, Any] = {
        "kind": "digest",
        "team_id": "T1",
        "channel_id": "C1",
        "subscription_id": None,
        "scope": "[]",
        "payload_json": f'{{"text": "{key}"}}',
        "pictures": (),
        "files": (),
        "data_version": 3,
        "due_at": NOON,
    }
    return Parcel(dedupe_key=key, **nested(PARCEL_VALUES, usual | given))


PARCEL_VALUES: dict[str, type] = {"address": Address, "body": Body, "basis": ParcelBasis}


def nested(types: dict[str, type], flat: dict[str, Any]) -> dict[str, Any]:
    """Return fields with those of each value put into it."""
    rest, values = dict(flat), {}
    for name, kind in types.items():
        own = [one.name for one in fields(kind)]
        values[name] = kind(**{one: rest.pop(one) for one in own})
    return rest | values


def put(store: Store, *parcels: Parcel, now: datetime = NOON) -> list[bool]:
    """Enqueue messages, each in a transaction of its own."""
    told = []
    for each in parcels:
        with store.write(ledger=False) as session:
            told.append(enqueue(session, each, now=now))
    return told


def take(
    store: Store, *, now: datetime = NOON, owner: str = "w1", team_id: str = "T1"
) -> Claim | None:
    with store.write(ledger=False) as session:
        return claim(session, owner=owner, now=now, team_id=team_id)


def taken(store: Store, *, now: datetime = NOON, owner: str = "w1") -> Claim:
    """Claim a message that must be there."""
    found = take(store, now=now, owner=owner)
    assert found is not None
    return found


def finish(
    store: Store,
    held: Claim,
    state: State = State.SENT,
    *,
    now: datetime = NOON,
    slack_channel_id: str | None = None,
    slack_ts: str | None = None,
    is_in_doubt: bool = False,
    clean_looks: int = 0,
    not_before: datetime | None = None,
    is_counted: bool = True,
    is_failure: bool = False,
    **told: Any,  # noqa: ANN401 - any other field of an outcome
) -> bool:
    outcome = Outcome(
        state=state,
        retry=Retry(not_before=not_before, is_counted=is_counted, is_failure=is_failure),
        doubt=Doubt(clean_looks) if is_in_doubt else None,
        location=Location(channel_id=slack_channel_id, ts=slack_ts),
        **told,
    )
    with store.write(ledger=False) as session:
        return settle(session, held, outcome, now=now)


def cells(store: Store, *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of the outbox, row by row."""
    return rows(store, f"SELECT {', '.join(names)} FROM outbox ORDER BY id")  # noqa: S608


def blank(store: Store) -> int:
    with store.write(ledger=False) as session:
        return blank_payloads(session, before=NOON + SECOND)
