import pytest

from bot.__main__ import run
from tests.bot.command_line import refusal

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("home")


def test_serving_needs_tokens_and_says_which(capsys: Capture) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()

    assert "SLACK_APP_TOKEN" in refusal(capsys, "serve")
