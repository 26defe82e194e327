import pytest

from tests.bot.command_line import Capture, new_store, refusal

pytestmark = pytest.mark.usefixtures("home")


def test_serving_needs_tokens_and_says_which(capsys: Capture) -> None:
    new_store()
    capsys.readouterr()

    assert "SLACK_APP_TOKEN" in refusal(capsys, "serve")
