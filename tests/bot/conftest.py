import io
import logging
import threading
from collections.abc import Iterator

import pytest

from bot.logs import configure
from tests.bot.edge import RunningBot, Scene, running_bot
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


@pytest.fixture
def scene(slack: FakeSlack, ana: User, revops: Channel) -> Scene:
    return Scene(slack=slack, ana=ana, revops=revops)


@pytest.fixture
def bot(slack: FakeSlack) -> Iterator[RunningBot]:
    with running_bot(slack) as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that this process logs meanwhile, as `bot.logs` writes it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    before = threading.excepthook
    stream = io.StringIO()
    configure(stream)
    try:
        yield stream
    finally:
        threading.excepthook = before
        logging.raiseExceptions = True
        logging.basicConfig(handlers=handlers, level=level, force=True)
