from dataclasses import replace
from threading import Event

import pytest

from bot.access.decisions import Reason
from bot.channels.message import DELETE_POSTS
from tests.bot.channels.scene import EventScene, sweep
from tests.bot.edge import let_everybody, running_bot
from tests.slack.faults import Fault
from tests.slack.happenings import share
from tests.slack.messages import Message
from tests.slack.waiting import wait_for

pytestmark = pytest.mark.slack


@pytest.fixture
def alarm(happening: EventScene) -> Message:
    """Three posts, one of a person among them, in a channel that is shared since."""
    office, workspace = happening.office, happening.slack.workspace
    office.enqueue(office.subscribe())
    office.settle_down()
    for text, is_by_person in (("an answer that was shared", False), ("hello", True)):
        workspace.put_message(
            Message(
                channel=office.channel.id,
                ts=workspace.next_ts(),
                text=text,
                user=office.owner.id if is_by_person else workspace.bot.id,
                is_by_person=is_by_person,
            )
        )
    happening.after(lambda: share(office.slack, office.channel))
    office.settle_down()
    [message] = office.direct(happening.ada)
    return message


def left(happening: EventScene) -> list[str]:
    return [message.text for message in happening.office.shown()]


def test_an_administrator_takes_every_post_of_the_bot_back_and_nothing_else(
    happening: EventScene, alarm: Message
) -> None:
    said = happening.press(alarm, DELETE_POSTS, by=happening.ada)

    assert said == f"Deleted 2 messages of mine in <#{happening.office.channel.id}>; none is left."
    assert left(happening) == ["hello"]
    begun, done = happening.entries("delete_posts", "posts_deleted")
    assert (begun.actor, begun.decision) == (happening.ada.id, "allow")
    assert {begun.channel, done.channel} == {happening.office.channel.id}
    assert done.reason == "2 deleted, 0 kept"


def test_nobody_else_may(happening: EventScene, alarm: Message) -> None:
    office = happening.office
    let_everybody(happening.slack, office.store)
    seen_by_ana = office.slack.workspace.open_dm(office.owner.id)
    shown = happening.slack.workspace.put_message(replace(alarm, channel=seen_by_ana.id))

    said = happening.press(shown, DELETE_POSTS, by=office.owner)

    assert said == f"{Reason.NO_ROLE[:1].upper()}{Reason.NO_ROLE[1:]}."
    assert len(left(happening)) == 3
    assert happening.slack.calls_to("chat.delete") == []
    assert happening.entries("delete_posts") == []
    assert happening.entries("grants")[-1].decision == "deny"


def test_pressing_again_deletes_nothing_more_and_says_so(
    happening: EventScene, alarm: Message
) -> None:
    happening.press(alarm, DELETE_POSTS, by=happening.ada)
    calls = len(happening.slack.calls_to("chat.delete"))

    said = happening.press(alarm, DELETE_POSTS, by=happening.ada)

    assert said.startswith("Deleted 0 messages of mine")
    assert len(happening.slack.calls_to("chat.delete")) == calls


def test_a_run_that_was_cut_off_is_taken_up_by_pressing_again(
    happening: EventScene, alarm: Message
) -> None:
    happening.slack.faults.next("conversations.history", Fault.error("access_denied"))

    first = happening.press(alarm, DELETE_POSTS, by=happening.ada)
    second = happening.press(alarm, DELETE_POSTS, by=happening.ada)

    assert "Deleted 1 message of mine" in first
    assert "(access_denied)" in first
    assert second.startswith("Deleted 1 message of mine")
    assert left(happening) == ["hello"]


def test_an_alarm_after_that_does_not_count_what_is_gone(
    happening: EventScene, alarm: Message
) -> None:
    happening.press(alarm, DELETE_POSTS, by=happening.ada)
    office = happening.office
    happening.slack.workspace.put_channel(office.channel)
    sweep(office).run()

    happening.after(lambda: share(office.slack, office.channel))
    office.settle_down()

    assert "I have posted 1 message there." in office.told(happening.ada)[0]
    assert "I know of nothing that I have posted there." in office.told(happening.ada)[1]


def test_a_double_click_deletes_once(happening: EventScene, alarm: Message) -> None:
    slack = happening.slack
    release = Event()
    slack.faults.next("chat.delete", Fault.held(release))

    with running_bot(slack, store=happening.office.store):
        first = slack.click(happening.ada, alarm, DELETE_POSTS)
        wait_for(lambda: slack.calls_to("chat.delete"), what="the first deletion")
        second = slack.click(happening.ada, alarm, DELETE_POSTS).wait_for_answer().text
        release.set()
        told = first.wait_for_answer().text

    assert second == "My posts there are being deleted already."
    assert told.startswith("Deleted 2 messages of mine")
    assert len(slack.calls_to("chat.delete")) == 2
