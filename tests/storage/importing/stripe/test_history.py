"""History from invoice lines, in the shape before 2025-03-31 and in the one since."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from metrics.contracts.terms import Term
from storage.importing.stripe.course import course_of
from storage.importing.stripe.discounts import GivenDiscount
from storage.importing.stripe.failures import Payment, payment_of, unpaid_stretches, with_failures
from storage.importing.stripe.history import LineHistory
from storage.importing.stripe.lines import lines_of, pending_line
from storage.importing.stripe.objects import Json
from storage.importing.stripe.subscriptions import shown_discounts
from tests.storage.importing.stripe.objects import Known, at, item, price, subscription

BASIC, PRO = price(), price("price_pro", "25000")
COUPON = {"id": "half", "duration": "forever", "percent_off": 50}
DISCOUNT = {"id": "di_1", "object": "discount", "start": at("2026-02-20"), "coupon": COUPON}
KNOWN = Known(
    {("price", one["id"]): one for one in (BASIC, PRO)} | {("discount", "di_1"): DISCOUNT}
)


def old_line(one: Json, begins: str, ends: str, amount: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401
    is_proration = said.pop("proration", False)
    return {
        "object": "line_item",
        "type": "invoiceitem" if is_proration else "subscription",
        "amount": amount,
        "currency": "usd",
        "period": {"start": at(begins), "end": at(ends)},
        "price": one,
        "proration": is_proration,
        "quantity": 1,
        "subscription": "sub_1",
        "subscription_item": "si_1",
        **said,
    }


def new_line(one: Json, begins: str, ends: str, amount: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401
    details = {
        "proration": said.pop("proration", False),
        "subscription": "sub_1",
        "subscription_item": "si_1",
    }
    return {
        "object": "line_item",
        "amount": amount,
        "currency": "usd",
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": details,
            "invoice_item_details": None,
        },
        "period": {"start": at(begins), "end": at(ends)},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": one["id"], "product": one["product"]},
        },
        "quantity": 1,
        **said,
    }


both = pytest.mark.parametrize("line", [old_line, new_line])


def terms_of(
    *lines: Json,
    status: str = "paid",
    known: Known = KNOWN,
    given: Mapping[str, GivenDiscount] | None = None,
) -> list[Term]:
    invoice = {"status": status, "attempted": True, "lines": {"data": lines}}
    history = LineHistory(lines_of(invoice), known, given or {})
    return course_of([], history.snapshots(), "sub_1")


def said_of(terms: Sequence[Term]) -> list[tuple[str | None, str, str, int]]:
    return [
        (one.position.product, f"{one.start}", f"{one.last or ''}", one.price.amount_minor)
        for one in terms
    ]


@both
def test_periods_that_follow_each_other_are_one_term(line: Any) -> None:  # noqa: ANN401
    terms = terms_of(
        line(BASIC, "2026-02-10", "2026-03-10", 10_000),  # in any order
        line(BASIC, "2026-01-10", "2026-02-10", 10_000),
    )

    assert said_of(terms) == [("prod_basic", "2026-01-10", "", 10_000)]


@both
def test_a_proration_dates_the_change_between_two_invoices(line: Any) -> None:  # noqa: ANN401
    terms = terms_of(
        line(BASIC, "2026-01-10", "2026-02-10", 10_000),
        line(BASIC, "2026-01-25", "2026-02-10", -5161, proration=True),
        line(PRO, "2026-01-25", "2026-02-10", 12_903, proration=True),
        line(PRO, "2026-02-10", "2026-03-10", 25_000),
    )

    assert said_of(terms) == [
        ("prod_basic", "2026-01-10", "2026-01-24", 10_000),
        ("prod_pro", "2026-01-25", "", 25_000),
    ]


@both
def test_a_period_without_a_paid_invoice_is_a_pause(line: Any) -> None:  # noqa: ANN401
    (term,) = terms_of(
        line(BASIC, "2026-01-10", "2026-02-10", 10_000),
        line(BASIC, "2026-04-10", "2026-05-10", 10_000),
    )

    assert (f"{term.course.paused_on}", f"{term.course.resumed_on}") == (
        "2026-02-10",
        "2026-04-10",
    )


@both
def test_a_line_that_costs_nothing_at_a_price_is_a_trial(line: Any) -> None:  # noqa: ANN401
    (term,) = terms_of(
        line(BASIC, "2026-01-10", "2026-01-24", 0),
        line(BASIC, "2026-01-24", "2026-02-24", 10_000),
    )

    assert f"{term.course.trial_last}" == "2026-01-23"
    assert term.is_committed


@both
def test_a_coupon_between_two_invoices_counts_from_its_own_day(line: Any) -> None:  # noqa: ANN401
    off = {"discount_amounts": [{"amount": 5000, "discount": "di_1"}]}

    first, second = terms_of(
        line(BASIC, "2026-02-10", "2026-03-10", 10_000),
        line(BASIC, "2026-03-10", "2026-04-10", 10_000, **off),
    )

    assert (f"{first.last}", f"{second.start}") == ("2026-02-19", "2026-02-20")
    assert not first.price.discount_share
    assert second.price.discount_share * 2 == 1


@both
@pytest.mark.parametrize("holder", ["subscription", "item", "customer"])
def test_a_coupon_that_no_invoice_has_yet_counts_from_its_own_day(line: Any, holder: str) -> None:  # noqa: ANN401
    """100.00, and from 20 February half of it, although the next invoice is of 10 March."""
    said = subscription(
        item(BASIC, discounts=["di_1"] * (holder == "item")) | {"id": "si_1"},
        discounts=["di_1"] * (holder == "subscription"),
    )
    customer: Json = {"id": "cus_acme", "discount": DISCOUNT if holder == "customer" else None}
    known = Known({**KNOWN.objects, ("customer", "cus_acme"): customer})

    first, second = terms_of(
        line(BASIC, "2026-02-10", "2026-03-10", 10_000),
        known=known,
        given=shown_discounts(said, at("2026-03-01"), known),
    )

    assert (f"{first.last}", f"{second.start}") == ("2026-02-19", "2026-02-20")
    assert [float(one.price.discount_share) for one in (first, second)] == [0, 0.5]


def test_a_coupon_that_came_when_nothing_was_paid_for_any_more_brings_nothing() -> None:
    said = subscription(discounts=["di_1"])
    given = shown_discounts(said, at("2026-03-01"), KNOWN)

    (term,) = terms_of(old_line(BASIC, "2026-01-10", "2026-02-10", 10_000), given=given)

    assert (term.course.paused_on, term.last) == (None, None)


@pytest.mark.parametrize("number", range(8))
def test_coupons_of_one_invoice_are_taken_in_their_order(number: int) -> None:
    """Half of 100.00, and then 15.00 of that: 35.00, and not 42.50."""
    fifteen = {"id": "fifteen", "duration": "forever", "amount_off": 1500, "currency": "usd"}
    half_first = [{**DISCOUNT, "id": f"a{number}", "start": at("2026-02-10")}]
    both_of_them = [*half_first, {**half_first[0], "id": f"b{number}", "coupon": fifteen}]
    known = Known({("discount", f"{one['id']}"): one for one in both_of_them})
    off = [{"amount": 1, "discount": one["id"]} for one in both_of_them]

    (term,) = terms_of(
        old_line(price(), "2026-02-10", "2026-03-10", 10_000, discount_amounts=off), known=known
    )

    assert term.price.amount_minor * (1 - term.price.discount_share) == 3500


@both
def test_a_proration_that_names_no_coupon_has_the_one_of_what_it_replaces(line: Any) -> None:  # noqa: ANN401
    off = {"discount_amounts": [{"amount": 5000, "discount": "di_1"}]}

    terms = terms_of(
        line(BASIC, "2026-03-10", "2026-04-10", 10_000, **off),
        line(BASIC, "2026-03-25", "2026-04-10", -2581, proration=True),
        line(PRO, "2026-03-25", "2026-04-10", 6452, proration=True),
    )

    assert [float(one.price.discount_share) for one in terms] == [0.5, 0.5]


@pytest.mark.parametrize("status", ["void", "draft"])
def test_invoices_that_nobody_is_to_pay_tell_nothing(status: str) -> None:
    line = old_line(BASIC, "2026-01-10", "2026-02-10", 10_000)
    change = old_line(PRO, "2026-01-25", "2026-02-10", 12_903, proration=True)

    assert terms_of(line, status=status) == []
    assert terms_of(change, status=status) == []


def test_what_was_never_paid_for_does_not_stop_being_paid() -> None:
    assert [*LineHistory([], KNOWN).unpaid()] == []


@both
def test_of_two_changes_in_one_second_the_second_one_lasts(line: Any) -> None:  # noqa: ANN401
    (first, second) = terms_of(
        line(BASIC, "2026-01-10", "2027-01-10", 10_000),
        line(BASIC, "2026-01-25", "2027-01-10", -9_600, proration=True),
        line(BASIC, "2026-01-25", "2027-01-10", 28_800, proration=True, quantity=3),
        line(BASIC, "2026-01-25", "2027-01-10", -28_800, proration=True, quantity=3),
        line(BASIC, "2026-01-25", "2027-01-10", 19_200, proration=True, quantity=2),
    )

    assert (first.price.seats, second.price.seats, f"{second.start}") == (1, 2, "2026-01-25")


@both
@pytest.mark.parametrize("status", ["void", "uncollectible", "draft"])
def test_an_invoice_of_a_pause_still_tells_what_had_changed_before_it(
    line: Any,  # noqa: ANN401
    status: str,
) -> None:
    paid = {"status": "paid", "lines": {"data": [line(BASIC, "2026-01-10", "2026-02-10", 10_000)]}}
    changed = [
        line(BASIC, "2026-01-25", "2026-02-10", -5161, proration=True),
        line(PRO, "2026-01-25", "2026-02-10", 12_903, proration=True),
        line(PRO, "2026-02-10", "2026-03-10", 25_000),  # never paid
        line(PRO, "2026-02-20", "2026-03-10", -16_000, proration=True),
        line(BASIC, "2026-02-20", "2026-03-10", 6_400, proration=True),
    ]
    given_up = {"status": status, "attempted": False, "lines": {"data": changed}}
    history = LineHistory([*lines_of(paid), *lines_of(given_up)], KNOWN)
    terms = course_of([], history.snapshots(), "sub_1")

    assert said_of(terms) == [
        ("prod_basic", "2026-01-10", "2026-01-24", 10_000),
        ("prod_pro", "2026-01-25", "", 25_000),
    ]


@both
def test_a_change_between_a_pause_and_the_next_paid_period_waits_for_it(line: Any) -> None:  # noqa: ANN401
    first, second = terms_of(
        line(BASIC, "2026-01-10", "2026-02-10", 10_000),
        line(BASIC, "2026-02-20", "2026-03-10", -6_400, proration=True),  # February is given up
        line(PRO, "2026-02-20", "2026-03-10", 16_000, proration=True),
        line(PRO, "2026-03-10", "2026-04-10", 25_000),
    )

    assert (f"{first.course.paused_on}", first.last) == ("2026-02-10", date(2026, 3, 9))
    assert f"{second.start}" == "2026-03-10"


def test_a_first_invoice_that_was_never_paid_tells_nothing() -> None:
    line = old_line(BASIC, "2026-01-10", "2026-02-01", 7_000, proration=True)
    void = {"status": "void", "billing_reason": "subscription_create", "lines": {"data": [line]}}

    assert not [*lines_of(void)]


def test_fees_and_credits_are_of_no_subscription_item() -> None:
    fee = old_line(BASIC, "2026-01-10", "2026-01-10", 50_000) | {"type": "invoiceitem"}
    details = {"invoice_item": "ii_1", "proration": False, "subscription": None}
    credit = new_line(BASIC, "2026-01-10", "2026-01-10", -5000) | {
        "parent": {"type": "invoice_item_details", "invoice_item_details": details}
    }

    assert terms_of(fee, credit) == []


def test_a_proration_that_waits_for_its_invoice_tells_as_well() -> None:
    owner = {"subscription": "sub_1", "subscription_item": "si_1"}
    waiting = new_line(PRO, "2026-01-25", "2026-02-10", 12_903) | {
        "parent": {"type": "subscription_details", "subscription_details": owner},
        "proration": True,
    }

    found = pending_line(waiting)

    assert found is not None
    assert (found.subscription, found.item, found.is_proration) == ("sub_1", "si_1", True)
    assert pending_line({**waiting, "proration": False}) is None


def test_a_payment_that_came_late_was_missing_from_its_first_attempt_on() -> None:
    invoice = {
        "status": "paid",
        "attempted": True,
        "created": at("2026-03-10"),
        "status_transitions": {"finalized_at": at("2026-03-10"), "paid_at": at("2026-04-20")},
    }
    stretches = unpaid_stretches([payment_of(invoice)])
    lines = (
        old_line(BASIC, "2026-02-10", "2026-03-10", 10_000),
        old_line(BASIC, "2026-03-10", "2026-04-10", 10_000),
        old_line(BASIC, "2026-04-10", "2026-05-10", 10_000),
    )
    history = LineHistory(lines_of({"status": "paid", "lines": {"data": lines}}), KNOWN)

    first, second = course_of([], with_failures([*history.snapshots()], stretches), "sub_1")

    assert f"{first.course.past_due_since}" == "2026-03-10"
    assert f"{second.start}" == "2026-04-20"


def test_what_was_never_paid_is_over_with_the_next_payment() -> None:
    stretches = unpaid_stretches(
        [Payment(1, failed=1), Payment(50, failed=60), Payment(100, paid=100), Payment(200, 210)]
    )

    assert stretches == [(1, 100), (210, None)]


def test_an_invoice_by_mail_is_late_from_its_due_date_on() -> None:
    invoice = {
        "status": "open",
        "collection_method": "send_invoice",
        "created": at("2026-03-10"),
        "due_date": at("2026-04-09"),
    }

    assert payment_of(invoice).failed == at("2026-04-09")


def test_a_discount_counts_on_what_stays_though_only_what_was_given_back_names_it() -> None:
    """Half off from 20 February; on the 25th one of two products goes: 50.00 of 100.00 are left."""
    named = {"discount_amounts": [{"amount": 0, "discount": "di_1"}]}
    other = {"subscription_item_details": {"subscription": "sub_1", "subscription_item": "si_2"}}
    pro = new_line(PRO, "2026-02-10", "2026-03-10", 25_000)
    back = new_line(PRO, "2026-02-25", "2026-03-10", -5_804, **named)
    for line, is_proration in ((pro, False), (back, True)):
        details = {**other["subscription_item_details"], "proration": is_proration}
        line["parent"] = {
            "type": "subscription_item_details",
            "subscription_item_details": details,
        }

    terms = terms_of(
        new_line(BASIC, "2026-02-10", "2026-03-10", 10_000),
        pro,
        back,
        new_line(
            BASIC,
            "2026-03-10",
            "2026-04-10",
            10_000,
            discount_amounts=[{"amount": 5_000, "discount": "di_1"}],
        ),
    )

    basic = [one for one in terms if one.position.product == "prod_basic"]
    assert [(f"{one.start}", one.price.discount_share) for one in basic] == [
        ("2026-02-10", 0),
        ("2026-02-20", Fraction(1, 2)),
    ]
