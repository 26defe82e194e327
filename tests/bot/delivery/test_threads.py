"""What belongs in the thread of a message: said there once, and never without that message."""

from datetime import timedelta

import pytest

from bot.delivery.payloads import Payload, pack
from bot.message import Message as Composed
from storage.conversations.questions import Thread, last_question
from storage.delivery.figures import oldest_due
from storage.delivery.outbox import blank_payloads
from storage.delivery.parcels import State
from storage.digests import stuck
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault
from tests.slack.messages import Message

POST, REPLIES = "chat.postMessage", "conversations.replies"


def digest_with_thread(office: Office, *, pictures: int = 0) -> tuple[str, str]:
    """Enqueue a digest and what follows it; return their keys."""
    subscription = office.subscribe()
    parent = office.enqueue(subscription)
    child = office.enqueue(subscription, kind="thread", pictures=pictures, follows=parent)
    return parent, child


def refuse_one(office: Office) -> None:
    """Let Slack refuse the next message, with its blocks and without."""
    office.slack.faults.next(POST, *[Fault.error("msg_too_long")] * 2)


def in_channel_and_thread(office: Office) -> tuple[list[Message], list[Message]]:
    shown = office.shown()
    return (
        [one for one in shown if one.thread_ts is None],
        [one for one in shown if one.thread_ts is not None],
    )


def test_what_follows_a_digest_stands_in_its_thread_with_its_picture(any_office: Office) -> None:
    digest_with_thread(any_office, pictures=1)

    any_office.settle_down()

    [parent], [reply] = in_channel_and_thread(any_office)
    assert reply.thread_ts == parent.ts
    assert [block["type"] for block in reply.blocks] == ["section", "image"]
    assert any_office.counts.sends == {"sent": 2}


@pytest.mark.parametrize(
    "fault", [None, Fault.server_error(503, accepted=True)], ids=["at once", "found later"]
)
def test_what_is_asked_below_a_message_goes_on_from_what_that_is_about(
    any_office: Office, fault: Fault | None
) -> None:
    office = any_office
    about = Payload(message=Composed("NRR of smb 93.1%"), question="segment:smb 2026-Q3")
    office.slack.faults.next(POST, *filter(None, [fault]))
    office.enqueue(office.subscribe(), payload_json=pack(about))
    office.enqueue(office.subscribe())

    office.settle_down()

    asked = {}
    for message in office.shown():
        thread = Thread(channel_id=message.channel, thread_ts=message.ts)
        with office.store.read() as session:
            since = office.now() - timedelta(days=1)
            asked[message.text] = last_question(session, thread, "U0ANY", since=since)
    assert asked == {"NRR of smb 93.1%": "segment:smb 2026-Q3", "NRR 101.5%, up 0.4 points": None}


def test_it_waits_until_its_digest_is_there_and_counts_as_nothing_overdue(office: Office) -> None:
    subscription = office.subscribe()
    parent = office.enqueue(subscription)
    child = office.enqueue(subscription, kind="thread", follows=parent)
    office.slack.faults.always(POST, Fault.rate_limited("30"))

    office.send()

    assert (office.state(parent), office.state(child)) == (State.PENDING, State.PENDING)
    assert len(office.posts()) == 1
    with office.store.read() as session:
        assert oldest_due(session, now=office.now(), team_id="T1") is None


@pytest.mark.parametrize(
    "fault", [Fault.reset_after_accept(), Fault.server_error(503, accepted=True)]
)
def test_in_doubt_it_is_looked_for_in_the_thread(any_office: Office, fault: Fault) -> None:
    parent, child = digest_with_thread(any_office)
    any_office.courier().work_once()  # the digest
    any_office.wait(seconds=2)
    any_office.slack.faults.next(POST, fault)

    any_office.settle_down()

    _, replies = in_channel_and_thread(any_office)
    assert len(replies) == 1
    assert (any_office.state(parent), any_office.state(child)) == (State.SENT, State.SENT)
    assert any_office.slack.calls_to("conversations.history") == []
    assert len(any_office.slack.calls_to(REPLIES)) == 1


def test_under_a_digest_that_was_taken_back_nothing_is_said_and_nobody_is_told(
    office: Office,
) -> None:
    _, child = digest_with_thread(office)
    office.courier().work_once()
    [posted] = office.shown()
    office.slack.workspace.delete_message(posted)
    office.wait(seconds=2)
    office.slack.faults.next(POST, Fault.server_error(503))

    office.settle_down()

    assert office.state(child) is State.SKIPPED_STALE
    assert office.told() == []


def test_it_goes_with_a_digest_that_was_dead_and_is_tried_again(office: Office) -> None:
    parent, child = digest_with_thread(office)
    refuse_one(office)
    office.send()
    assert (office.state(parent), office.state(child)) == (State.DEAD, State.PENDING)

    with office.store.write(ledger=False) as session:
        [message] = stuck.list_stuck(session)
        assert stuck.put_back(session, message.number, now=office.now())
    office.settle_down()

    in_channel, in_thread = in_channel_and_thread(office)
    assert (len(in_channel), len(in_thread)) == (1, 1)
    assert office.state(child) is State.SENT


def test_it_is_dismissed_with_its_digest(office: Office) -> None:
    _, child = digest_with_thread(office)
    refuse_one(office)
    office.send()

    with office.store.write(ledger=False) as session:
        [message] = stuck.list_stuck(session)
        assert stuck.dismiss(session, message.number)

    with office.store.read() as session:
        assert stuck.list_stuck(session) == []
    assert office.state(child) is State.DEAD


def test_one_whose_digest_never_went_is_forgotten_in_time(office: Office) -> None:
    _, child = digest_with_thread(office)
    refuse_one(office)
    office.send()

    with office.store.write(ledger=False) as session:
        blank_payloads(session, before=office.now() + timedelta(days=1))

    assert office.row(child).payload_json is None


def test_when_it_cannot_be_posted_the_owner_hears_of_the_thread_alone(office: Office) -> None:
    _, child = digest_with_thread(office)
    office.courier().work_once()
    office.wait(seconds=2)
    refuse_one(office)

    office.settle_down()

    assert office.state(child) is State.DEAD
    [told] = office.told()
    assert told.startswith("What belongs in the thread of this week's digest in <#")
    assert "The digest itself is there." in told
