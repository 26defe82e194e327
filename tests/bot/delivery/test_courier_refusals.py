"""What the courier does where figures may not go, or Slack says that nothing goes."""

from dataclasses import replace

import pytest

from bot.delivery.outcomes import RESTATEMENT
from metrics.rollup import Scope
from storage.access.grants import Role, take_grants
from storage.delivery.parcels import State
from storage.digests.subscriptions import set_state
from storage.tables.delivery import SubscriptionState
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
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
    assert (suspended.status.state, suspended.status.reason) == (SubscriptionState.SUSPENDED, code)
    [told] = office.told()
    assert f"<#{office.channel.id}> is suspended" in told
    assert "101.5" not in told


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"is_archived": True}, "archived", id="archived"),
        pytest.param(
            {"bot_is_member": False, "kind": ChannelKind.PUBLIC}, "not_in_channel", id="bot-removed"
        ),
        pytest.param({"kind": ChannelKind.PUBLIC}, "not_approved", id="made-public"),
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
    assert office.subscription(subscription.id).status.reason == reason
    assert len(office.told()) == 1


@pytest.mark.parametrize(
    ("changes", "is_posted"),
    [
        pytest.param({}, True, id="as-it-was"),
        pytest.param({"kind": ChannelKind.PUBLIC}, False, id="made-public"),
        pytest.param({"is_ext_shared": True}, False, id="shared-outside"),
        pytest.param({"is_archived": True}, False, id="archived"),
    ],
)
def test_a_restatement_goes_only_where_figures_still_may_and_nobody_is_troubled(
    office: Office, changes: dict[str, object], *, is_posted: bool
) -> None:
    key = office.enqueue(kind=RESTATEMENT)
    office.slack.workspace.put_channel(replace(office.channel, **changes))  # type: ignore[arg-type]

    office.settle_down()

    assert len(office.shown()) == int(is_posted)
    assert office.state(key) is (State.SENT if is_posted else State.DEAD)
    assert office.told() == []


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
    assert office.subscription(subscription.id).status.reason == reason
    [told] = office.shown(admins)
    assert "is suspended" in told.text


@pytest.mark.parametrize(
    ("role", "scope", "reason"),
    [
        pytest.param(None, (), "no_grant", id="no-grant-left"),
        pytest.param(Role.VIEWER, (), "no_role", id="a-viewer-now"),
        pytest.param(Role.ADMIN, (("segment", "smb"),), "out_of_scope", id="another-segment-now"),
    ],
)
def test_an_owner_who_lost_the_right_loses_the_digest_and_hears_no_figure(
    office: Office, role: Role | None, scope: Scope, reason: str
) -> None:
    subscription = office.subscribe()
    office.enqueue(subscription)
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)
    if role is not None:
        let(office.store, office.owner.id, *scope, role=role)

    office.settle_down()

    assert office.shown() == []
    assert office.subscription(subscription.id).status.reason == reason
    [told] = office.told()
    assert "is suspended: its owner may not" in told
    assert "101.5" not in told


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
