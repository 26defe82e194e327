"""MRR movements under our own names, or usual ones."""

from storage.importing.profiles.profile import Profile
from storage.importing.profiles.usual import (
    ACCOUNT,
    CHANGE,
    CURRENCY,
    DAY,
    LEVEL,
    OWNER,
    PRODUCT,
    USAGE,
    UsualShape,
)

PROFILE = Profile(
    name="MRR movements",
    kind="movements",
    source="movements",
    shape=UsualShape(
        columns={
            "currency": CURRENCY,
            "account_id": ACCOUNT,
            "date": DAY,
            "amount": CHANGE,
            "movement_id": ("movement_id",),
            "type": ("type", "kind", "movement_type", "change_type"),
            "mrr_after": ("mrr_after", "ending_mrr"),
            "driver": ("driver",),
            "product": PRODUCT,
            "usage": USAGE,
            "owner": OWNER,
            "recorded_at": ("recorded_at",),
        },
        required=("account_id", "date", "amount"),
        amounts=("amount", "mrr_after"),
        others=frozenset(LEVEL),
    ),
)
