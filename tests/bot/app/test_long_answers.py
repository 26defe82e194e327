"""Whoever waits for long is told so on every surface, and then gets the one answer."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest

from bot.answers.services import Services
from bot.app.handlers import Handlers
from bot.digests.form import DIGEST_FORM
from bot.errors import UsageError
from bot.feature import Save
from bot.message import Message
from bot.questions.buttons import BY_DIMENSION
from bot.slack.sent import Submission
from bot.slack.working import WORKING
from tests.bot.edge import HandTimer, RunningBot, Scene, running_bot
from tests.slack.talking import mention, say
from tests.slack.waiting import WAIT_SECONDS, wait_for

pytestmark = pytest.mark.slack

FIGURES = "NRR 101.5%"


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def bot(scene: Scene, timer: HandTimer) -> Iterator[RunningBot]:
    with running_bot(scene.slack, timer=timer) as running:
        yield running


def grow_long(bot: RunningBot, timer: HandTimer, *, asked: int = 1) -> None:
    """Wait until so many questions were begun, and let all of them take long."""
    wait_for(lambda: len(bot.answers.asked) == asked, what="the question")
    timer.run_out()


def test_after_a_command_it_is_said_and_the_answer_follows(
    scene: Scene, bot: RunningBot, timer: HandTimer
) -> None:
    bot.answers.may_answer.clear()
    asked = scene.ask("enterprise")
    grow_long(bot, timer)

    assert asked.wait_for_answer().text == WORKING
    bot.answers.may_answer.set()
    answer = asked.wait_for_answer(2)
    assert answer.text.startswith(FIGURES)
    assert answer.ephemeral_to == scene.ana.id
    assert scene.shared() == []


def test_after_a_click_it_is_said_below_and_the_message_clicked_in_stays(
    scene: Scene, bot: RunningBot, timer: HandTimer
) -> None:
    first = scene.ask("enterprise").wait_for_answer()
    bot.answers.may_answer.clear()
    clicked = scene.click(first, BY_DIMENSION)
    grow_long(bot, timer, asked=2)

    assert clicked.wait_for_answer().text == WORKING
    bot.answers.may_answer.set()
    assert clicked.wait_for_answer(2).text.startswith(FIGURES)
    assert first in scene.slack.workspace.ephemerals(scene.ana.id)


def test_an_error_follows_like_an_answer(scene: Scene, bot: RunningBot, timer: HandTimer) -> None:
    bot.answers.may_answer.clear()
    bot.answers.error = UsageError("type something else")
    asked = scene.ask("enterprise")
    grow_long(bot, timer)

    assert asked.wait_for_answer().text == WORKING
    bot.answers.may_answer.set()
    assert asked.wait_for_answer(2).text == "Type something else."


def test_in_a_thread_the_answer_replaces_it(
    scene: Scene, bot: RunningBot, timer: HandTimer
) -> None:
    bot.answers.may_answer.clear()
    asked = say(scene.slack, scene.ana, scene.revops, mention(scene.slack, "enterprise"))
    grow_long(bot, timer)

    assert asked.wait_for_answer().text == WORKING
    bot.answers.may_answer.set()
    wait_for(lambda: [one.text[:10] for one in asked.answers] == [FIGURES], what="the answer alone")


def test_a_form_is_closed_first_and_its_saving_told_to_take_long(
    scene: Scene, timer: HandTimer
) -> None:
    may_save = Event()

    def slowly(handlers: Handlers, _: Services) -> Handlers:
        def slow(submission: Submission) -> Save:
            def save() -> Message:
                timer.run_out()
                may_save.wait(WAIT_SECONDS)
                return saves()

            saves = check(submission)
            return save

        check = handlers.feature.forms[DIGEST_FORM]
        return replace(handlers, feature=replace(handlers.feature, forms={DIGEST_FORM: slow}))

    with running_bot(scene.slack, timer=timer, change=slowly):
        scene.ask("digest here")
        scene.slack.submit(scene.ana, scene.slack.wait_for_modal(scene.ana))

        [said] = scene.slack.wait_for_ephemerals(scene.ana)
        assert said.text == WORKING
        wait_for(
            lambda: scene.slack.workspace.modals.of(scene.ana.id) is None, what="a closed form"
        )
        may_save.set()
        assert "igest" in scene.slack.wait_for_ephemerals(scene.ana, 2)[1].text


def test_a_quick_answer_is_all_that_is_said(
    scene: Scene, bot: RunningBot, timer: HandTimer
) -> None:
    asked = scene.ask("enterprise")
    asked.wait_for_answer()
    wait_for(lambda: timer.waiting, what="the timer")

    timer.run_out()

    assert len(bot.answers.asked) == 1
    assert [one.text[:10] for one in asked.answers] == [FIGURES]
