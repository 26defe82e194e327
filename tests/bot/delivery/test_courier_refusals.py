"""What the courier does when Slack says no: to the channel, to the bot, or for now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import outbox
from storage.circuit import read_circuit
from storage.errors import StoreCrowdedError
from storage.outbox import State
from storage.subscriptions import SubscriptionState, set_state
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault
from tests.slack.people import ChannelKind, UserKind


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
    ],
)
def test_a_channel_that_takes_no_posts_suspends_its_digest_and_its_owner_is_told_once(
    office: Office, code: str
) -> None:
    subscription = office.subscribe()
    key = office.enqueue(subscription)
    office.slack.faults.next("chat.postMessage", Fault.error(code))

    office.settle_down()

    assert office.shown() == []
    assert (office.state(key), office.row(key).last_error) == (State.DEAD, code)
    suspended = office.subscription(subscription.id)
    assert (suspended.state, suspended.reason) == (SubscriptionState.SUSPENDED, code)
    [told] = office.told()
    assert f"<#{office.channel.id}> is suspended" in told
    assert "101.5" not in told


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"is_archived": True}, "archived", id="archived"),
        pytest.param({"bot_is_member": False}, "not_in_channel", id="bot-removed"),
        pytest.param({"is_ext_shared": True}, "shared_outside", id="shared-outside"),
        pytest.param({"is_pending_ext_shared": True}, "shared_outside", id="about-to-be-shared"),
        pytest.param(
            {"bot_is_member": False, "kind": ChannelKind.PRIVATE},
            "channel_not_found",
            id="private-and-bot-removed",
        ),
    ],
)
def test_where_figures_may_not_go_any_more_none_go(
    office: Office, changes: dict[str, object], reason: str
) -> None:
    subscription = office.subscribe()
    keys = [office.enqueue(subscription), office.enqueue(subscription)]
    office.slack.workspace.put_channel(replace(office.channel, **changes))  # type: ignore[arg-type]

    office.settle_down()

    assert office.shown() == []
    assert [office.state(key) for key in keys] == [State.DEAD, State.SUSPENDED]
    assert office.subscription(subscription.id).reason == reason
    assert len(office.told()) == 1


@pytest.mark.parametrize(
    ("kind", "reason"), [(UserKind.DEACTIVATED, "deactivated"), (UserKind.GUEST, "guest")]
)
def test_without_an_owner_who_may_see_figures_none_go_and_administrators_are_told(
    office: Office, kind: UserKind, reason: str
) -> None:
    admins = office.slack.workspace.add_channel("admins")
    office.admin_channel = admins.id
    subscription = office.subscribe()
    office.enqueue(subscription)
    office.slack.workspace.put_user(replace(office.owner, kind=kind))

    office.settle_down()

    assert office.shown() == []
    assert office.subscription(subscription.id).reason == reason
    [told] = office.shown(admins)
    assert "is suspended" in told.text


def test_of_a_subscription_that_was_paused_meanwhile_nothing_is_sent(office: Office) -> None:
    subscription = office.subscribe()
    key = office.enqueue(subscription)
    with office.store.write(ledger=False) as session:
        set_state(session, subscription.id, SubscriptionState.PAUSED, now=office.now())

    office.settle_down()

    assert office.shown() == []
    assert office.state(key) is State.SUSPENDED
    assert office.told() == []


def test_unarchiving_does_not_resume(office: Office) -> None:
    subscription = office.subscribe()
    office.enqueue(subscription)
    office.slack.workspace.put_channel(replace(office.channel, is_archived=True))
    office.settle_down()

    office.slack.workspace.put_channel(office.channel)
    office.enqueue(subscription)
    office.settle_down()

    assert office.shown() == []


@pytest.mark.parametrize(
    "error", ["token_revoked", "token_expired", "invalid_auth", "account_inactive", "team_disabled"]
)
def test_a_revoked_token_holds_everything_up_and_once_mended_all_go_once(
    office: Office, error: str
) -> None:
    channels = [office.slack.workspace.add_channel(f"c{number}") for number in range(3)]
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

    with office.store.read() as session:
        circuit = read_circuit(session)
    assert circuit is not None
    assert circuit.reason == "token_revoked"
    assert (office.state(key), office.row(key).attempts) == (State.PENDING, 0)
    office.settle_down()
    assert len(office.shown()) == 1


def test_who_finds_the_bot_refused_a_second_time_changes_nothing(office: Office) -> None:
    first, second = office.courier(), office.courier()
    first.breaker.trip("token_revoked")
    second.breaker.trip("invalid_auth")

    with office.store.read() as session:
        circuit = read_circuit(session)

    assert circuit is not None
    assert circuit.reason == "token_revoked"


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
    other = office.slack.workspace.add_channel("other")
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


def test_slack_down_for_two_days_skips_digests_and_sends_alerts(office: Office) -> None:
    digest, alert = office.enqueue(office.subscribe()), office.enqueue(kind="alert")
    courier = office.courier()
    office.slack.go_down()
    for _ in range(10):
        office.send(courier)
        office.wait(hours=5)
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


def test_a_direct_message_goes_into_the_conversation_that_slack_opens(office: Office) -> None:
    key = office.enqueue(kind="notice", to=office.owner.id)

    office.send()

    dm = office.slack.workspace.open_dm(office.owner.id)
    assert office.row(key).slack_channel_id == dm.id
    assert len(office.shown(dm)) == 1
    [post] = office.posts()
    assert post.arguments["channel"] == dm.id


def test_a_direct_message_in_doubt_is_looked_for_in_its_conversation(office: Office) -> None:
    office.enqueue(kind="notice", to=office.owner.id)
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())

    office.settle_down()

    assert len(office.told()) == 1


def test_figures_for_one_person_go_to_nobody_who_may_not_see_them(office: Office) -> None:
    allowed = office.enqueue(kind="alert", to=office.owner.id)
    guest = office.slack.workspace.add_user("guest", UserKind.GUEST)
    refused = office.enqueue(kind="alert", to=guest.id)

    office.settle_down()

    assert (office.state(allowed), office.state(refused)) == (State.SENT, State.DEAD)
    assert office.told(guest) == []


def test_a_notice_to_somebody_who_left_is_dead_and_leads_to_no_other(office: Office) -> None:
    key = office.enqueue(kind="notice", to=office.owner.id)
    office.slack.workspace.put_user(replace(office.owner, kind=UserKind.DEACTIVATED))

    office.settle_down()

    assert (office.state(key), office.row(key).last_error) == (State.DEAD, "user_disabled")
    assert len(office.rows()) == 1


def test_a_bot_removed_between_post_and_look_leaves_it_to_the_owner(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.send()
    office.slack.workspace.put_channel(replace(office.channel, bot_is_member=False))

    office.settle_down()

    assert office.state(key) is State.NEEDS_ATTENTION
    assert len(office.shown()) == 1
    [told] = office.told()
    assert "may or may not have been posted" in told


def test_one_that_breaks_something_of_ours_dies_and_the_others_go(office: Office) -> None:
    poison = office.enqueue(office.subscribe(), payload_json="{}")
    others = [office.enqueue(office.subscribe()) for _ in range(3)]

    office.settle_down()

    assert office.state(poison) is State.DEAD
    assert [office.state(key) for key in others] == [State.SENT] * 3
    assert len(office.told()) == 1


def test_one_that_kills_every_worker_dies_after_eight_attempts(office: Office) -> None:
    poison, other = office.enqueue(office.subscribe()), office.enqueue(office.subscribe())
    for _ in range(8):
        with office.store.write(ledger=False) as session:
            claim = outbox.claim(session, owner="dying", now=office.now())
        assert claim is not None
        assert claim.dedupe_key == poison
        office.wait(seconds=121)

    office.settle_down()

    assert office.state(poison) is State.DEAD
    assert office.state(other) is State.SENT


def test_a_store_that_cannot_be_written_leaves_the_claim_to_run_out(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    broken = replace(office.courier(), permits=_Crowded())

    with pytest.raises(StoreCrowdedError):
        broken.work_once()

    assert office.state(key) is State.SENDING
    office.settle_down()
    assert len(office.shown()) == 1


class _Crowded:
    def of_claim(self, _: object) -> None:
        raise StoreCrowdedError


def test_a_claim_with_too_little_left_posts_nothing(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    courier = office.courier()
    slow = replace(courier, permits=_Slow(office))

    slow.work_once()

    assert office.posts() == []
    assert (office.state(key), office.row(key).attempts) == (State.PENDING, 0)
    office.send()
    assert len(office.shown()) == 1


class _Slow:
    def __init__(self, office: Office) -> None:
        self._office = office

    def of_claim(self, _: object) -> None:
        self._office.wait(seconds=70)


@pytest.mark.parametrize("seconds", [121, 600])
def test_a_claim_that_ran_out_is_fenced(office: Office, seconds: int) -> None:
    key = office.enqueue(office.subscribe())
    stalled = replace(office.courier(), permits=_TakenOver(office, timedelta(seconds=seconds)))

    stalled.work_once()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT
    assert office.counts.fenced == 1


class _TakenOver:
    """While it asks, the claim runs out and another courier carries the message."""

    def __init__(self, office: Office, stall: timedelta) -> None:
        self._office, self._stall = office, stall

    def of_claim(self, _: object) -> None:
        self._office.wait(seconds=self._stall.total_seconds())
        self._office.settle_down()
