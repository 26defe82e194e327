from collections.abc import Callable
from typing import Any

import pytest

from tests.stripe.api import StandInApi
from tests.stripe.scenarios.reading import stock
from tests.stripe.server import FakeStripe

Get = Callable[..., dict[str, Any]]


@pytest.fixture
def stripe() -> FakeStripe:
    """An account with the scenarios' goods, which nobody listens to."""
    made = FakeStripe()
    stock(made.account)
    return made


@pytest.fixture
def get(stripe: FakeStripe) -> Get:
    """Asks the API without HTTP: a path, and parameters as they stand in a query."""

    def ask(path: str, *query: tuple[str, str], version: str | None = None) -> dict[str, Any]:
        return StandInApi(stripe.account, stripe.keys[stripe.key], version).get(path, query)

    return ask
