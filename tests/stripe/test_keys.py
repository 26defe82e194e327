import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.stripe.http_server import rate_limited, server_error
from tests.stripe.keys import READ
from tests.stripe.server import FakeStripe

Answer = tuple[int, dict[str, Any], dict[str, str]]
KEY = "rk_test_51StandInOnly0000"


@pytest.fixture
def running(stripe: FakeStripe) -> Iterator[FakeStripe]:
    with stripe:
        yield stripe


def ask(stripe: FakeStripe, path: str, *, key: str | None = KEY, method: str = "GET") -> Answer:
    connection = HTTPConnection(stripe.url.removeprefix("http://"))
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body, dict(answer.headers)


def test_no_key_and_a_wrong_one_are_refused_and_a_wrong_one_is_masked(running: FakeStripe) -> None:
    status, body, _ = ask(running, "/v1/customers", key=None)
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")

    status, body, _ = ask(running, "/v1/customers", key="sk_test_51WrongKey9876")
    assert (status, body["error"]["message"]) == (
        401,
        "Invalid API Key provided: sk_test_**********9876",
    )


def test_an_expired_key_says_so(running: FakeStripe) -> None:
    running.add_key("rk_live_old", is_expired=True)

    status, body, _ = ask(running, "/v1/customers", key="rk_live_old")
    assert (status, body["error"]["code"]) == (401, "api_key_expired")


def test_a_restricted_key_reads_what_it_may_and_names_the_permission_that_is_missing(
    running: FakeStripe,
) -> None:
    running.story.tell("2026-01-10 subscribe ash basic coupon=launch")
    running.add_key(KEY, permissions=READ - {"coupon"})

    assert ask(running, "/v1/subscriptions")[0] == 200
    for path in ("/v1/coupons", "/v1/subscriptions?expand[]=data.discounts"):
        status, body, _ = ask(running, path)
        assert (status, body["error"]["code"]) == (403, "more_permissions_required")
        assert "'rak_coupon_read'" in body["error"]["message"]


def test_nothing_can_be_changed(running: FakeStripe) -> None:
    assert ask(running, "/v1/customers", method="POST")[0] == 403
    assert ask(running, "/v1/nothing")[0] == 404


def test_faults_strike_once_and_have_stripes_headers(running: FakeStripe) -> None:
    running.faults.next("/v1/events", rate_limited(), server_error())

    status, body, headers = ask(running, "/v1/events")
    assert (status, body["error"]["code"]) == (429, "rate_limit")
    assert headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert "Retry-After" not in headers
    assert ask(running, "/v1/events")[1]["error"]["type"] == "api_error"
    assert ask(running, "/v1/events")[0] == 200
    assert [one.status for one in running.requests] == [429, 500, 200]
