import io
import subprocess
import sys

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot.app import new_app
from bot.authorization.decisions import Workspace
from bot.listeners import attach
from tests.bot.edge import RunningBot, Scene, running_bot
from tests.slack.workspace import TEAM_ID

pytestmark = pytest.mark.slack


def test_a_question_is_answered_to_the_person_alone(scene: Scene, bot: RunningBot) -> None:
    asked = scene.ask("enterprise last-quarter")
    answer = asked.wait_for_answer()

    assert bot.answers.asked == [("enterprise last-quarter", 300)]
    assert answer.ephemeral_to == scene.ana.id
    assert "101.5%" in answer.text
    assert not asked.wait_for_ack().is_late
    assert scene.shared() == []


def test_a_question_is_answered_over_socket_mode(scene: Scene) -> None:
    with running_bot(scene.slack, over_socket=True):
        asked = scene.ask("enterprise last-quarter")
        answer = asked.wait_for_answer()

    assert answer.ephemeral_to == scene.ana.id
    assert not asked.wait_for_ack().is_late
    assert scene.slack.violations == []


def test_what_fails_before_a_listener_is_told_and_logged_too(
    scene: Scene, bot: RunningBot, log: io.StringIO
) -> None:
    app = new_app(WebClient("xoxb-none"), Workspace(team_id=TEAM_ID))
    attach(app, bot.desk)
    asked = scene.ask("help")
    asked.wait_for_answer()

    @app.use
    def fail() -> None:
        raise ZeroDivisionError

    response = app.dispatch(BoltRequest(mode="socket_mode", body=asked.payload))

    assert response.status == 500
    assert "logged as" in asked.wait_for_answer(2).text
    assert "ZeroDivisionError" in log.getvalue()


def test_starting_loads_neither_pandas_nor_matplotlib() -> None:
    code = "import sys, bot.app; print({'pandas', 'matplotlib', 'numpy'} & set(sys.modules))"

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"


def test_slack_is_asked_who_it_is_once_and_who_asks_once(scene: Scene, bot: RunningBot) -> None:
    scene.ask("help").wait_for_answer()
    scene.ask("help").wait_for_answer()

    asked_of_slack = [call.method for call in scene.slack.calls]
    assert asked_of_slack.count("auth.test") == 1
    assert asked_of_slack.count("users.info") == 1
    assert bot.answers.asked == []
