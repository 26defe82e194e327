import pytest
from slack_sdk import WebClient

from tests.bot.edge import Waits
from tests.slack.server import FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])


@pytest.fixture
def waits() -> Waits:
    return Waits()
