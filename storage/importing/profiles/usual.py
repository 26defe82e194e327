"""Usual names of columns, in files that people write themselves or query from a warehouse."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.importing.profiles.names import without_currency
from storage.importing.profiles.origins import MINOR_UNIT, Origin
from storage.importing.profiles.profile import Shape

ACCOUNT = (
    *("account_id", "customer_id", "client_id", "company_id", "organization_id", "organisation_id"),
    *("org_id", "tenant_id", "account", "customer", "client", "company", "organization", "org"),
    *("organisation", "account_code", "customer_external_id", "kunde", "kunden_id", "kundennummer"),
    *("kundennr", "kunden_nr"),
)
DAY = (
    *("date", "effective_on", "effective_date", "effective_at", "day", "movement_date"),
    *("change_date", "event_date", "occurred_on", "occurred_at", "timestamp", "datum"),
)
CHANGE = (
    *("amount", "mrr_change", "change_in_mrr", "mrr_delta", "mrr_movement", "delta", "change"),
    "amount_change",
)
CURRENCY = ("currency", "currency_code", "iso_currency", "ccy", "waehrung", "währung")
MONTH = ("month", "period", "month_start", "month_end", "as_of_month", "monat")
LEVEL = ("mrr", "monthly_recurring_revenue", "current_mrr", "mrr_amount", "total_mrr", "balance")
PRODUCT = ("product", "product_line", "product_name")
OWNER = (
    # By what finds a person in Slack before a name does not.
    *("owner", "owner_email", "account_owner_email", "company_owner_email", "csm_email"),
    *("account_manager_email", "customer_success_manager_email", "account_owner"),
    *("company_owner", "customer_owner", "owner_name", "csm", "customer_success_manager"),
    *("account_manager", "hubspot_owner", "betreuer"),
)
USAGE = ("usage", "is_usage", "usage_based", "metered")
_CENTS = ("_cents", "_in_cents", "_minor")


@dataclass(frozen=True, slots=True)
class UsualShape(Shape):
    """A header of usual names; amounts may say their currency, as in ``mrr_eur``.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Names of each of our columns; the first that a header has counts.
    required : sequence of str
        Those of our columns that must be there.
    amounts : sequence of str
        Those that may end with a currency, or with ``_cents``.
    foreign : set of str
        Words that no name may hold: they are those of another kind.
    others : set of str
        Whole names of which the same is true.
    """

    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    amounts: Sequence[str] = ()
    foreign: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def fits(self, names: Collection[str]) -> bool:
        """Tell whether a header has all that is required, and no word of another kind."""
        foreign = any(self.foreign & set(name.split("_")) for name in names)
        return self.has_all(names) and not foreign and not self.others & set(names)

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header has all that is required."""
        return set(self.required) <= set(self.origins(names))

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the first of its names that a header has."""
        found: dict[str, Origin] = {}
        for ours, usual in self.columns.items():
            if name := next(_there(usual, names), ""):
                found[ours] = Origin(name)
            elif ours in self.amounts:
                found |= _amount(ours, usual, names, found)
        return found | self._currency(names, found)

    def _currency(self, names: Collection[str], found: Mapping[str, Origin]) -> dict[str, Origin]:
        """Find the currency beside an amount, as Salesforce has ``Contract Value Currency``."""
        if "currency" not in self.columns or "currency" in found:
            return {}
        beside = {f"{found[ours].column}_currency" for ours in self.amounts if ours in found}
        name = next(iter(beside.intersection(names)), None)
        return {} if name is None else {"currency": Origin(name)}


def _there(usual: Sequence[str], names: Collection[str]) -> Iterator[str]:
    """Yield the usual names that a header has, with those that say that they are in UTC."""
    for name in usual:
        yield from (each for each in (name, f"{name}_utc") if each in names)


def _amount(
    ours: str, usual: Sequence[str], names: Collection[str], found: Mapping[str, Origin]
) -> dict[str, Origin]:
    for name in names:
        base, currency = without_currency(name)
        cents = next((end for end in _CENTS if base.endswith(end)), "")
        if base.removesuffix(cents) in usual:
            made = {ours: Origin(name, MINOR_UNIT if cents else 1)}
            if currency and "currency" not in found:
                made["currency"] = Origin(otherwise=currency)
            return made
    return {}
