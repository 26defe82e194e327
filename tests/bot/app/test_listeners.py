import io
from pathlib import Path

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot.app.listeners import attach, new_app
from bot.questions.buttons import BY_DIMENSION, IN_FULL, ONE_PERIOD, SHARE
from bot.slack.ids import Workspace
from tests.bot.edge import RunningBot, Scene, running_bot
from tests.bot.small_company import answers_from, small_company
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


def test_a_trend_is_asked_for_answered_and_shared_with_its_picture(
    scene: Scene, tmp_path: Path
) -> None:
    answers = answers_from(small_company(tmp_path))
    with running_bot(
        scene.slack, asking=answers, nrrbot_names_in_channels=frozenset({scene.revops.id})
    ):
        asked = scene.ask("trend by segment 24m")
        answer = asked.wait_for_answer()
        told = scene.click(answer, SHARE).wait_for_answer()

    assert "12-month NRR 387.9% in October 2026" in answer.text
    assert "enterprise, Jun 2026 to Oct 2026: 100.0%" in answer.text
    assert "data_visualization" in {block["type"] for block in answer.blocks}
    assert not asked.wait_for_ack().is_late
    assert told.text == "Shared."
    [shared] = scene.shared()
    [image] = [block for block in shared.blocks if block["type"] == "image"]
    assert "enterprise 100.0% in June 2026 to 443.3% in October 2026" in image["alt_text"]
    assert "443.3%" in shared.text


@pytest.mark.parametrize(
    ("words", "button", "said"),
    [
        ("trend 6m monthly", BY_DIMENSION, "Monthly NRR 343.9% in October 2026"),
        ("trend enterprise 24m", ONE_PERIOD, "in the 12 months to October 2026 · enterprise"),
        ("trend enterprise 24m", IN_FULL, "12-month NRR month by month"),
    ],
)
def test_the_buttons_under_a_trend_ask_the_next_question(
    scene: Scene, tmp_path: Path, words: str, button: str, said: str
) -> None:
    with running_bot(scene.slack, asking=answers_from(small_company(tmp_path))):
        answer = scene.ask(words).wait_for_answer()
        next_answer = scene.click(answer, button).wait_for_answer()

    assert said in next_answer.text


def test_a_trend_that_cannot_be_read_is_told_in_one_sentence(scene: Scene, tmp_path: Path) -> None:
    with running_bot(scene.slack, asking=answers_from(small_company(tmp_path))):
        answer = scene.ask("trend rolling-5m").wait_for_answer()

    assert answer.text.startswith("A trend's windows are of 1, 3 or 12 months")


def test_what_fails_before_a_listener_is_told_and_logged_too(
    scene: Scene, bot: RunningBot, log: io.StringIO
) -> None:
    app = new_app(WebClient("xoxb-none"), Workspace(team_id=TEAM_ID))
    attach(app, lambda: bot.handlers)
    asked = scene.ask("help")
    asked.wait_for_answer()

    @app.use
    def fail() -> None:
        raise ZeroDivisionError

    response = app.dispatch(BoltRequest(mode="socket_mode", body=asked.payload))

    assert response.status == 500
    assert "logged as" in asked.wait_for_answer(2).text
    assert "ZeroDivisionError" in log.getvalue()


def test_slack_is_asked_who_it_is_once_and_who_asks_once(scene: Scene, bot: RunningBot) -> None:
    scene.ask("help").wait_for_answer()
    scene.ask("help").wait_for_answer()

    asked_of_slack = [call.method for call in scene.slack.calls]
    assert asked_of_slack.count("auth.test") == 1
    assert asked_of_slack.count("users.info") == 1
    assert bot.answers.asked == []
