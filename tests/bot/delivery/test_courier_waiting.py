"""What the courier waits for: a token that is mended, a limit that passes, a Slack that is back."""

import pytest

from storage.delivery.parcels import State
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault
from tests.slack.people import ChannelKind


@pytest.mark.parametrize(
    "error", ["token_revoked", "token_expired", "invalid_auth", "account_inactive", "team_disabled"]
)
def test_a_revoked_token_holds_everything_up_and_once_mended_all_go_once(
    office: Office, error: str
) -> None:
    channels = [
        office.slack.workspace.add_channel(f"c{number}", kind=ChannelKind.PRIVATE)
        for number in range(3)
    ]
    keys = [office.enqueue(office.subscribe(channel)) for channel in channels]
    courier = office.courier()
    office.slack.workspace.break_token(office.slack.bot_token, error)
    for _ in range(15):
        office.send(courier)
        office.wait(minutes=1)
    tried = len(office.slack.calls_to("conversations.info"))
    attempts = [office.row(key).attempts for key in keys]

    office.slack.workspace.mend_token(office.slack.bot_token)
    office.settle_down()

    assert tried == 1
    assert attempts == [0, 0, 0]
    assert [len(office.shown(channel)) for channel in channels] == [1, 1, 1]
    assert {office.state(key) for key in keys} == {State.SENT}


def test_a_token_revoked_between_the_check_and_the_post_burns_no_attempt(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.error("token_revoked"))

    office.send()

    assert office.broken_by() == "token_revoked"
    assert (office.state(key), office.row(key).attempts) == (State.PENDING, 0)
    office.settle_down()
    assert len(office.shown()) == 1


def test_who_finds_the_bot_refused_a_second_time_changes_nothing(office: Office) -> None:
    first, second = office.courier(), office.courier()
    first.claims.breaker.trip("token_revoked")
    second.claims.breaker.trip("invalid_auth")

    assert office.broken_by() == "token_revoked"


def test_a_missing_scope_is_waited_for_until_it_is_granted(office: Office) -> None:
    office.enqueue(office.subscribe())
    courier = office.courier()
    office.slack.workspace.drop_scope(office.slack.bot_token, "chat:write")
    for _ in range(10):
        office.send(courier)
        office.wait(minutes=1)
    posts = len(office.posts())

    office.slack.workspace.add_scope(office.slack.bot_token, "chat:write")
    office.settle_down()

    assert posts == 1
    assert len(office.shown()) == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("30", 30), ("junk", 30), (None, 30), ("-5", 30), ("1e9", 30), ("99999999", 3600)],
)
def test_after_a_429_the_channel_waits_and_others_do_not(
    office: Office, retry_after: str | None, seconds: int
) -> None:
    other = office.slack.workspace.add_channel("other", kind=ChannelKind.PRIVATE)
    first, second = office.enqueue(office.subscribe()), office.enqueue(office.subscribe())
    elsewhere = office.enqueue(office.subscribe(other))
    office.slack.faults.next("chat.postMessage", Fault.rate_limited(retry_after))
    courier = office.courier()

    office.send(courier)
    late_comer = office.enqueue(office.subscribe())
    office.wait(seconds=seconds - 5)
    office.send(courier)
    within = len(office.posts())
    office.settle_down()

    assert within == 2  # the one that was refused, and the one elsewhere
    assert len(office.shown()) == 3
    assert len(office.shown(other)) == 1
    for key in (first, second, elsewhere, late_comer):
        assert office.state(key) is State.SENT
    assert office.counts.sends["rate_limited"] == 1


def test_a_storm_of_429_burns_no_attempt(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", *[Fault.rate_limited("60")] * 12)

    office.settle_down()

    assert office.state(key) is State.SENT
    assert len(office.shown()) == 1


def test_slack_down_for_two_hours_delays_and_does_not_lose(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    courier = office.courier()
    office.slack.go_down()
    for _ in range(6):
        office.send(courier)
        office.wait(minutes=20)
    office.slack.come_back()

    office.settle_down()

    [shown] = office.shown()
    assert shown.text.startswith("Delayed: was due ")
    assert office.state(key) is State.SENT


def test_slack_down_for_a_week_skips_digests_and_sends_alerts(office: Office) -> None:
    digest, alert = office.enqueue(office.subscribe()), office.enqueue(kind="alert")
    courier = office.courier()
    office.slack.go_down()
    for _ in range(10):
        office.send(courier)
        office.wait(hours=20)
    office.slack.come_back()

    office.settle_down()

    assert office.state(digest) is State.SKIPPED_STALE
    assert office.state(alert) is State.SENT
    assert len(office.shown()) == 1


def test_slack_that_cannot_say_who_reads_a_channel_is_asked_again(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("conversations.info", *[Fault.server_error(503)] * 10)
    office.slack.faults.next("users.info", *[Fault.reset_before_accept()] * 10)

    office.settle_down()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT
