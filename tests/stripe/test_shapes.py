from typing import Any

import pytest

from tests.stripe.conftest import Get
from tests.stripe.moments import at
from tests.stripe.refusals import StripeRefusal
from tests.stripe.scenarios.reading import stock
from tests.stripe.server import FakeStripe
from tests.stripe.shapes import ACACIA, BASIL, CLOVER, NEWEST


@pytest.fixture(autouse=True)
def story(stripe: FakeStripe) -> None:
    stripe.story.tell(
        "2026-01-10 subscribe ash basic coupon=launch",
        "2026-01-20 change ash basic->pro prorate=at_once",
    )


def line(get: Get, version: str) -> dict[str, Any]:
    found: dict[str, Any] = get("invoices", version=version)["data"][0]["lines"]["data"][0]
    return found


def test_a_period_was_the_subscriptions_and_is_its_items(get: Get) -> None:
    old = get("subscriptions/sub_ash", version=ACACIA)
    new = get("subscriptions/sub_ash", version=BASIL)

    period = (at("2026-01-10 12:00"), at("2026-02-10 12:00"))
    assert (old["current_period_start"], old["current_period_end"]) == period
    [item] = new["items"]["data"]
    assert (item["current_period_start"], item["current_period_end"]) == period
    assert "current_period_end" not in new
    assert "current_period_end" not in old["items"]["data"][0]


def test_an_invoice_line_had_its_price_and_proration_at_hand(get: Get) -> None:
    old, new = line(get, ACACIA), line(get, BASIL)

    assert (old["price"]["id"], old["proration"], old["subscription"]) == (
        "price_basic",
        True,
        "sub_ash",
    )
    assert new["pricing"]["price_details"] == {"price": "price_basic", "product": "prod_basic"}
    assert new["parent"]["subscription_item_details"]["proration"] is True
    assert not {"pricing", "parent"} & old.keys()
    assert not {"price", "proration"} & new.keys()


def test_a_discount_had_its_coupon_whole(get: Get) -> None:
    def discount(version: str) -> dict[str, Any]:
        page = get("subscriptions", ("expand[]", "data.discounts"), version=version)
        found: dict[str, Any] = page["data"][0]["discounts"][0]
        return found

    assert discount(BASIL)["coupon"]["percent_off"] == 20.0
    assert discount(CLOVER)["source"] == {"coupon": "launch", "type": "coupon"}


def test_an_event_keeps_the_shape_of_its_time() -> None:
    old = FakeStripe(version=ACACIA)
    old.story.tell("2026-01-10 card ash fails")

    assert [one["api_version"] for one in old.account.all("event")] == [ACACIA]


@pytest.mark.parametrize("version", [ACACIA, BASIL, CLOVER, NEWEST])
def test_an_event_says_what_a_subscription_was_before(version: str) -> None:
    stripe = FakeStripe(version=version)

    stock(stripe.account)
    stripe.story.tell("2026-01-10 subscribe ash seat:2", "2026-01-20 change ash seat:3")

    event = [one for one in stripe.account.all("event") if one["type"].endswith(".updated")][-1]
    [before] = event["data"]["previous_attributes"]["items"]["data"]
    [now] = event["data"]["object"]["items"]["data"]
    assert (before["quantity"], now["quantity"], event["created"]) == (2, 3, at("2026-01-20 12:00"))


def test_an_unheard_of_version_is_refused(get: Get) -> None:
    with pytest.raises(StripeRefusal, match="Invalid Stripe API version"):
        get("customers", version="newest")
