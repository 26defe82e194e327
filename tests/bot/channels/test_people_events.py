from dataclasses import replace

import pytest

from storage.access.grants import Role, take_grants
from storage.tables.delivery import SubscriptionState
from tests.bot.channels.scene import EventScene, sweep
from tests.bot.edge import let, running_bot
from tests.slack.faults import Fault
from tests.slack.happenings import change_user, disable_group, remove_from_group, tell
from tests.slack.people import UserKind

pytestmark = pytest.mark.slack

SUSPENDED, ACTIVE = SubscriptionState.SUSPENDED, SubscriptionState.ACTIVE


def grant_by_group(happening: EventScene) -> str:
    """Let Ana see figures because she is in a group, and for no other reason."""
    office = happening.office
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)
    group_id = office.slack.workspace.add_group([office.owner])
    let(office.store, group_id, role=Role.ANALYST)
    return group_id


@pytest.mark.parametrize("over_socket", [False, True], ids=["http", "socket"])
def test_a_guests_digest_is_suspended_at_once_and_they_are_told_without_a_figure(
    happening: EventScene, *, over_socket: bool
) -> None:
    happening = replace(happening, over_socket=over_socket)
    office = happening.office
    subscription = office.subscribe()
    key = office.enqueue(subscription)

    happening.after(lambda: change_user(office.slack, office.owner, UserKind.GUEST))
    office.settle_down()

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (SUSPENDED, "guest")
    assert office.row(key).slack_ts is None
    [told] = office.told()
    assert "is suspended: its owner is a guest of this workspace" in told
    assert "%" not in told
    [entry] = happening.entries("suspend")
    assert (entry.actor, entry.channel, entry.reason) == ("nrrbot", office.channel.id, "guest")


def test_of_somebody_who_is_deactivated_the_administrators_hear_instead(
    happening: EventScene,
) -> None:
    office = happening.office
    subscription = office.subscribe()

    happening.after(lambda: change_user(office.slack, office.owner, UserKind.DEACTIVATED))
    office.settle_down()

    assert office.subscription(subscription.id).status.state is SUSPENDED
    [told] = office.told(happening.ada)
    assert "the account of its owner is deactivated" in told


def test_what_was_known_of_somebody_is_forgotten_at_once(happening: EventScene) -> None:
    office = happening.office
    with running_bot(office.slack, store=office.store):
        asked = office.slack.slash(office.owner, office.channel, "/nrr", "help")
        before = asked.wait_for_answer().text
        change_user(office.slack, office.owner, UserKind.GUEST).wait_for_ack()
        now = office.slack.workspace.user(office.owner.id)
        assert now is not None
        after = office.slack.slash(now, office.channel, "/nrr", "help").wait_for_answer().text

    assert "What you can ask" in before
    assert after.startswith("Guests of this workspace")


@pytest.mark.parametrize("kind", [UserKind.MEMBER, UserKind.ADMIN])
def test_a_change_that_takes_no_right_suspends_nothing(
    happening: EventScene, kind: UserKind
) -> None:
    office = happening.office
    subscription = office.subscribe()

    happening.after(lambda: change_user(office.slack, office.owner, kind))

    assert office.subscription(subscription.id).status.state is ACTIVE
    assert office.rows() == []


def test_of_somebody_who_owns_nothing_slack_is_asked_nothing(happening: EventScene) -> None:
    office = happening.office
    office.subscribe()
    kim = office.slack.workspace.add_user("kim")

    happening.after(lambda: change_user(office.slack, kim, UserKind.DEACTIVATED))

    assert [call.method for call in office.slack.calls] == ["auth.test"]


def test_who_leaves_the_group_that_was_granted_it_loses_the_digest(happening: EventScene) -> None:
    office, group_id = happening.office, grant_by_group(happening)
    subscription = office.subscribe()

    happening.after(lambda: remove_from_group(office.slack, group_id, [office.owner]))

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (SUSPENDED, "no_grant")


def test_a_group_that_is_disabled_takes_the_digests_of_all_who_were_in_it(
    happening: EventScene,
) -> None:
    office, group_id = happening.office, grant_by_group(happening)
    subscription = office.subscribe()

    happening.after(lambda: disable_group(office.slack, group_id))

    assert office.subscription(subscription.id).status.state is SUSPENDED


def test_a_change_that_does_not_say_who_left_is_looked_at_for_everybody(
    happening: EventScene,
) -> None:
    office, group_id = happening.office, grant_by_group(happening)
    subscription = office.subscribe()
    office.slack.workspace.put_group(group_id, ())

    happening.after(lambda: tell(office.slack, "subteam_members_changed", subteam_id=group_id))

    assert office.subscription(subscription.id).status.state is SUSPENDED


def test_a_group_that_was_granted_nothing_is_nothing_to_us(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()
    group_id = office.slack.workspace.add_group([office.owner])

    happening.after(lambda: disable_group(office.slack, group_id))

    assert office.subscription(subscription.id).status.state is ACTIVE
    assert [call.method for call in office.slack.calls] == ["auth.test"]


def test_what_slack_could_not_be_asked_about_the_sweep_finds(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()
    office.slack.faults.next("users.info", Fault.server_error(503))

    happening.after(lambda: change_user(office.slack, office.owner, UserKind.GUEST))
    before = office.subscription(subscription.id).status.state
    sweep(office).run()

    assert (before, office.subscription(subscription.id).status.state) == (ACTIVE, SUSPENDED)
