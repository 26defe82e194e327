from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import Workers
from tests.bot.edge import Waits
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.storage.conftest import (  # noqa: F401 - fixtures
    postgresql_store,
    postgresql_template,
    sqlite_store,
    sqlite_template,
    store,
    template,
)


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, timeout=30, retry_handlers=[])


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def office(slack: FakeSlack, sqlite_store: Store, ana: User, revops: Channel) -> Office:  # noqa: F811
    """A courier's surroundings, with a clock that only the test moves."""
    slack.clock.freeze()
    return Office(slack=slack, store=sqlite_store, owner=ana, channel=revops)


@pytest.fixture
def any_office(slack: FakeSlack, store: Store, ana: User, revops: Channel) -> Office:  # noqa: F811
    """The same, on each kind of database."""
    slack.clock.freeze()
    return Office(slack=slack, store=store, owner=ana, channel=revops)


@pytest.fixture
def real_time_office(slack: FakeSlack, store: Store, ana: User, revops: Channel) -> Office:  # noqa: F811
    """The same, with the clock that other processes have, too."""
    return Office(slack=slack, store=store, owner=ana, channel=revops)


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers() as running:
        yield running
