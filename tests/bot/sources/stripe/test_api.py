"""Stripe's API as it refuses, asks for patience and breaks, over HTTP."""

from collections.abc import Iterator

import pytest

from bot.sources.stripe.api import StripeApi
from storage.errors import SourceFailedError
from tests.slack.faults import Fault
from tests.stripe.http_server import rate_limited, server_error
from tests.stripe.keys import READ
from tests.stripe.server import FakeStripe


@pytest.fixture(scope="module")
def served() -> Iterator[FakeStripe]:
    with FakeStripe() as stripe:
        stripe.story.tell(*(f"2026-01-10 rename c{number} C" for number in range(201)))
        yield stripe


@pytest.fixture(autouse=True)
def without_faults(served: FakeStripe) -> None:
    served.faults.clear()
    served.http.requests.clear()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def api(served: FakeStripe, waits: list[float]) -> StripeApi:
    """One whose clock goes on by what it waits."""
    return StripeApi(
        served.key, base=served.url, sleep=waits.append, clock=lambda: float(sum(waits))
    )


def test_a_list_is_read_page_by_page(served: FakeStripe, api: StripeApi) -> None:
    pages = [len(page) for page in api.pages("/v1/customers")]

    assert pages == [100, 100, 1]
    assert len(served.requests) == 3
    assert len({one["id"] for one in api.every("/v1/customers")}) == 201


def test_one_that_is_not_there_is_none(api: StripeApi) -> None:
    assert api.one("/v1/customers/cus_nobody") is None


def test_it_waits_as_long_as_it_is_asked_to(
    served: FakeStripe, api: StripeApi, waits: list[float]
) -> None:
    served.faults.next(
        "/v1/customers", rate_limited(retry_after="7"), rate_limited(), server_error(500)
    )

    assert next(api.pages("/v1/customers"))
    assert waits == [7.0, 2.0, 4.0]


def test_who_asks_for_patience_is_given_more_of_it(
    served: FakeStripe, api: StripeApi, waits: list[float]
) -> None:
    served.faults.always("/v1/customers", rate_limited())

    with pytest.raises(SourceFailedError, match=r"asked to wait .* 8 times"):
        next(api.pages("/v1/customers"))
    assert waits == [1, 2, 4, 8, 16, 32, 60]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (server_error(502), r"a problem of its own \(it answers 502\)"),
        (Fault.reset_before_accept(), "could not be reached"),
        (Fault.garbage(), "a problem of its own"),
    ],
)
def test_patience_has_an_end(
    served: FakeStripe, api: StripeApi, waits: list[float], fault: Fault, sentence: str
) -> None:
    served.faults.always("/v1/customers", fault)

    with pytest.raises(SourceFailedError, match=sentence):
        next(api.pages("/v1/customers"))
    assert waits == [1, 2, 4, 8, 16, 32]  # 63 seconds; with 60 more it would be over two minutes


def test_tries_that_hang_are_fewer(served: FakeStripe, waits: list[float]) -> None:
    served.faults.always("/v1/customers", Fault.reset_before_accept())
    tries: list[None] = []
    hanging = StripeApi(  # each try takes 30 seconds until it is given up
        served.key,
        base=served.url,
        sleep=waits.append,
        on_wait=lambda: tries.append(None),
        clock=lambda: 30.0 * (len(tries) + 1) * bool(served.requests) + sum(waits),
    )

    with pytest.raises(SourceFailedError, match="could not be reached"):
        next(hanging.pages("/v1/customers"))
    assert waits == [1, 2]  # given up after the third: 93 seconds
    assert len(tries) == 2


def test_a_key_that_is_not_known_is_said_at_once(served: FakeStripe, waits: list[float]) -> None:
    api = StripeApi("rk_test_canary", base=served.url, sleep=waits.append)

    with pytest.raises(SourceFailedError) as caught:
        next(api.pages("/v1/customers"))
    assert "STRIPE_API_KEY" in str(caught.value)
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert waits == []


@pytest.mark.parametrize(
    ("missing", "path", "tick"),
    [
        ("event", "/v1/events", "set Events to Read"),
        ("plan", "/v1/prices", "set Prices to Read"),
        ("invoice", "/v1/invoiceitems", "set Invoices to Read"),
        ("subscription", "/v1/subscriptions/sub_1", "set Subscriptions to Read"),
    ],
)
def test_a_permission_that_is_missing_is_named_as_stripe_names_it(
    served: FakeStripe, missing: str, path: str, tick: str
) -> None:
    key = served.add_key(f"rk_test_without_{missing}", permissions=READ - {missing})
    api = StripeApi(key, base=served.url)

    with pytest.raises(SourceFailedError, match=tick):
        api.one(path) if "sub_1" in path else next(api.pages(path))


def test_a_request_that_stripe_does_not_understand_is_ours_to_mend(api: StripeApi) -> None:
    with pytest.raises(SourceFailedError, match="please report"):
        next(api.pages("/v1/customers", wrong="1"))


def test_an_answer_that_says_no_time_tells_none(
    api: StripeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.moment() is not None
    monkeypatch.setattr("bot.sources.stripe.api._header", lambda *_: "")

    assert api.moment() is None
