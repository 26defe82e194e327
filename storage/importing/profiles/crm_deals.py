"""Deals of HubSpot and Salesforce: won ones are terms, as far as they say from when to when."""

from collections.abc import Mapping
from functools import partial

from storage.importing.profiles.made_columns import Row, first_of, last_paid_day, with_made_columns
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

_STARTS = ("contract_start_date", "start_date", "subscription_start_date", "close_date")
_ENDS = ("contract_end_date", "end_date", "subscription_end_date")
_AMOUNTS = {
    "month": ("monthly_recurring_revenue", "mrr"),
    "year": ("annual_recurring_revenue", "arr", "annual_contract_value", "acv"),
    "total": ("total_contract_value", "tcv", "amount"),
}
_CURRENCIES = ("currency", "deal_currency_code", "amount_currency", "currency_iso_code")
_OWNERS = ("account_owner", "company_owner", "deal_owner", "opportunity_owner")
_MADE = ("term_start", "term_end", "term_amount", "term_per", "term_status")
_REMARKS = Remarks(
    notes=("only deals that were won",),
    history=(
        "A deal counts from its start date, and where it has none from its close date; a new deal"
        " of the same account that begins when the last one ends is its renewal."
    ),
)


def _term(row: Row, *, stage: str) -> Mapping[str, str]:
    per = next((per for per, names in _AMOUNTS.items() if first_of(row, *names)), "total")
    start, renews = first_of(row, *_STARTS), row.get("renewal_date", "")
    # A stage is named by whoever set the pipeline up; "Closed Won (Sales Pipeline)" is usual.
    won = "won" in row[stage].lower().replace("(", " ").split()
    return {
        "term_start": start,
        "term_end": first_of(row, *_ENDS) or last_paid_day(renews, start=start, renews=renews),
        "term_amount": first_of(row, *_AMOUNTS[per]),
        "term_per": per,
        "term_status": "active" if won else "unsigned",
    }


def _columns(account: tuple[str, ...], key: str) -> dict[str, tuple[Origin, ...]]:
    return {
        "account_id": tuple(map(Origin, account)),
        "contract_id": (Origin(key),),
        "start": (Origin("term_start", is_moment=True),),
        "end": (Origin("term_end", is_moment=True),),
        "amount": (Origin("term_amount"),),
        "per": (Origin("term_per"),),
        "status": (Origin("term_status"),),
        "currency": tuple(map(Origin, _CURRENCIES)),
        "owner": tuple(map(Origin, _OWNERS)),
    }


HUBSPOT = Profile(
    name="HubSpot's deals",
    kind="contracts",
    source="hubspot",
    shape=ExportShape(
        signature=frozenset({"record_id", "deal_name", "deal_stage", "close_date"}),
        columns=_columns(
            (
                *("associated_company_ids_primary", "associated_company_ids"),
                *("associated_company_primary", "associated_company", "company_name"),
            ),
            "record_id",
        ),
        required=("account_id",),
    ),
    remarks=_REMARKS,
    prepare=partial(with_made_columns, names=_MADE, make=partial(_term, stage="deal_stage")),
)
SALESFORCE = Profile(
    name="Salesforce's opportunities",
    kind="contracts",
    source="salesforce",
    shape=ExportShape(
        signature=frozenset({"opportunity_name", "stage", "close_date"}),
        columns=_columns(("account_id", "account_name"), "opportunity_id"),
        required=("account_id",),
    ),
    remarks=_REMARKS,
    prepare=partial(with_made_columns, names=_MADE, make=partial(_term, stage="stage")),
)
