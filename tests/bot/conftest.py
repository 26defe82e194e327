from collections.abc import Iterator

import pytest

from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        yield running


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.workspace.add_user("ana")


@pytest.fixture
def revops(slack: FakeSlack) -> Channel:
    return slack.workspace.add_channel("revops")
