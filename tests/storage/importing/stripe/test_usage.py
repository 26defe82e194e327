"""Usage: what invoices bill of metered prices, as terms of the second series."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from metrics.contracts.terms import Term
from storage.importing.stripe.lines import lines_of
from storage.importing.stripe.objects import Json, Untold
from storage.importing.stripe.usage import is_usage, usage_terms, without_later
from tests.storage.importing.stripe.objects import Known, price
from tests.storage.importing.stripe.test_history import both, new_line

METERED = {"usage_type": "metered"}
CALLS = price("price_calls", "2", METERED)
YEARLY = price("price_year", "2", {**METERED, "interval": "year"})
COUPON = {"id": "half", "duration": "forever", "percent_off": 50}
ONCE = {"id": "once", "duration": "once", "percent_off": 50}
KNOWN = Known(
    {("price", one["id"]): one for one in (CALLS, YEARLY, price())}
    | {("discount", f"di_{one['id']}"): {"id": "di", "coupon": one} for one in (COUPON, ONCE)}
)


def terms_of(*lines: Json) -> Sequence[Term]:
    invoice = {"status": "paid", "lines": {"data": lines}}
    metered = [one for one in lines_of(invoice) if is_usage(one, KNOWN)]
    return usage_terms(metered, "sub_1", KNOWN)


def said_of(terms: Sequence[Term]) -> list[tuple[str, str, int, int]]:
    return [
        (f"{one.start}", f"{one.last}", one.price.amount_minor, one.price.cadence)
        for one in terms
        if one.is_usage
    ]


@both
def test_a_period_counts_what_it_was_billed_and_the_newest_for_one_more(line: Any) -> None:  # noqa: ANN401
    terms = terms_of(
        line(CALLS, "2026-02-10", "2026-03-10", 7_000),
        line(CALLS, "2026-01-10", "2026-02-10", 10_000),
        line(price(), "2026-02-10", "2026-03-10", 10_000),  # a seat, which is no usage
    )

    january, february = (
        ("2026-01-10", "2026-02-09", 10_000, 1),
        ("2026-02-10", "2026-04-09", 7_000, 1),
    )
    assert said_of(terms) == [january, february]
    assert {one.position.product for one in terms} == {"prod_calls"}


@both
def test_a_period_without_use_ends_the_one_before(line: Any) -> None:  # noqa: ANN401
    terms = terms_of(
        line(CALLS, "2026-01-10", "2026-02-10", 10_000),
        line(CALLS, "2026-02-10", "2026-03-10", 0),
    )

    assert said_of(terms) == [("2026-01-10", "2026-02-09", 10_000, 1)]


def test_tiers_of_one_period_add_up() -> None:
    terms = terms_of(
        new_line(CALLS, "2026-01-10", "2026-02-10", 5_000),
        new_line(CALLS, "2026-01-10", "2026-02-10", 1_250),
    )

    assert said_of(terms) == [("2026-01-10", "2026-03-09", 6_250, 1)]


def test_a_part_of_a_period_counts_by_its_days_and_a_year_by_twelve_months() -> None:
    part = terms_of(new_line(CALLS, "2026-01-22", "2026-02-01", 1_000))
    year = terms_of(new_line(YEARLY, "2025-01-10", "2026-01-10", 120_000))

    # 10.00 in 10 days are 365.00 a year; a year's 1,200.00 are said for the year.
    assert said_of(part) == [("2026-01-22", "2026-02-28", 36_500, 12)]
    assert said_of(year) == [("2025-01-10", "2027-01-09", 120_000, 12)]


def test_what_recurring_coupons_and_included_taxes_take_is_no_usage() -> None:
    off = {
        "discount_amounts": [
            {"amount": 4_050, "discount": "di_half"},
            {"amount": 50, "discount": "di_once"},
        ],
        "taxes": [{"amount": 950, "tax_behavior": "inclusive", "taxable_amount": 5_000}],
    }

    terms = terms_of(new_line(CALLS, "2026-01-10", "2026-02-10", 10_000, **off))

    # 100.00 less 40.50 for good and 9.50 of tax; what is off once is a credit.
    assert [one.price.amount_minor for one in terms] == [5_000]


def test_nothing_goes_on_after_the_subscription() -> None:
    terms = terms_of(new_line(CALLS, "2026-01-10", "2026-02-10", 10_000))

    assert [one.last for one in without_later(terms, date(2026, 2, 9))] == [date(2026, 2, 9)]
    assert [one.last for one in without_later(terms, None)] == [date(2026, 3, 9)]


def test_usage_by_the_week_counts_for_one_week_more() -> None:
    terms = _of(
        price("price_week", "2", {**METERED, "interval": "week"}),
        Untold(),
        ("2026-01-05", "2026-01-12"),
        ("2026-01-12", "2026-01-19"),
    )

    assert said_of(terms) == [  # 12.00 in each of 52 weeks
        ("2026-01-05", "2026-01-11", 62_400, 12),
        ("2026-01-12", "2026-01-25", 62_400, 12),
    ]


def test_usage_in_a_currency_that_is_none_is_named_and_left_out() -> None:
    untold = Untold()

    terms = _of(
        price("price_odd", "2", METERED), untold, ("2026-01-05", "2026-02-05"), currency="xxq"
    )

    assert terms == []
    assert [*untold.sentences()] == [
        "Left out: amounts in a currency that is not in ISO 4217 (XXQ)."
    ]


def _of(
    metered: Json, untold: Untold, *periods: tuple[str, str], currency: str = "usd"
) -> Sequence[Term]:
    known = Known({("price", metered["id"]): metered}, untold)
    billed = [{**new_line(metered, *each, 1_200), "currency": currency} for each in periods]
    return usage_terms(lines_of({"status": "paid", "lines": {"data": billed}}), "sub_1", known)
