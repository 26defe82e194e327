"""Paging and cursors at localstripe, which somebody else wrote, in a process of its own.

It has customers, products, coupons and events in pages, and refuses what has five levels to be
expanded. It has no prices, no ``types`` of events, no invoices by time, no restricted keys and no
time that can be moved: all of that is up to our own stand-in.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from bot.sources.stripe.api import StripeApi
from storage.errors import SourceFailedError
from tests.stripe.local_stripe import KEY, local_stripe

CUSTOMERS = 101


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with local_stripe() as address:
        yield address


@pytest.fixture(scope="module")
def customers(url: str) -> list[str]:
    with closing(HTTPConnection(url.removeprefix("http://"))) as connection:
        return [make_customer(connection, number) for number in range(CUSTOMERS)]


def make_customer(connection: HTTPConnection, number: int) -> str:
    body = json.dumps({"email": f"billing@customer-{number}.example"})
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/customers", body, headers)
    made = json.loads(connection.getresponse().read())
    return str(made["id"])


def test_every_customer_comes_once_over_pages_of_a_hundred(url: str, customers: list[str]) -> None:
    pages = [[one["id"] for one in page] for page in api(url).pages("/v1/customers")]

    assert [len(page) for page in pages] == [100, 1]
    assert sorted(one for page in pages for one in page) == sorted(customers)


def test_events_since_a_moment_come_in_pages_too(url: str, customers: list[str]) -> None:
    about = [
        event["data"]["object"]["id"]
        for event in api(url).every("/v1/events", created={"gte": 1}, type="customer.created")
    ]
    later = [*api(url).every("/v1/events", created={"gte": 2_000_000_000_000})]

    assert (sorted(about), later) == (sorted(customers), [])


def test_one_object_is_read_and_one_that_is_not_there_is_none(
    url: str, customers: list[str]
) -> None:
    found = api(url).one(f"/v1/customers/{customers[0]}")

    assert found is not None
    assert found["email"] == "billing@customer-0.example"
    assert api(url).one("/v1/customers/cus_nobody") is None


def test_a_key_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SourceFailedError, match="STRIPE_API_KEY") as refused:
        next(api(url, "rk_canary_of_nobody").pages("/v1/customers"))

    assert "canary" not in str(refused.value)


def api(url: str, key: str = KEY) -> StripeApi:
    return StripeApi(key, base=url)
