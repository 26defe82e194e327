import threading
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.access.decisions import Reason
from bot.errors import UsageError
from bot.questions.buttons import ACCOUNTS, BY_DIMENSION, IN_FULL, PREVIOUS_PERIOD, SHARE, WHY
from storage.channels.posted_figures import last_shown
from tests.bot.edge import RunningBot, Scene
from tests.bot.offered import offered
from tests.bot.sample_answers import sample_answer
from tests.bot.shown import kinds
from tests.slack.faults import UPLOAD, Fault
from tests.slack.files import FileProcessing
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import ChannelKind, UserKind

pytestmark = pytest.mark.slack

STEPS = ("files.getUploadURLExternal", UPLOAD, "files.completeUploadExternal")


@pytest.fixture
def answer(scene: Scene, bot: RunningBot) -> Message:
    answer = scene.ask("enterprise last-quarter").wait_for_answer()
    bot.answers.asked.clear()
    return answer


def told(clicked: Interaction) -> str:
    return clicked.wait_for_answer().text


@pytest.mark.parametrize("button", [PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL])
def test_a_button_answers_the_question_that_it_carries(
    scene: Scene, bot: RunningBot, answer: Message, button: str
) -> None:
    clicked = scene.click(answer, button)
    another = clicked.wait_for_answer()

    assert bot.answers.asked == [(offered(answer)[button], 2_000)]
    assert another.ephemeral_to == scene.ana.id
    assert another.ts != answer.ts
    assert "101.5%" in another.text
    assert not clicked.wait_for_ack().is_late


def test_what_a_button_cannot_ask_is_said(scene: Scene, bot: RunningBot, answer: Message) -> None:
    bot.answers.error = UsageError("there is no segment like that: try /nrr help")

    said = scene.click(answer, PREVIOUS_PERIOD).wait_for_answer()

    assert said.text == "There is no segment like that: try /nrr help."


def test_everybody_sees_what_was_shared_with_its_picture(
    scene: Scene, bot: RunningBot, answer: Message
) -> None:
    clicked = scene.click(answer, SHARE)

    assert told(clicked) == "Shared."
    [shared] = scene.shared()
    [file] = scene.slack.workspace.files()
    [image] = [block for block in shared.blocks if block["type"] == "image"]
    assert image["slack_file"] == {"id": file.id}
    assert image["alt_text"].startswith("NRR 101.5% of ")
    assert file.mimetype == "image/png"
    assert "101.5%" in shared.text
    assert f"<@{scene.ana.id}>" in shared.text
    assert list(offered(shared)) == [WHY, ACCOUNTS, IN_FULL, PREVIOUS_PERIOD]
    assert clicked.answers[0].ephemeral_to == scene.ana.id
    assert bot.answers.asked[-1] == ("segment:enterprise 2026-Q3", 2_000)
    assert not clicked.wait_for_ack().is_late


def test_figures_that_the_sharer_has_not_seen_are_not_shared(
    scene: Scene, bot: RunningBot, answer: Message
) -> None:
    bot.answers.answer = sample_answer(data_version=18)

    assert "the data has changed" in told(scene.click(answer, SHARE)).lower()
    assert scene.shared() == []


def test_a_picture_that_slack_takes_its_time_over_is_waited_for(
    scene: Scene, bot: RunningBot, answer: Message
) -> None:
    scene.slack.workspace.file_processing = FileProcessing(looks=4)

    assert told(scene.click(answer, SHARE)) == "Shared."
    assert "image" in kinds(scene.shared()[0].blocks)
    assert bot.waits.seconds == [0.5] * 4


def remembered(bot: RunningBot, scene: Scene) -> list[tuple[str, Fraction | None]]:
    with bot.answers.store.read() as session:
        shown = last_shown(session, scene.revops.id)
    return [(one.figure.label, one.figure.nrr) for one in shown]


def test_what_was_shared_is_remembered_for_the_channel(
    scene: Scene, bot: RunningBot, answer: Message
) -> None:
    told(scene.click(answer, SHARE))

    assert remembered(bot, scene)[0] == ("2026-Q3", Fraction("1.015"))


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
def test_what_may_be_in_the_channel_is_remembered(
    scene: Scene, bot: RunningBot, answer: Message, *, accepted: bool
) -> None:
    scene.slack.faults.next("chat.postMessage", Fault.server_error(503, accepted=accepted))

    told(scene.click(answer, SHARE))

    assert remembered(bot, scene) != []


def test_what_slack_refused_is_not_remembered(
    scene: Scene, bot: RunningBot, answer: Message
) -> None:
    scene.slack.faults.next("chat.postMessage", Fault.rate_limited("45"))

    told(scene.click(answer, SHARE))

    assert remembered(bot, scene) == []


@pytest.mark.parametrize("step", STEPS)
def test_without_its_picture_the_answer_is_shared_all_the_same(
    scene: Scene, answer: Message, step: str
) -> None:
    scene.slack.faults.next(step, Fault.server_error(503))

    assert "without its picture" in told(scene.click(answer, SHARE))
    [shared] = scene.shared()
    assert "image" not in kinds(shared.blocks)
    assert "101.5%" in shared.text


def test_a_picture_that_is_never_ready_does_not_hold_the_answer_up_for_ever(
    scene: Scene, answer: Message
) -> None:
    scene.slack.workspace.file_processing = FileProcessing(looks=1_000)

    assert "without its picture" in told(scene.click(answer, SHARE))
    assert len(scene.shared()) == 1


def test_a_file_that_the_message_may_not_show_after_all_is_left_out(
    scene: Scene, answer: Message
) -> None:
    scene.slack.faults.next("chat.postMessage", Fault.error("invalid_blocks"))

    told(scene.click(answer, SHARE))

    assert len(scene.shared()) == 1


def test_where_native_charts_are_not_known_the_answer_is_shared_plainer(
    scene: Scene, answer: Message
) -> None:
    scene.slack.workspace.drop_scope(scene.slack.bot_token, "files:write")
    scene.slack.faults.next("chat.postMessage", Fault.error("invalid_blocks"))

    assert "without its picture" in told(scene.click(answer, SHARE))
    [shared] = scene.shared()
    assert "data_visualization" not in kinds(shared.blocks)
    assert shared.blocks


def test_a_double_click_shares_once(scene: Scene, bot: RunningBot, answer: Message) -> None:
    bot.answers.may_answer.clear()
    first, second = (scene.click(answer, SHARE) for _ in range(2))
    scene.slack.wait_for_ephemerals(scene.ana, 2)
    bot.answers.may_answer.set()

    assert {told(first), told(second)} == {
        "Shared.",
        (
            "This answer is shared already, or on its way. If it is not in the channel, ask again"
            " and share the new answer."
        ),
    }
    assert told(scene.click(answer, SHARE)).startswith("This answer is shared already")
    assert len(scene.shared()) == 1


def test_the_same_answer_asked_for_again_can_be_shared_again(scene: Scene, answer: Message) -> None:
    told(scene.click(answer, SHARE))
    again = scene.ask("enterprise last-quarter").wait_for_answer()

    assert told(scene.click(again, SHARE)) == "Shared."
    assert len(scene.shared()) == 2


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
def test_when_slack_does_not_say_the_person_is_told_to_look_and_nothing_is_repeated(
    scene: Scene, answer: Message, *, accepted: bool
) -> None:
    scene.slack.faults.next("chat.postMessage", Fault.server_error(503, accepted=accepted))

    assert "look in the channel before you try again" in told(scene.click(answer, SHARE))
    assert told(scene.click(answer, SHARE)).startswith("This answer is shared already")
    assert len(scene.slack.calls_to("chat.postMessage")) == 1
    assert len(scene.shared()) == int(accepted)


def test_too_many_messages_are_for_the_person_to_wait_and_the_button_works_again(
    scene: Scene, answer: Message
) -> None:
    scene.slack.faults.next("chat.postMessage", Fault.rate_limited("45"))

    assert "try again in 45 s" in told(scene.click(answer, SHARE))
    assert told(scene.click(answer, SHARE)) == "Shared."
    assert len(scene.shared()) == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        pytest.param({"is_ext_shared": True}, Reason.SHARED_OUTSIDE, id="external"),
        pytest.param({"is_pending_ext_shared": True}, Reason.SHARED_OUTSIDE, id="invited"),
        pytest.param({"pending_connected_team_ids": ("T9",)}, Reason.SHARED_OUTSIDE, id="pending"),
        pytest.param({"bot_is_member": False}, "/invite @nrr", id="bot-not-in-public-channel"),
        pytest.param(
            {"bot_is_member": False, "kind": ChannelKind.PRIVATE},
            "/invite @nrr",
            id="bot-not-in-private-channel",
        ),
    ],
)
def test_where_figures_may_not_go_nothing_is_posted_and_the_person_is_told(
    scene: Scene, answer: Message, facts: dict[str, Any], sentence: str
) -> None:
    scene.slack.workspace.put_channel(replace(scene.revops, **facts))

    said = told(scene.click(answer, SHARE))

    assert sentence.lower() in said.lower()
    assert scene.shared() == []
    assert scene.slack.workspace.files() == []


def test_an_archived_channel_takes_nothing(scene: Scene, bot: RunningBot, answer: Message) -> None:
    bot.answers.may_answer.clear()
    clicked = scene.click(answer, SHARE)
    scene.slack.workspace.put_channel(replace(scene.revops, is_archived=True))
    bot.answers.may_answer.set()

    assert "archived" in told(clicked)
    assert scene.shared() == []


@pytest.mark.parametrize("change", ["person", "channel"])
def test_it_is_checked_again_right_before_it_is_posted(
    scene: Scene, bot: RunningBot, answer: Message, change: str
) -> None:
    bot.answers.may_answer.clear()
    asked_before = len(bot.answers.asked)
    clicked = scene.click(answer, SHARE)
    while len(bot.answers.asked) == asked_before:
        threading.Event().wait(0.01)
    if change == "person":
        scene.slack.workspace.put_user(replace(scene.ana, kind=UserKind.GUEST))
    else:
        scene.slack.workspace.put_channel(replace(scene.revops, is_ext_shared=True))
    bot.answers.may_answer.set()

    assert (
        told(clicked)
        .lower()
        .startswith(Reason.GUEST if change == "person" else Reason.SHARED_OUTSIDE)
    )
    assert scene.shared() == []
