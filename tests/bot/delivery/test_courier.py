"""One message from the outbox to Slack, on each kind of database."""

from datetime import timedelta

import pytest

from bot.message import Message
from metrics.schedules import next_due
from storage.delivery.parcels import State
from tests.bot.delivery.letters import HEADLINE, Office
from tests.slack.faults import Fault

BAD = ({"type": "sparkline"},)


def test_a_message_is_posted_once_with_its_mark(any_office: Office) -> None:
    key = any_office.enqueue(any_office.subscribe())

    any_office.send()
    any_office.send()

    [shown] = any_office.shown()
    row = any_office.row(key)
    assert (row.state, row.slack_ts, row.attempts) == (State.SENT, shown.ts, 0)
    assert shown.text == "NRR 101.5%, up 0.4 points"
    assert shown.metadata is not None
    assert shown.metadata["event_type"] == "nrr_outbox"
    assert key not in str(shown.metadata)
    assert shown.client_msg_id
    assert any_office.counts.sends == {"sent": 1}
    assert any_office.counts.lateness[0] < 60


def test_one_that_is_late_says_so_first(office: Office) -> None:
    office.enqueue(office.subscribe(), late=timedelta(minutes=31))

    office.send()

    [shown] = office.shown()
    assert shown.text.startswith("Delayed: was due ")
    assert "(Europe/Berlin)\nNRR 101.5%" in shown.text
    assert [block["type"] for block in shown.blocks] == ["context", "section"]


def test_one_that_is_a_little_late_does_not(office: Office) -> None:
    office.enqueue(office.subscribe(), late=timedelta(minutes=29))

    office.send()

    [shown] = office.shown()
    assert "Delayed" not in shown.text


def test_a_digest_is_skipped_once_the_next_one_was_due_and_its_owner_is_told(
    office: Office,
) -> None:
    subscription = office.subscribe()
    office.wait(days=16)
    key = office.enqueue(subscription, late=timedelta(days=8))

    office.settle_down()

    assert office.shown() == []
    assert office.state(key) is State.SKIPPED_STALE
    [told] = office.told()
    assert "was skipped" in told
    assert "101.5" not in told


def test_until_the_next_one_is_due_a_digest_comes_late(office: Office) -> None:
    subscription = office.subscribe()
    due = next_due(subscription.schedules, now=office.now()).due_at
    office.wait(seconds=(due + timedelta(days=6) - office.now()).total_seconds())
    office.enqueue(subscription, late=timedelta(days=6))

    office.settle_down()

    [shown] = office.shown()
    assert shown.text.startswith("Delayed: was due Monday 09:00")


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda yes: Fault.reset_after_accept() if yes else Fault.reset_before_accept(),
            id="reset",
        ),
        pytest.param(lambda yes: Fault.hang(1.2, accepted=yes), id="hang"),
        pytest.param(lambda yes: Fault.server_error(500, accepted=yes), id="500"),
        pytest.param(lambda yes: Fault.server_error(503, accepted=yes), id="503"),
        pytest.param(lambda yes: Fault.server_error(504, accepted=yes), id="504"),
        pytest.param(lambda yes: Fault.garbage(accepted=yes), id="garbage"),
        pytest.param(lambda yes: Fault.error("internal_error", accepted=yes), id="internal-error"),
        pytest.param(lambda yes: Fault.error("fatal_error", accepted=yes), id="fatal-error"),
        pytest.param(lambda yes: Fault.error("brand_new_word", accepted=yes), id="unknown-word"),
    ],
)
def test_what_slack_may_have_taken_is_looked_for_before_it_is_posted_again(
    office: Office, make: object, *, accepted: bool
) -> None:
    assert callable(make)
    key = office.enqueue(office.subscribe())
    fault = make(accepted)
    office.timeout = fault.client_timeout
    office.slack.faults.next("chat.postMessage", fault)

    office.send()
    assert office.state(key) is State.UNKNOWN
    office.settle_down()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT
    assert len(office.posts()) == (1 if accepted else 2)
    assert office.counts.looks == ({"found": 1} if accepted else {"not_found": 2})


def test_a_fault_at_every_second_call_neither_loses_nor_doubles(any_office: Office) -> None:
    office = any_office
    faults = [Fault.reset_after_accept(), Fault.server_error(503), Fault.rate_limited("3")]
    keys = [office.enqueue(office.subscribe()) for _ in range(len(faults))]
    office.slack.faults.next("chat.postMessage", *faults)
    office.slack.faults.next("conversations.history", Fault.server_error(500))
    office.slack.faults.next("conversations.info", Fault.reset_before_accept())

    office.settle_down()

    assert len(office.shown()) == len(keys)
    assert {office.state(key) for key in keys} == {State.SENT}


def test_history_is_not_read_before_ten_seconds(office: Office) -> None:
    office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.send()

    office.wait(seconds=9)
    office.send()
    looked_early = office.slack.calls_to("conversations.history")
    office.wait(seconds=2)
    office.send()

    assert looked_early == []
    assert len(office.slack.calls_to("conversations.history")) == 1


def test_history_that_shows_the_message_late_is_read_twice(office: Office) -> None:
    office.slack.workspace.history_lag_seconds = 15
    office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())

    office.settle_down()

    assert len(office.shown()) == 1
    assert len(office.posts()) == 1
    assert office.counts.looks == {"not_found": 1, "found": 1}


def test_the_message_is_found_beyond_the_first_page_and_not_in_what_others_post(
    office: Office,
) -> None:
    office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.send()
    chatter = Message("chatter")
    for number in range(250):
        office.slack.workspace.put_message(
            type(office.shown()[0])(
                channel=office.channel.id,
                ts=office.slack.workspace.next_ts(),
                text=f"{chatter.text} {number}",
                user=office.owner.id,
                metadata={"event_type": "nrr_outbox", "event_payload": {"k": "another"}},
            )
        )

    office.settle_down()

    assert len(office.posts()) == 1
    assert len(office.slack.calls_to("conversations.history")) == 2


def test_a_history_that_cannot_be_read_is_asked_again_and_nothing_is_posted_blind(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.slack.faults.always("conversations.history", Fault.server_error(503))

    office.settle_down()

    assert len(office.posts()) == 2  # the digest and the notice
    assert office.state(key) is State.NEEDS_ATTENTION
    [told] = office.told()
    assert "may or may not have been posted" in told


def test_history_that_can_be_read_again_clears_the_doubt(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.slack.faults.next("conversations.history", *[Fault.server_error(503)] * 5)

    office.settle_down()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT


def test_a_look_that_slack_limits_is_put_off_and_not_taken_too_early(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.slack.faults.next("conversations.history", Fault.rate_limited("1"))
    office.send()
    office.wait(seconds=10)
    office.send()

    office.wait(seconds=2)
    office.send()
    looks = len(office.slack.calls_to("conversations.history"))
    office.settle_down()

    assert looks == 1
    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT


def test_an_alert_in_doubt_is_rather_said_twice_and_says_so(office: Office) -> None:
    key = office.enqueue(kind="alert")
    began = office.now()
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.slack.faults.always("conversations.history", Fault.server_error(503))

    office.settle_down()

    first, second = office.shown()
    assert "May repeat" not in first.text
    assert second.text.startswith("May repeat: ")
    assert float(second.ts) - began.timestamp() > 15 * 60
    assert office.state(key) is State.SENT


def test_blocks_that_slack_refuses_fall_back_to_plainer_ones_and_to_text(office: Office) -> None:
    plainer = Message("plainer", blocks=BAD, plainer=(HEADLINE,))
    text_alone = Message("text alone", blocks=BAD)
    keys = [office.enqueue(office.subscribe(), message=one) for one in (plainer, text_alone)]

    office.settle_down()

    first, second = office.shown()
    assert [block["type"] for block in first.blocks] == ["section"]
    assert second.blocks == ()
    assert {office.state(key) for key in keys} == {State.SENT}


def test_a_message_refused_in_every_form_is_dead_and_its_owner_is_told_once(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe(), message=Message("x" * 41_000, blocks=BAD))

    office.settle_down()

    assert office.shown() == []
    assert office.state(key) is State.DEAD
    assert office.row(key).last_error == "msg_too_long"
    [told] = office.told()
    assert "could not be posted" in told


@pytest.mark.parametrize("hours", [-1, 1], ids=["back", "forward"])
@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
def test_a_clock_that_is_set_in_between_neither_loses_nor_doubles(
    office: Office, hours: int, *, accepted: bool
) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.server_error(503, accepted=accepted))
    office.send()

    office.wait(hours=hours)
    office.settle_down()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT
