import pytest

from bot.errors import UsageError
from bot.questions.buttons import BY_DIMENSION, PREVIOUS_PERIOD
from tests.bot.edge import RunningBot, Scene
from tests.slack.messages import Message

pytestmark = pytest.mark.slack


@pytest.fixture
def answer(scene: Scene, bot: RunningBot) -> Message:
    answer = scene.ask("enterprise last-quarter").wait_for_answer()
    bot.answers.asked.clear()
    return answer


@pytest.mark.parametrize("button", [PREVIOUS_PERIOD, BY_DIMENSION])
def test_a_button_answers_the_question_that_it_carries(
    scene: Scene, bot: RunningBot, answer: Message, button: str
) -> None:
    clicked = scene.click(answer, button)
    another = clicked.wait_for_answer()

    [carried] = [action["value"] for action in clicked.payload["actions"]]
    assert bot.answers.asked == [(carried, 2_000)]
    assert another.ephemeral_to == scene.ana.id
    assert another.ts != answer.ts
    assert "101.5%" in another.text
    assert not clicked.wait_for_ack().is_late


def test_what_a_button_cannot_ask_is_said(scene: Scene, bot: RunningBot, answer: Message) -> None:
    bot.answers.error = UsageError("there is no segment like that: try /nrr help")

    said = scene.click(answer, PREVIOUS_PERIOD).wait_for_answer()

    assert said.text == "There is no segment like that: try /nrr help."
