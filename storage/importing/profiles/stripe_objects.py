"""Subscriptions as Stripe's API returns them, with the period on the subscription or its items."""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from functools import partial

from storage.importing.cells import CellError
from storage.importing.profiles.made_columns import Row, day_before, first_of, with_made_columns
from storage.importing.profiles.origins import MINOR_UNIT, Origin, divided, is_plain_number
from storage.importing.profiles.profile import ExportShape, Profile, Remarks
from storage.importing.profiles.stripe_subscriptions import (
    HISTORY,
    MADE,
    MADE_TOO,
    TERM_COLUMNS,
    standing,
)

_MONTHS = {
    "month": Fraction(1),
    "year": Fraction(12),
    "week": Fraction(12, 52),
    "day": Fraction(12, 365),
}
_CADENCES = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
_DISCOUNT = ("term_discount", "term_discount_percent", "term_discount_end")
_ONE_DISCOUNT = ("discount", "discounts_0")
_COUPONS = ("coupon", "source_coupon")


def _term(row: Row) -> Mapping[str, str]:
    item = "items_data_0_current_period"
    known = {
        **row,
        "start": first_of(row, "start_date", "created"),
        "period_start": first_of(row, "current_period_start", f"{item}_start"),
        "period_end": first_of(row, "current_period_end", f"{item}_end"),
    }
    try:
        return {**standing(known), **_price(row)}
    except CellError as error:  # in the place of the amount, where the finding quotes it
        return {**standing(known), "term_amount": str(error)}


def _price(row: Row) -> Mapping[str, str]:
    if row.get("items_has_more") == "true":
        raise CellError("more items than are listed")
    prices = list(_prices(row))
    lengths = {length for _, length in prices}
    months = int(next(iter(lengths))) if len(lengths) == 1 and lengths <= set(_CADENCES) else 1
    minor = sum((price * months / each for price, each in prices), Fraction(0))
    currency = row.get("currency", "")
    return {
        "term_amount": divided(f"{round(minor)}", MINOR_UNIT, currency),
        "term_per": _CADENCES[months],
        **_discount(row, lengths, months),
    }


def _discount(row: Row, lengths: Collection[Fraction], months: int) -> Mapping[str, str]:
    """Say what a coupon takes off, by ``months`` of the price; it is taken off each invoice."""
    percent, off = (_of_coupon(row, name) for name in ("percent_off", "amount_off"))
    if row.get("discounts_0") and not (percent or off):
        raise CellError("a discount that is only an id")
    if any(name.startswith("discounts_1") and cell for name, cell in row.items()):
        raise CellError("more than one discount")
    if off and len(lengths) != 1:
        raise CellError("a discount on two intervals")
    ends = first_of(row, *(f"{one}_end" for one in _ONE_DISCOUNT))
    made = {"term_discount_end": day_before(ends) if ends else ""}
    if off:
        minor = round(Fraction(off) * months / next(iter(lengths)))
        currency = row.get("currency", "")
        return made | {"term_discount": f"{divided(f'{minor}', MINOR_UNIT, currency)} {currency}"}
    return made | {"term_discount_percent": f"{percent}%" if percent else ""}


def _of_coupon(row: Row, name: str) -> str:
    return first_of(row, *(f"{one}_{at}_{name}" for one in _ONE_DISCOUNT for at in _COUPONS))


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
                raise CellError("a tiered price or unknown period")
            quantity = int(row.get(f"{at}_quantity") or 1)
            yield Fraction(unit) * quantity, _MONTHS[every] * int(count or 1)
        place += 1


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
            **{name.removeprefix("term_"): (Origin(name),) for name in _DISCOUNT},
        },
        required=("account_id", "start"),
    ),
    remarks=Remarks(notes=("cents", "metered prices left out"), history=HISTORY),
    prepare=partial(with_made_columns, names=(*MADE, *MADE_TOO, *_DISCOUNT), make=_term),
)
