"""What a quantity costs at Stripe's prices, in the ledger's minor units."""

from fractions import Fraction

import pytest

from storage.importing.stripe.prices import Cost, cost_of, ledger_minor, price_of
from storage.importing.stripe.subscriptions import snapshot_of
from storage.importing.stripe.untold import Untold, UntoldError
from tests.storage.importing.stripe.objects import Known, at, price, subscription


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


def test_a_price_that_includes_its_tax_counts_and_is_named() -> None:
    rate = {"object": "tax_rate", "percentage": 19, "inclusive": True}
    untold = Untold()

    for said in ({"default_tax_rates": [rate]}, {"default_tax_rates": [{"inclusive": False}]}):
        one = subscription(**said)
        snapshot = snapshot_of(one, at("2026-01-10"), Known(), untold)
        assert [each.cost.minor for each in snapshot.charges.values()] == [10_000]

    assert [*untold.sentences()] == ["Counted in full: prices that include tax (price_basic)."]
