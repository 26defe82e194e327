from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.delivery.letters import Office
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.storage.at_head import set_up
from tests.storage.courses import DROP, STEADY, course, month
from tests.storage.filled import fill
from tests.storage.stores import open_store


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    """A company of which enterprise fell to 98 % for two months; Ana administers it."""
    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
        text = course(enterprise=DROP, smb=[*STEADY, "102", "102"])
        fill(store, text, closed_through=month(8))
        yield Office(slack=slack, store=store, owner=ana, channel=revops)
