from typing import Any

import pytest

from tests.stripe.conftest import Get
from tests.stripe.moments import said
from tests.stripe.refusals import ImpossibleStoryError
from tests.stripe.server import FakeStripe


def invoices(get: Get, name: str = "ash") -> list[dict[str, Any]]:
    """Return the invoices of a subscription, oldest first."""
    page = get("invoices", ("subscription", f"sub_{name}"), ("limit", "100"))
    found: list[dict[str, Any]] = page["data"][::-1]
    return found


def amounts(invoice: dict[str, Any]) -> list[int]:
    return [line["amount"] for line in invoice["lines"]["data"]]


def test_a_change_in_the_middle_of_a_month_gives_back_and_takes(
    get: Get, stripe: FakeStripe
) -> None:
    # 31 days from 10 March: 25 days are left on the 16th. 100.00 x 25/31, 150.00 x 25/31.
    stripe.story.tell("2026-02-10 subscribe ash basic", "2026-03-16 change ash basic->pro")
    stripe.move_to("2026-04-11")

    assert [amounts(one) for one in invoices(get)] == [
        [10000],
        [10000],
        [-8065, 12097, 15000],
    ]


def test_a_month_begins_where_the_last_one_ended_and_returns_to_its_anchor(
    get: Get, stripe: FakeStripe
) -> None:
    stripe.story.tell("2026-01-31 subscribe ash basic")
    stripe.move_to("2026-04-01")

    starts = [one["lines"]["data"][0]["period"]["start"] for one in invoices(get)]
    assert [said(start)[:10] for start in starts] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_an_invoices_own_period_is_the_one_before_that_of_its_lines(
    get: Get, stripe: FakeStripe
) -> None:
    stripe.story.tell("2026-01-10 subscribe ash basic")
    stripe.move_to("2026-02-11")

    _, renewal = invoices(get)
    [line] = renewal["lines"]["data"]
    assert (said(renewal["period_start"]), said(line["period"]["start"])) == (
        "2026-01-10 12:00:00",
        "2026-02-10 12:00:00",
    )


def test_a_coupon_of_three_months_is_on_three_invoices(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell("2026-01-12 subscribe ash basic coupon=launch")
    stripe.move_to("2026-05-01")

    assert [one["total"] for one in invoices(get)] == [8000, 8000, 8000, 10000]


def test_a_payment_is_tried_again_and_then_given_up(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell("2026-01-14 subscribe ash basic", "2026-02-01 card ash fails")

    stripe.move_to("2026-02-14 12:30")
    assert (get("subscriptions/sub_ash")["status"], invoices(get)[-1]["status"]) == (
        "active",
        "draft",
    )
    stripe.move_to("2026-02-14 13:00")
    assert get("subscriptions/sub_ash")["status"] == "past_due"
    stripe.move_to("2026-03-08")
    ended = get("subscriptions/sub_ash")
    assert (ended["status"], said(ended["ended_at"])) == ("canceled", "2026-03-07 13:00:00")
    assert ended["cancellation_details"]["reason"] == "payment_failed"
    assert invoices(get)[-1]["attempt_count"] == 5


def test_a_new_card_pays_what_is_open(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell(
        "2026-01-14 subscribe ash basic",
        "2026-02-01 card ash fails",
        "2026-02-20 card ash works",
    )

    assert get("subscriptions/sub_ash")["status"] == "active"
    paid = invoices(get)[-1]["status_transitions"]["paid_at"]
    assert said(paid) == "2026-02-20 12:00:00"


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")],
)
def test_nobody_pays_an_invoice_of_a_pause(
    get: Get, stripe: FakeStripe, behavior: str, status: str
) -> None:
    stripe.story.tell(
        "2026-01-14 subscribe ash basic",
        f"2026-02-01 pause ash invoices={behavior} until=2026-03-20",
    )
    stripe.move_to("2026-04-15")

    assert [one["status"] for one in invoices(get)] == ["paid", status, status, "paid"]


def test_metered_use_is_billed_after_it_and_taxed_with_the_rest(
    get: Get, stripe: FakeStripe
) -> None:
    stripe.story.tell("2026-01-14 subscribe ash basic calls tax=20", "2026-01-20 use ash calls 500")
    stripe.move_to("2026-02-15")

    first, renewal = invoices(get)
    assert (amounts(first), first["total"]) == ([10000], 12000)
    assert (amounts(renewal), renewal["total"]) == ([10000, 1000], 13200)
    use = renewal["lines"]["data"][1]["period"]
    assert (said(use["start"])[:10], said(use["end"])[:10]) == ("2026-01-14", "2026-02-14")


def test_from_a_month_to_a_year_begins_a_new_cycle_and_is_billed_at_once(
    get: Get, stripe: FakeStripe
) -> None:
    # 31 days from 10 January: 21 are left on the 20th.
    stripe.story.tell("2026-01-10 subscribe ash basic", "2026-01-20 change ash basic->pro_year")

    assert amounts(invoices(get)[-1]) == [-6774, 150000]
    [item] = get("subscriptions/sub_ash")["items"]["data"]
    assert said(item["current_period_end"]) == "2027-01-20 12:00:00"


def test_what_waits_for_an_invoice_is_an_invoice_item(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell(
        "2026-01-10 subscribe ash basic",
        "2026-01-20 change ash basic->pro",
        "2026-01-21 charge ash 50000 Setup",
    )
    assert len(get("invoiceitems", ("pending", "true"))["data"]) == 3

    stripe.move_to("2026-02-11")
    assert get("invoiceitems", ("pending", "true"))["data"] == []
    assert len(invoices(get)[-1]["lines"]["data"]) == 4


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-20 keep ash",
        "2026-01-20 change ash pro->basic",
        "2026-01-20 change ash basic->basic_eur",
        "2026-01-20 subscribe ash basic_eur as=second",
        "2026-01-20 subscribe ivy basic quarter",
        "2026-01-20 cancel nobody",
        "2026-01-20 dance ash",
        "2026-01-09 cancel ash",
    ],
)
def test_what_cannot_be_at_stripe_cannot_be_told(stripe: FakeStripe, line: str) -> None:
    stripe.story.tell("2026-01-10 subscribe ash basic")

    with pytest.raises(ImpossibleStoryError):
        stripe.story.tell(line)
