from collections.abc import Iterator

import pytest

from tests.bot.edge import empty_store
from tests.bot.events.scene import EventScene, scene_on
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack


@pytest.fixture
def happening(slack: FakeSlack, ana: User, revops: Channel) -> Iterator[EventScene]:
    with empty_store() as store:
        yield scene_on(slack, store, owner=ana, channel=revops)
