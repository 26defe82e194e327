import pytest

from tests.bot.edge import Scene, running_bot

pytestmark = pytest.mark.slack


def test_a_question_is_answered_to_the_person_alone(scene: Scene) -> None:
    with running_bot(scene.slack) as bot:
        asked = scene.ask("enterprise last-quarter")
        answer = asked.wait_for_answer()

    assert bot.answers.asked == [("enterprise last-quarter", 300)]
    assert answer.ephemeral_to == scene.ana.id
    assert "101.5%" in answer.text
    assert asked.wait_for_ack().latency_seconds < 0.5


def test_a_question_is_answered_over_socket_mode(scene: Scene) -> None:
    with running_bot(scene.slack, over_socket=True):
        scene.slack.wait_for_connections(2)
        asked = scene.ask("enterprise last-quarter")
        answer = asked.wait_for_answer()

    assert answer.ephemeral_to == scene.ana.id
    assert asked.wait_for_ack().latency_seconds < 0.5
    assert scene.slack.violations == []
