from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.conversations import wiring
from bot.slack.working import Working
from tests.bot.conversations.scene import Talk, company
from tests.bot.edge import running_bot
from tests.bot.small_company import answers_from
from tests.slack.server import FakeSlack


@pytest.fixture(autouse=True)
def never_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer counts as a long one, however slow the machine is."""
    monkeypatch.setattr(wiring, "Working", partial(Working, after=3_600))


@pytest.fixture
def talk(slack: FakeSlack, tmp_path: Path) -> Iterator[Talk]:
    store = company(tmp_path)
    with running_bot(slack, store=store, asking=answers_from(store)) as bot:
        yield Talk(slack=slack, store=store, bot=bot)
