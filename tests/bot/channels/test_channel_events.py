from dataclasses import replace
from functools import partial

import pytest

from storage.access.grants import Approval, list_approvals, put_approval
from storage.alerts.rules import list_records, set_recipients
from storage.delivery.parcels import State
from storage.digests.subscriptions import list_in
from storage.tables.delivery import SubscriptionState
from tests.bot.channels.scene import EventScene, sweep
from tests.slack.faults import Fault
from tests.slack.happenings import (
    archive,
    change_id,
    invite_outsiders,
    join,
    remove_bot,
    rename,
    share,
    tell,
    unarchive,
    unshare,
)
from tests.slack.interactions import Interaction
from tests.slack.people import Channel, ChannelKind, UserKind

pytestmark = pytest.mark.slack

SUSPENDED, ACTIVE = SubscriptionState.SUSPENDED, SubscriptionState.ACTIVE


def test_a_channel_that_is_shared_suspends_its_digest_and_raises_one_alarm(
    happening: EventScene,
) -> None:
    office = happening.office
    subscription = office.subscribe()
    office.enqueue(subscription)
    office.settle_down()

    happening.after(
        lambda: share(office.slack, office.channel), lambda: share(office.slack, office.channel)
    )
    for _ in range(3):
        sweep(office).run()
    office.settle_down()

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (SUSPENDED, "shared_outside")
    [owner] = office.told()
    assert "is suspended: the channel is shared with another company" in owner
    [alarm] = office.told(happening.ada)
    assert f"<#{office.channel.id}> ({office.channel.id}) is shared with another company" in alarm
    assert "I have posted 1 message there." in alarm
    assert "%" not in owner + alarm
    [entry] = happening.entries("channel_shared", "channel_unshared")
    assert (entry.actor, entry.channel) == ("nrrbot", office.channel.id)


def test_the_administrators_channel_hears_of_it_too(happening: EventScene) -> None:
    office = happening.office
    alive = office.slack.workspace.add_channel("admins", kind=ChannelKind.PRIVATE)
    office.subscribe()

    happening = replace(happening, alive=alive)
    happening.after(lambda: share(office.slack, office.channel))
    office.settle_down()

    said = [message.text for message in office.shown(alive)]
    assert sum("I post no figures there any more" in one for one in said) == 1
    assert sum("The weekly digest" in one for one in said) == 1


def test_an_alarm_about_the_administrators_channel_itself_is_not_told_in_it(
    happening: EventScene,
) -> None:
    office = happening.office
    office.subscribe()

    happening = replace(happening, alive=office.channel)
    happening.after(lambda: share(office.slack, office.channel))
    office.settle_down()

    assert all("Delete my posts" not in message.text for message in office.shown())
    [_] = office.told(happening.ada)


def test_an_invitation_is_enough(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()

    happening.after(lambda: invite_outsiders(office.slack, office.channel))

    assert office.subscription(subscription.id).status.state is SUSPENDED
    [_] = happening.entries("channel_shared")


def test_who_joins_from_another_company_says_that_it_is_shared(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()
    stranger = office.slack.workspace.add_user("eve", UserKind.EXTERNAL)
    office.slack.workspace.put_channel(replace(office.channel, is_ext_shared=True))

    happening.after(lambda: join(office.slack, office.channel, stranger))

    assert office.subscription(subscription.id).status.state is SUSPENDED


def test_of_a_colleague_who_joins_slack_is_asked_nothing(happening: EventScene) -> None:
    office = happening.office
    office.subscribe()

    happening.after(lambda: join(office.slack, office.channel, happening.ada))

    assert [call.method for call in office.slack.calls] == ["auth.test"]


def test_where_slack_does_not_answer_the_event_itself_is_believed(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()
    office.slack.faults.always("conversations.info", Fault.server_error(503))

    happening.after(lambda: share(office.slack, office.channel))

    [_] = happening.entries("channel_shared")
    assert (
        office.subscription(subscription.id).status.state is ACTIVE
    )  # a post asks again, and waits


def test_a_channel_shared_within_the_company_alarms_nobody(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()
    office.slack.workspace.put_channel(replace(office.channel, is_org_shared=True))

    happening.after(
        lambda: tell(
            office.slack, "channel_shared", connected_team_id="T9", channel=office.channel.id
        )
    )

    assert office.subscription(subscription.id).status.state is ACTIVE
    assert office.rows() == []


def test_one_that_is_shared_again_alarms_again(happening: EventScene) -> None:
    office = happening.office
    office.subscribe()

    for happen in (share, unshare, share):
        happening.after(partial(happen, office.slack, office.channel))
    office.settle_down()

    assert len(office.told(happening.ada)) == 2
    said = [entry.action for entry in happening.entries("channel_shared", "channel_unshared")]
    assert said == ["channel_shared", "channel_unshared", "channel_shared"]


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.PUBLIC])
def test_an_archived_channel_suspends_its_digest_and_unarchiving_does_not_resume_it(
    happening: EventScene, kind: ChannelKind
) -> None:
    office = happening.office
    office.slack.workspace.put_channel(channel := replace(office.channel, kind=kind))
    subscription = office.subscribe()
    if kind is ChannelKind.PUBLIC:
        with office.store.write(ledger=False) as session:
            approval = Approval(channel_id=channel.id, scope=())
            put_approval(session, approval, by="U0", now=office.now())

    happening.after(lambda: archive(office.slack, channel, by=office.owner))
    archived = office.subscription(subscription.id)
    happening.after(lambda: unarchive(office.slack, channel, by=office.owner))

    assert (archived.status.state, archived.status.reason) == (SUSPENDED, "archived")
    assert office.subscription(subscription.id).status.state is SUSPENDED


def test_a_channel_that_the_bot_is_removed_from_suspends_its_digest(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()

    happening.after(lambda: remove_bot(office.slack, office.channel, by=office.owner))

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (SUSPENDED, "channel_not_found")


def test_a_private_channel_made_public_is_looked_at_as_soon_as_anything_is_told_of_it(
    happening: EventScene,
) -> None:
    office = happening.office
    subscription = office.subscribe()
    public = replace(office.channel, kind=ChannelKind.PUBLIC)

    happening.after(lambda: rename(office.slack, public, "revenue"))

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (SUSPENDED, "not_approved")


def test_another_name_alone_changes_nothing(happening: EventScene) -> None:
    office = happening.office
    subscription = office.subscribe()

    happening.after(lambda: rename(office.slack, office.channel, "revenue"))

    assert office.subscription(subscription.id).status.state is ACTIVE
    assert office.rows() == []


def test_a_channel_that_we_do_not_know_is_nothing_to_us(happening: EventScene) -> None:
    office = happening.office
    office.subscribe()
    other = office.slack.workspace.add_channel("other")

    happening.after(
        lambda: share(office.slack, other),
        lambda: archive(office.slack, other, by=office.owner),
        lambda: change_id(office.slack, other)[1],
    )

    assert [call.method for call in office.slack.calls] == ["auth.test"]
    assert happening.entries("channel_shared", "channel_moved", "suspend") == []


def test_with_a_new_id_go_the_digest_the_approvals_and_who_hears_of_alerts(
    happening: EventScene,
) -> None:
    office, old = happening.office, happening.office.channel.id
    subscription = office.subscribe()
    sent = office.enqueue(subscription)
    office.settle_down()
    waiting = office.enqueue(subscription)
    with office.store.write(ledger=False) as session:
        put_approval(session, Approval(channel_id=old, scope=()), by="U0", now=office.now())
        rule_id = list_records(session)[0].rule.rule_id
        set_recipients(session, rule_id, (office.owner.id, old), now=office.now())

    moved_to: list[Channel] = []

    def move() -> Interaction:
        shown, told = change_id(office.slack, office.channel)
        moved_to.append(shown)
        return told

    happening.after(move)

    [shown] = moved_to
    with office.store.read() as session:
        [moved] = list_in(session, shown.id)
        assert list_in(session, old) == []
        assert [each.channel_id for each in list_approvals(session)] == [shown.id]
        assert list_records(session)[0].recipients == (office.owner.id, shown.id)
    assert moved.id == subscription.id
    assert (moved.status.state, moved.status.reason) == (SUSPENDED, "shared_outside")
    assert office.row(sent).slack_channel_id == shown.id
    assert office.state(waiting) is State.SUSPENDED
    [entry] = happening.entries("channel_moved")
    assert (entry.channel, entry.reason) == (shown.id, old)
    [alarm] = happening.entries("channel_shared")
    assert alarm.channel == shown.id
