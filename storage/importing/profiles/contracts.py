"""Terms of contracts under our own names, or those of the usual lists of contracts and deals."""

from collections.abc import Collection, Mapping, Sequence

from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Shape
from storage.importing.profiles.usual import ACCOUNT, CURRENCY, OWNER, PRODUCT, USAGE, UsualShape

_AMOUNTS = {
    "": (
        *("amount", "price", "value", "fee", "recurring_amount", "recurring_price", "betrag"),
        *("preis",),
    ),
    "total": (
        *("tcv", "total_contract_value", "contract_value", "contract_amount", "total_value"),
        *("total_amount", "contract_total", "vertragswert", "auftragswert"),
    ),
    "year": (
        *("arr", "acv", "annual_contract_value", "annual_value", "annual_amount", "annual_price"),
        *("annual_recurring_revenue", "yearly_amount", "yearly_price", "jahresbetrag"),
        *("arr_amount", "jahrespreis"),
    ),
    "month": (
        *("mrr", "monthly_recurring_revenue", "monthly_amount", "monthly_price", "monthly_fee"),
        *("mrr_amount", "monthly_mrr", "monatsbetrag", "monatspreis"),
    ),
}
"""Names of the amount, by what it is for."""
_ACCOUNTS = (*ACCOUNT, "account_name", "customer_name", "company_name", "associated_company")
_COLUMNS: Mapping[str, Sequence[str]] = {
    "currency": CURRENCY,
    "account_id": _ACCOUNTS,
    "start": (
        *("start", "start_date", "term_start", "term_start_date", "contract_start", "starts_on"),
        *("contract_start_date", "subscription_start", "subscription_start_date", "begin"),
        *("service_start", "service_start_date", "start_on", "starts_at", "beginn", "startdatum"),
        *("vertragsbeginn", "laufzeitbeginn", "from", "von"),
    ),
    "end": (
        *("end", "end_date", "term_end", "term_end_date", "contract_end", "contract_end_date"),
        *("ends_on", "expiry", "expiry_date", "expiration_date", "expires_on", "paid_through"),
        *("service_end", "service_end_date", "subscription_end", "subscription_end_date", "until"),
        *("ended_at", "ende", "enddatum", "vertragsende", "laufzeitende", "to", "bis"),
    ),
    "per": (
        *("per", "amount_per", "billing_period", "billing_frequency", "cadence", "interval"),
        *("billing_cycle", "billing_interval", "plan_interval", "price_per", "frequency"),
        *("turnus", "intervall", "abrechnung", "abrechnungsintervall", "abrechnungszeitraum"),
        *("abrechnungsturnus", "zahlungsintervall", "zahlungsturnus", "zahlweise", "zahlungsweise"),
    ),
    "contract_id": (
        *(
            "contract_id",
            "contract_number",
            "contract_no",
            "contract",
            "subscription_id",
            "deal_id",
        ),
        *("order_id", "opportunity_id", "record_id", "vertragsnummer", "vertrag"),
    ),
    "product": (*PRODUCT, "plan", "produkt"),
    "amendment_of": ("amendment_of", "amends", "amended_contract", "parent_contract", "replaces"),
    "auto_renew": (
        "auto_renew",
        "auto_renewal",
        "autorenew",
        "auto_renews",
        "renews",
        "auto_renew_flag",
    ),
    "escalator": (
        *("escalator", "uplift", "annual_uplift", "price_increase", "annual_increase"),
        *("escalator_percent", "uplift_percent", "indexation"),
    ),
    "usage": USAGE,
    "owner": OWNER,
    "seats": ("seats", "quantity", "licenses", "licences", "users", "seat_count", "lizenzen"),
    "discount": ("discount", "discount_amount", "rabatt"),
    "discount_percent": ("discount_percent", "discount_pct", "discount_percentage"),
    "discount_end": ("discount_end", "discount_until", "discount_end_date", "discount_ends_on"),
    "trial_end": ("trial_end", "trial_ends_on", "trial_end_date", "trial_until"),
    "status": ("status", "state", "stage", "contract_status", "subscription_status"),
    "cancelled_on": (
        *("cancelled_on", "canceled_on", "cancelled_at", "canceled_at", "cancellation_date"),
        *("notice_date", "cancel_requested", "gekündigt_am", "kündigung"),
    ),
    "paused_on": ("paused_on", "paused_at", "pause_start", "pause_date"),
    "resumed_on": ("resumed_on", "resumed_at", "pause_end", "resume_date", "resumes_on"),
    "past_due_since": ("past_due_since", "past_due_on", "first_failure", "payment_failed_on"),
}
_REQUIRED = ("account_id", "start", "amount")


class ContractsShape(Shape):
    """A header with the first day of terms and an amount, whose name may say what it is for."""

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header has all that a term needs."""
        return set(_REQUIRED) <= set(self.origins(names))

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the first of its names that a header has."""
        for per, amounts in _AMOUNTS.items():
            found = UsualShape({**_COLUMNS, "amount": amounts}, _REQUIRED, ("amount",)).origins(
                names
            )
            if "amount" in found:
                implied = {"per": Origin(otherwise=per)} if per and "per" not in names else {}
                return found | implied
        return UsualShape(_COLUMNS, _REQUIRED).origins(names)


PROFILE = Profile("Contracts", "contracts", "contracts", ContractsShape())
