"""Discounts by their ids: what each takes off, until when, or why that cannot be told."""

from datetime import date
from fractions import Fraction

import pytest

from storage.importing.stripe.discounts import RecurringDiscount, discount_named
from storage.importing.stripe.objects import Json
from tests.storage.importing.stripe.objects import Known, at


def named(said: Json | None) -> tuple[RecurringDiscount | None, list[str]]:
    """Read a discount in US dollars, with what is said of one that cannot be told."""
    known = Known({} if said is None else {("discount", "di_1"): said})
    return discount_named("di_1", "USD", known), [*known.untold.sentences()]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, "Left out: discounts that Stripe no longer shows (di_1)."),
        ({"id": "di_1"}, "Left out: discounts whose coupon Stripe no longer shows (di_1)."),
    ],
)
def test_a_discount_that_is_not_shown_is_named_and_left_out(
    said: Json | None, sentence: str
) -> None:
    assert named(said) == (None, [sentence])


def test_a_coupon_of_some_months_ends_with_them_where_no_end_is_said() -> None:
    coupon = {"duration": "repeating", "duration_in_months": 3, "percent_off": 50}

    found, _ = named({"id": "di_1", "start": at("2026-01-31"), "coupon": coupon})

    assert found is not None
    assert (found.share, found.last) == (Fraction(1, 2), date(2026, 4, 29))


def test_an_amount_in_another_currency_takes_off_what_it_says_of_this_one_or_nothing() -> None:
    coupon = {"duration": "forever", "amount_off": 500, "currency": "eur"}
    told = {**coupon, "currency_options": {"usd": {"amount_off": 700}}}

    assert named({"id": "di_1", "coupon": coupon}) == (None, [])
    found, _ = named({"id": "di_1", "coupon": told})
    assert found is not None
    assert found.minor == 700
