import pytest

from tests.bot.edge import running_bot
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack


def test_a_question_is_answered_to_the_person_alone(
    slack: FakeSlack, ana: User, revops: Channel
) -> None:
    with running_bot(slack) as bot:
        asked = slack.slash(ana, revops, "/nrr", "enterprise last-quarter")
        answer = asked.wait_for_answer()

    assert bot.answers.asked == [("enterprise last-quarter", 300)]
    assert answer.ephemeral_to == ana.id
    assert "101.5%" in answer.text
    assert asked.wait_for_ack().latency_seconds < 0.5


def test_a_question_is_answered_over_socket_mode(
    slack: FakeSlack, ana: User, revops: Channel
) -> None:
    with running_bot(slack, over_socket=True):
        slack.wait_for_connections(2)
        asked = slack.slash(ana, revops, "/nrr", "enterprise last-quarter")
        answer = asked.wait_for_answer()

    assert answer.ephemeral_to == ana.id
    assert asked.wait_for_ack().latency_seconds < 0.5
    assert slack.violations == []
