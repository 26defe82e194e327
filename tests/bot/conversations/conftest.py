from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.conversations.scene import Talk, company
from tests.bot.edge import running_bot
from tests.bot.small_company import answers_from
from tests.slack.server import FakeSlack
from tests.storage.conftest import sqlite_store, sqlite_template  # noqa: F401 - fixtures


@pytest.fixture
def talk(slack: FakeSlack, tmp_path: Path) -> Iterator[Talk]:
    store = company(tmp_path)
    with running_bot(slack, store=store, asking=answers_from(store)) as bot:
        yield Talk(slack=slack, store=store, bot=bot)
