"""Accounts under our own names, or those of the usual lists of customers."""

from storage.importing.profiles.profile import Profile
from storage.importing.profiles.usual import ACCOUNT, UsualShape

PROFILE = Profile(
    name="Accounts",
    kind="accounts",
    source="accounts",
    shape=UsualShape(
        columns={
            "account_id": ACCOUNT,
            "name": ("name", "account_name", "customer_name", "company_name"),
            "parent_id": ("parent_id", "parent_account_id", "parent"),
            "created_on": ("created_on",),
            "valid_from": ("valid_from",),
            "recorded_at": ("recorded_at",),
        },
        required=("account_id",),
        foreign=frozenset({"mrr", "arr", "acv", "amount", "revenue", "price", "metric"}),
    ),
)
