"""Subscriptions as Stripe's API returns them, with the period on the subscription or its items."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from storage.importing.cells import CellError
from storage.importing.profiles.made_columns import Row, first_of, with_made_columns
from storage.importing.profiles.origins import MINOR_UNIT, Origin, divided, is_plain_number
from storage.importing.profiles.profile import ExportShape, Profile, Remarks
from storage.importing.profiles.stripe_standing import HISTORY, MADE, MADE_TOO, standing
from storage.importing.profiles.stripe_subscriptions import TERM_COLUMNS
from storage.importing.tables.table import Table

_MONTHS = {
    "month": Fraction(1),
    "year": Fraction(12),
    "week": Fraction(12, 52),
    "day": Fraction(12, 365),
}
_CADENCES = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
_DISCOUNT = ("discount_coupon", "discounts_0_coupon", "discounts_0_source_coupon")


def _term(row: Row) -> Mapping[str, str]:
    item = "items_data_0_current_period"
    known = {
        **row,
        "start": first_of(row, "start_date", "created"),
        "period_start": first_of(row, "current_period_start", f"{item}_start"),
        "period_end": first_of(row, "current_period_end", f"{item}_end"),
    }
    prices = list(_prices(row))
    lengths = {length for _, length in prices}
    months = int(next(iter(lengths))) if len(lengths) == 1 and lengths <= set(_CADENCES) else 1
    minor = sum((price * months / each for price, each in prices), Fraction(0))
    currency = row.get("currency", "")
    off = first_of(row, *(f"{name}_amount_off" for name in _DISCOUNT))
    if off and len(lengths) > 1:
        raise CellError("has a discount of an amount on prices of more than one length of time")
    return {
        **standing(known),
        "term_amount": divided(f"{round(minor)}", MINOR_UNIT, currency),
        "term_per": _CADENCES[months],
        "term_discount": divided(off, MINOR_UNIT, currency) if off else "",
        "discount_percent": first_of(row, *(f"{name}_percent_off" for name in _DISCOUNT)),
        "discount_end": first_of(row, "discount_end", "discounts_0_end"),
    }


def _prices(row: Row) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what each item costs in minor units, and for how many months; usage has no price."""
    place = 0
    while any(cell for name, cell in row.items() if name.startswith(f"items_data_{place}_")):
        at = f"items_data_{place}"
        usage = first_of(row, f"{at}_price_recurring_usage_type", f"{at}_plan_usage_type")
        unit = first_of(
            row, *(f"{at}_{name}" for name in ("price_unit_amount_decimal", "price_unit_amount")),
            f"{at}_plan_amount",
        )  # fmt: skip
        every = first_of(row, f"{at}_price_recurring_interval", f"{at}_plan_interval")
        count = first_of(row, f"{at}_price_recurring_interval_count", f"{at}_plan_interval_count")
        if usage != "metered":
            if not is_plain_number(unit) or every not in _MONTHS:
                raise CellError("has a price of tiers, or by no length of time that is known")
            quantity = int(row.get(f"{at}_quantity") or 1)
            yield Fraction(unit) * quantity, _MONTHS[every] * int(count or 1)
        place += 1


def _prepared(table: Table) -> Table:
    names = (*MADE, *MADE_TOO, "term_discount", "discount_percent", "discount_end")
    return with_made_columns(table, names, _term)


PROFILE = Profile(
    name="Stripe's subscriptions from the API",
    kind="contracts",
    source="stripe",
    shape=ExportShape(
        signature=frozenset({"id", "status", "currency", "object", "collection_method"}),
        columns={
            "account_id": (Origin("customer_id"), Origin("customer")),
            "contract_id": (Origin("id"),),
            "start": (Origin("start_date", is_moment=True), Origin("created", is_moment=True)),
            "currency": (Origin("currency"),),
            **TERM_COLUMNS,
            "discount": (Origin("term_discount"),),
            "discount_percent": (Origin("discount_percent"),),
        },
        required=("account_id", "start"),
    ),
    remarks=Remarks(notes=("cents", "metered prices left out"), history=HISTORY),
    prepare=_prepared,
)
