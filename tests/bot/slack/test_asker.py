import pytest

from bot.slack.asker import Asker, read_asker

EXPECTED = Asker(user_id="U1", team_id="T1", channel_id="C1", response_url="https://slack.test/r")


def test_a_slash_command_says_who_asks() -> None:
    body = {
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "response_url": "https://slack.test/r",
    }

    assert read_asker(body) == EXPECTED


def test_a_click_says_who_asks() -> None:
    body = {
        "user": {"id": "U1", "team_id": "T2"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "response_url": "https://slack.test/r",
    }

    assert read_asker(body) == EXPECTED


@pytest.mark.parametrize(
    "body", [{}, {"team": None, "user": "U1"}, {"user_id": 7, "response_url": ["x"]}]
)
def test_what_is_not_there_is_empty(body: dict[str, object]) -> None:
    assert read_asker(body) == Asker(user_id="", team_id="", channel_id="", response_url="")
