"""Claims as values, for decisions that need no store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.delivery.outbox import Claim, State

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def claim(**changes: Any) -> Claim:  # noqa: ANN401 - any field
    usual: dict[str, Any] = {
        "id": 7,
        "dedupe_key": "digest:1",
        "kind": "digest",
        "team_id": "T1",
        "channel_id": "C1",
        "subscription_id": None,
        "scope": "",
        "payload_json": "{}",
        "data_version": 1,
        "due_at": NOW,
        "owner": "one",
        "generation": 1,
        "lease_until": NOW + timedelta(seconds=120),
        "attempts": 1,
        "is_in_doubt": False,
        "clean_looks": 0,
        "first_attempt_at": NOW,
        "last_attempt_at": None,
        "slack_channel_id": None,
        "slack_ts": None,
        "state": State.SENDING,
    }
    return Claim(**usual | changes)
