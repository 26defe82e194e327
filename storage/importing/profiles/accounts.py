"""Accounts under our own names, or those of the usual lists of customers."""

from collections.abc import Collection
from dataclasses import replace

from storage.importing.external_ids import IDS
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Shape
from storage.importing.profiles.usual import ACCOUNT, OWNER, UsualShape

_NAMES = (
    *("name", "account_name", "customer_name", "company_name", "client_name", "organization_name"),
    *("organisation_name", "company", "account", "customer", "client", "firma", "kundenname"),
)
_BY_ID = UsualShape(
    columns={
        "account_id": ACCOUNT,
        "name": _NAMES,
        "parent_id": (
            *("parent_id", "parent_account_id", "parent_company_id", "ultimate_parent_id"),
            *("parent_customer_id", "parent_account", "parent_company", "parent_customer"),
            *("parent", "ultimate_parent", "parent_account_name", "parent_company_name"),
            *("muttergesellschaft", "konzern"),
        ),
        "owner": OWNER,
        "created_on": (
            *("created_on", "created", "created_at", "created_date", "create_date", "createdate"),
            *("date_created", "creation_date", "created_time", "customer_since", "signup_date"),
            *("signed_up_on", "signed_up_at", "angelegt_am", "kunde_seit"),
        ),
        "valid_from": ("valid_from", "effective_from", "effective_date", "gueltig_ab", "gültig_ab"),
        "recorded_at": ("recorded_at",),
    },
    required=("account_id",),
    foreign=frozenset({"mrr", "arr", "acv", "amount", "revenue", "price", "metric"}),
)
_OF_OTHERS = frozenset(
    (
        *("currency", "currency_code", "date", "month", "start", "end", "start_date", "end_date"),
        *("betrag", "wert", "preis", "umsatz", "datum", "monat", "beginn", "ende", "währung"),
    )
)
"""Columns of amounts and their days: without a sign of a list, such a file is none."""
_LIST = replace(
    _BY_ID,
    columns={
        **_BY_ID.columns,
        "account_id": (*ACCOUNT, "record_id", *_NAMES[1:]),
    },
    required=("account_id", "name"),
    foreign=frozenset(),
)
"""A list of customers: its number has a name of its own, or the name is all there is."""
_TELLING = ("parent_id", "owner", "created_on")
_TOLD = replace(
    _LIST,
    columns={**_LIST.columns, "account_id": (*ACCOUNT, "record_id", "id", *_NAMES[1:])},
    required=("account_id",),
)
"""The same where a person says that it is one: of other tables, too, a column is called id."""


class AccountsShape(Shape):
    """A header with an account and no amount of a source; or of a list from a sales system."""

    def fits(self, names: Collection[str]) -> bool:
        """Tell whether a header is of accounts, and of nothing that changes in time."""
        is_plain = _BY_ID.fits(names) and not _OF_OTHERS & set(names)
        return is_plain or self._is_list(names)

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header can be of accounts."""
        return _TOLD.has_all(names)

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the first of its names that a header has."""
        found = _TOLD.origins(names)
        if "name" in found and found["name"] == found.get("account_id"):
            del found["name"]  # the name is the id
        ids = (name for name in names if name.startswith(IDS) and name != IDS)
        return found | {name: Origin(name) for name in ids}

    @staticmethod
    def _is_list(names: Collection[str]) -> bool:
        """Tell a list with a column of amounts, such as the yearly revenue of a customer."""
        found = _LIST.origins(names)
        return _LIST.fits(names) and any(ours in found for ours in _TELLING)


PROFILE = Profile("Accounts", "accounts", "accounts", AccountsShape())
