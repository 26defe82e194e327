from collections.abc import Iterator

import pytest

from tests.bot.channels.scene import EventScene, scene_on
from tests.bot.delivery.conftest import client, waits  # noqa: F401 - fixtures
from tests.bot.edge import empty_store
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack


@pytest.fixture
def happening(slack: FakeSlack, ana: User, revops: Channel) -> Iterator[EventScene]:
    with empty_store() as store:
        yield scene_on(slack, store, owner=ana, channel=revops)
