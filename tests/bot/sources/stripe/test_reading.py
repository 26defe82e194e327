"""What a reading asks of Stripe where an event or a list names more than it shows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import pytest

from bot.sources.stripe.api import StripeApi
from bot.sources.stripe.catalogue import StripeCatalogue
from bot.sources.stripe.courses import StripeCourses
from bot.sources.stripe.customer_shelf import CustomerShelf
from bot.sources.stripe.events import StripeEvents
from bot.sources.stripe.reading import StripeReading
from bot.sources.stripe.shelf import Shelf
from storage.importing.spool import Scratch
from storage.importing.stripe.attributes import SUBSCRIPTION
from storage.importing.stripe.objects import Json


class Answers:
    """Stripe as a list of what it answers by path; ``asked`` has the paths in order."""

    def __init__(self) -> None:
        self.lists: dict[str, Sequence[Json]] = {}
        self.objects: dict[str, Json] = {}
        self.asked: list[str] = []

    def pages(self, path: str, **_: object) -> Iterator[Sequence[Json]]:
        self.asked.append(path)
        yield self.lists.get(path, [])

    def every(self, path: str, **wanted: object) -> Iterator[Json]:
        for page in self.pages(path, **wanted):
            yield from page

    def one(self, path: str, **_: object) -> Json | None:
        self.asked.append(path)
        return self.objects.get(path)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Scratch() as scratch:
        yield Shelf(scratch)


@pytest.fixture
def reading(answers: Answers, shelf: Shelf) -> StripeReading:
    api = cast(StripeApi, answers)
    return StripeReading(
        api=api,
        shelf=shelf,
        catalogue=StripeCatalogue(api, shelf),
        customers=CustomerShelf(shelf, [SUBSCRIPTION]),
        count=lambda _: None,
    )


def keep(reading: StripeReading, kind: str, said: Json, **beside: Mapping[str, object]) -> None:
    event = {"id": "evt_1", "type": kind, "created": 500, "data": {"object": said, **beside}}
    StripeEvents(reading.api, reading.shelf, reading.catalogue, reading.customers).keep(event)


def test_a_discount_that_nothing_shows_is_looked_for_once(
    reading: StripeReading, answers: Answers
) -> None:
    named = {"id": "sub_1", "discounts": ["di_shown", "di_gone"]}
    answers.lists["/v1/invoices"] = [{"discounts": [{"id": "di_shown", "coupon": {"id": "half"}}]}]

    for _ in range(2):
        reading.learn_discounts("sub_1", [named])

    assert answers.asked == ["/v1/subscriptions/sub_1", "/v1/invoices"]
    assert reading.catalogue.discount("di_shown") is not None
    assert reading.catalogue.discount("di_gone") is None


def test_items_beyond_those_that_a_subscription_shows_are_read(
    reading: StripeReading, answers: Answers, shelf: Shelf
) -> None:
    cut = {
        "id": "sub_1",
        "customer": "cus_1",
        "items": {"data": [{"id": "si_1"}], "has_more": True},
    }
    answers.objects["/v1/subscriptions/sub_1"] = cut
    answers.lists["/v1/subscription_items"] = [{"id": "si_1"}, {"id": "si_2"}]

    reading.read_course("sub_1")

    [now] = shelf.about("sub_1", "now")
    assert [item["id"] for item in now["items"]["data"]] == ["si_1", "si_2"]


def test_a_subscription_that_is_gone_has_no_course(reading: StripeReading, shelf: Shelf) -> None:
    reading.read_course("sub_1")

    assert shelf.about("sub_1", "now") == []


def test_what_attributes_are_made_from_may_stand_on_subscriptions(
    reading: StripeReading, answers: Answers
) -> None:
    answers.lists["/v1/customers"] = [{"id": "cus_1"}]
    answers.lists["/v1/subscriptions"] = [{"id": "sub_1", "customer": "cus_1"}]

    reading.read_customers()

    assert [one["id"] for one in reading.customers.told("cus_1", "now")] == ["sub_1"]


def test_a_discount_of_a_customer_counts_on_each_subscription_without_one_from_its_day_on(
    reading: StripeReading, answers: Answers, shelf: Shelf
) -> None:
    answers.lists["/v1/subscriptions"] = [
        {"id": "sub_1", "discounts": []},
        {"id": "sub_2", "discounts": ["di_own"]},
    ]

    keep(reading, "customer.discount.created", {"id": "di_1", "customer": "cus_1"})
    keep(reading, "customer.discount.created", {"id": "di_2", "subscription": "sub_3"})

    [event] = shelf.about("sub_1", "event")
    assert (event["type"], event["created"]) == ("customer.subscription.updated", 500)
    assert event["data"]["object"]["id"] == "sub_1"
    assert not shelf.about("sub_2", "event")
    assert answers.asked == ["/v1/subscriptions"]


def test_of_a_products_events_the_newest_counts_and_each_name_is_known(
    reading: StripeReading, shelf: Shelf
) -> None:
    for name, before in (("Pro", {"name": "Plus"}), ("Plus", {"active": False})):
        said = {"id": "prod_1", "name": name}
        keep(reading, "product.updated", said, previous_attributes=before)

    assert shelf.find("product", "prod_1") == (True, {"id": "prod_1", "name": "Pro"})
    assert shelf.former_names() == {"prod_1": {"Plus"}}


def test_a_payment_that_failed_is_kept_with_its_subscription_if_it_has_one(
    reading: StripeReading, shelf: Shelf
) -> None:
    keep(reading, "invoice.payment_failed", {"id": "in_1", "subscription": "sub_1"})
    keep(reading, "invoice.payment_failed", {"id": "in_2", "subscription": None})

    assert [one["id"] for one in shelf.about("sub_1", "event")] == ["evt_1"]
    assert shelf.find("product", "in_2") == (False, None)


def test_what_stripe_does_not_have_is_asked_for_once_and_nothing_without_an_id(
    reading: StripeReading, answers: Answers
) -> None:
    assert [reading.catalogue.price(key) for key in ("", "price_1", "price_1")] == [None] * 3
    assert answers.asked == ["/v1/prices/price_1"]


def test_a_subscription_of_which_stripe_tells_nothing_is_of_nobody(reading: StripeReading) -> None:
    courses = StripeCourses(reading=reading, now=1_000, since=0)

    assert courses.course("sub_gone", []) is None
