"""Claims as values, for decisions that need no store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.delivery.parcels import Attempts, Claim, Doubt, Lease, Location, State
from tests.storage.parcels import parcel

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CLAIM = Claim(
    lease=Lease(row_id=7, owner="one", generation=1, until=NOW + timedelta(seconds=120)),
    parcel=parcel("digest:1"),
    attempts=Attempts(count=1, first_at=NOW),
    doubt=None,
    location=Location(),
    state=State.SENDING,
)


def claim(
    *,
    attempts: int = 1,
    last_call_at: datetime | None = None,
    is_in_doubt: bool = False,
    clean_looks: int = 0,
    failed_looks: int = 0,
    failures: int = 0,
    state: State = State.SENDING,
    picture_state: str = "none",
    update: int | None = None,
    **of_parcel: object,
) -> Claim:
    """Return a claim, of a parcel with any fields."""
    usual = {"scope": "", "payload_json": "{}", "data_version": 1, "due_at": NOW}
    return replace(
        CLAIM,
        parcel=parcel("digest:1", **usual | of_parcel),
        attempts=Attempts(
            count=attempts, first_at=NOW, last_call_at=last_call_at, failures=failures
        ),
        doubt=Doubt(clean_looks, failed_looks)
        if is_in_doubt or clean_looks or failed_looks
        else None,
        state=state,
        picture_state=picture_state,
        update=update,
    )
