"""What a quantity costs at Stripe's prices, in the ledger's minor units."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Untold, UntoldError
from storage.importing.stripe.prices import Cost, cost_of, ledger_minor, price_of
from storage.importing.stripe.subscriptions import snapshot_of
from storage.importing.stripe.taxes import NO_RATES, Rates, rate_of_line, rates_of
from tests.storage.importing.stripe.objects import Known, at, item, price, subscription


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("USD", 1234, 1234),
        ("JPY", 500, 500),  # has no cents, at Stripe either
        ("KWD", 1500, 1500),  # thousandths
        ("ISK", 50000, 500),  # two decimals at Stripe, none by ISO 4217
        ("MGA", 400, 40000),  # none at Stripe, two by ISO 4217
    ],
)
def test_an_amount_is_in_the_minor_unit_that_iso_has(
    currency: str, amount: int, minor: int
) -> None:
    assert ledger_minor(Fraction(amount), currency) == minor


def test_an_amount_in_a_currency_that_iso_does_not_have_is_told() -> None:
    with pytest.raises(UntoldError, match="amounts in a currency that is not in ISO 4217"):
        ledger_minor(Fraction(1234), "XQZ")


def test_decimals_of_a_unit_are_exact_until_the_quantity_is_known() -> None:
    assert cost_of(price(amount="0.5"), 3, "USD").minor == Fraction(3, 2)


@pytest.mark.parametrize(
    ("every", "count", "months"),
    [("month", 1, 1), ("month", 3, 3), ("year", 2, 24), ("week", 1, "3/13"), ("day", 1, "12/365")],
)
def test_a_price_is_for_as_many_months_as_its_interval(every: str, count: int, months: str) -> None:
    one = price(recurring={"interval": every, "interval_count": count})

    assert cost_of(one, 1, "USD").months == Fraction(months)


@pytest.mark.parametrize(
    ("mode", "quantity", "minor"),
    [
        ("volume", 5, 5 * 1000),
        ("volume", 6, 6 * 800 + 200),
        ("graduated", 5, 5 * 1000),
        ("graduated", 7, 5 * 1000 + 2 * 800 + 200),  # the second tier's fee comes once
    ],
)
def test_tiers_are_read_by_volume_or_one_after_the_other(
    mode: str, quantity: int, minor: int
) -> None:
    tiers = [
        {"up_to": 5, "unit_amount": 1000, "flat_amount": None},
        {"up_to": None, "unit_amount_decimal": "800", "flat_amount": 200},
    ]
    one = price(amount=None, billing_scheme="tiered", tiers_mode=mode, tiers=tiers)

    assert cost_of(one, quantity, "USD").minor == minor


def test_packages_are_rounded_as_the_price_says() -> None:
    by_ten = {"divide_by": 10, "round": "up"}

    assert cost_of(price(transform_quantity=by_ten), 21, "USD").minor == 3 * 10_000


def test_a_price_in_another_currency_costs_what_it_says_of_that_currency() -> None:
    options = {"eur": {"unit_amount": 9000, "unit_amount_decimal": "9000"}}

    assert cost_of(price(currency_options=options), 2, "EUR").minor == 18_000


def test_a_plan_of_old_is_a_price() -> None:
    plan = {"id": "gold", "amount": 2500, "interval": "year", "interval_count": 1}

    assert cost_of(price_of({"plan": plan}), 1, "USD") == Cost(Fraction(2500), Fraction(12))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (price(amount=None), "prices without an amount"),
        (price(amount=None, billing_scheme="tiered"), "tiered prices without amounts"),
        (price(recurring={"interval": "decade"}), "prices of an unknown interval"),
    ],
)
def test_what_a_price_does_not_say_is_named(one: dict[str, object], reason: str) -> None:
    with pytest.raises(UntoldError, match=reason):
        cost_of(one, 1, "USD")


def test_each_reason_is_told_once_with_the_first_of_its_ids() -> None:
    untold = Untold()
    for number in (1, 2, 3, 4, 4, 5):
        untold.add(UntoldError("prices without an amount", f"price_{number}"))

    assert [*untold.sentences()] == [
        "Left out: prices without an amount (price_1, price_2, price_3 and 2 more)."
    ]


INCLUSIVE = price(tax_behavior="inclusive")
AUTOMATIC: dict[str, Any] = {"automatic_tax": {"enabled": True}}


def gross_and_net(said: dict[str, Any], rates: Rates = NO_RATES) -> tuple[list[float], list[str]]:
    """Return what the charges come to for a month, and what is said of them."""
    known = Known()
    snapshot = snapshot_of(said, at("2026-01-10"), known, rates)
    found = [round(float(one.cost.minor), 2) for one in snapshot.charges.values()]
    return found, [*known.untold.sentences()]


def test_a_price_that_includes_a_tax_by_its_rate_counts_without_it() -> None:
    """119.00 with 19 %: 100.00. An item's rates come before those of the subscription."""
    nineteen = {"object": "tax_rate", "percentage": 19, "inclusive": True}
    seven = {"object": "tax_rate", "percentage": Decimal("7.5"), "inclusive": True}
    added = {"object": "tax_rate", "percentage": 19, "inclusive": False}
    dear = price(amount="11900")

    assert gross_and_net(subscription(item(dear), default_tax_rates=[nineteen])) == ([10_000], [])
    assert gross_and_net(subscription(item(dear), default_tax_rates=[added])) == ([11_900], [])
    both = subscription(item(dear, tax_rates=[seven]), default_tax_rates=[nineteen])
    assert gross_and_net(both) == ([11069.77], [])


def test_a_tax_that_stripe_works_out_is_taken_from_the_newest_line() -> None:
    said = subscription(item(INCLUSIVE), **AUTOMATIC)
    lines = [
        _line("2026-01-10", amount=10_000, tax=1597, taxable=8403),
        _line("2026-02-10", amount=10_000, tax=1667, taxable=8333),
        _line("2026-01-25", amount=40, tax=7, taxable=33, is_proration=True),
    ]

    assert rates_of(said, lines) == {"si_price_basic": Fraction(1, 5), "": Fraction(1, 5)}
    assert gross_and_net(said, rates_of(said, lines)) == ([8333.33], [])
    assert gross_and_net(said, rates_of(said, lines[:1])) == ([8403.36], [])


def test_an_included_tax_that_nothing_tells_is_named_and_the_price_counts_in_full() -> None:
    said = subscription(item(INCLUSIVE), **AUTOMATIC)
    named = ["Counted in full: prices that include tax (price_basic)."]

    assert gross_and_net(said) == ([10_000], named)
    assert gross_and_net(said | {"status": "trialing"}) == ([10_000], [])
    exempt = rates_of(said, [_line("2026-01-10", amount=10_000, tax=0, taxable=10_000)])
    assert gross_and_net(said, exempt) == ([10_000], [])
    assert gross_and_net(subscription(item(price()), **AUTOMATIC)) == ([10_000], [])


@pytest.mark.parametrize(
    ("tax", "taxable", "percent"),
    [(1597, 8403, "19"), (749, 9251, "8.1"), (7, 33, "21")],
)
def test_a_rate_has_the_fewest_decimals_that_its_rounded_amounts_allow(
    tax: int, taxable: int, percent: str
) -> None:
    line = _line("2026-01-10", amount=tax + taxable, tax=tax, taxable=taxable).said

    assert rate_of_line(line) == Fraction(percent) / 100
    assert rate_of_line(line, [Fraction(1, 50)]) == Fraction(percent) / 100


def test_a_rate_that_is_known_is_taken_where_amounts_are_too_small_to_tell() -> None:
    small = _line("2026-01-10", amount=40, tax=7, taxable=33).said
    quebec = _line("2026-01-10", amount=100_000, tax=13_025, taxable=86_975).said

    assert rate_of_line(small, [Fraction(1, 5)]) == Fraction(1, 5)
    assert rate_of_line(quebec, [Fraction("0.14975")]) == Fraction("0.14975")


def _line(
    begins: str, *, amount: int, tax: int, taxable: int, is_proration: bool = False
) -> PaidLine:
    taxes = [{"amount": tax, "inclusive": True, "taxable_amount": taxable}]
    return PaidLine(
        subscription="sub_1",
        item="si_price_basic",
        begins=at(begins),
        ends=at("2026-03-10"),
        amount=amount,
        is_proration=is_proration,
        said={"amount": amount, "taxes": taxes},
    )
