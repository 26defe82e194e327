"""What happens to people, groups, channels and the app, and the events that Slack sends of it.

Payloads are those of https://docs.slack.dev/reference/events. Slack sends an app only what its
manifest subscribes to.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from tests.slack.errors import ImpossibleActionError
from tests.slack.interactions import Interaction
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.workspace import MANIFEST, OTHER_TEAM_ID, TEAM_ID

OPTIONAL = frozenset(
    f"shared_channel_invite_{done}" for done in ("received", "accepted", "approved", "declined")
)
"""What an administrator may subscribe to beside that."""


@cache
def subscribed() -> frozenset[str]:
    """Return the events that the manifest asks for."""
    return frozenset(MANIFEST["settings"]["event_subscriptions"]["bot_events"])


def tell(slack: FakeSlack, kind: str, **event: Any) -> Interaction:  # noqa: ANN401 - any event
    """Send an event, if the app hears of such."""
    if kind not in subscribed() | OPTIONAL:
        raise ImpossibleActionError(f"the manifest does not subscribe to {kind}")
    return slack.send_event({"type": kind, **event, "event_ts": slack.workspace.next_ts()})


def change_user(slack: FakeSlack, user: User, kind: UserKind) -> Interaction:
    """Give somebody another standing."""
    changed = replace(user, kind=kind)
    slack.workspace.put_user(changed)
    return tell(slack, "user_change", user=changed.to_json(), cache_ts=int(slack.clock()))


def remove_from_group(
    slack: FakeSlack, group_id: str, gone: Iterable[User], *, left: Iterable[User] = ()
) -> Interaction:
    """Take people from a user group; ``left`` is who stays in it."""
    slack.workspace.put_group(group_id, left)
    removed = [user.id for user in gone]
    return tell(
        slack,
        "subteam_members_changed",
        subteam_id=group_id,
        team_id=TEAM_ID,
        date_previous_update=1_446_670_362,
        date_update=int(slack.clock()),
        added_users=[],
        added_users_count="0",
        removed_users=removed,
        removed_users_count=str(len(removed)),
    )


def disable_group(slack: FakeSlack, group_id: str) -> Interaction:
    """Disable a user group."""
    slack.workspace.put_group(group_id, ())
    return tell(
        slack,
        "subteam_updated",
        subteam={
            "id": group_id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "is_subteam": True,
            "name": "Finance",
            "handle": "finance",
            "is_external": False,
            "date_delete": int(slack.clock()),
            "users": [],
            "user_count": 0,
        },
    )


def share(slack: FakeSlack, channel: Channel) -> Interaction:
    """Let another company into a channel."""
    slack.workspace.put_channel(replace(channel, is_ext_shared=True, is_pending_ext_shared=False))
    return tell(slack, "channel_shared", connected_team_id=OTHER_TEAM_ID, channel=channel.id)


def unshare(slack: FakeSlack, channel: Channel) -> Interaction:
    """Let the other company go."""
    slack.workspace.put_channel(replace(channel, is_ext_shared=False))
    return tell(
        slack,
        "channel_unshared",
        previously_connected_team_id=OTHER_TEAM_ID,
        channel=channel.id,
        is_ext_shared=False,
    )


def invite_outsiders(
    slack: FakeSlack, channel: Channel, *, kind: str = "shared_channel_invite_accepted"
) -> Interaction:
    """Invite another company to a channel, which is not in it yet."""
    slack.workspace.put_channel(replace(channel, is_pending_ext_shared=True))
    return tell(
        slack,
        kind,
        invite={"id": "I028YDERZSQ", "date_created": 1_626_876_000, "date_invalid": 1_628_085_600},
        channel={
            "id": channel.id,
            "is_private": channel.kind is ChannelKind.PRIVATE,
            "is_im": False,
            "name": channel.name,
        },
        teams_in_channel=[],
    )


def archive(slack: FakeSlack, channel: Channel, *, by: User) -> Interaction:
    """Archive a channel."""
    slack.workspace.put_channel(replace(channel, is_archived=True))
    kind = _named(channel, "archive")
    return tell(slack, kind, channel=channel.id, user=by.id, is_moved=0)


def unarchive(slack: FakeSlack, channel: Channel, *, by: User) -> Interaction:
    """Take a channel out of the archive."""
    slack.workspace.put_channel(replace(channel, is_archived=False))
    return tell(slack, _named(channel, "unarchive"), channel=channel.id, user=by.id)


def rename(slack: FakeSlack, channel: Channel, name: str) -> Interaction:
    """Give a channel another name."""
    slack.workspace.put_channel(replace(channel, name=name))
    shown = {"id": channel.id, "name": name, "created": 1_360_782_804}
    return tell(slack, _named(channel, "rename"), channel=shown)


def remove_bot(slack: FakeSlack, channel: Channel, *, by: User) -> Interaction:
    """Remove the app from a channel."""
    slack.workspace.put_channel(replace(channel, bot_is_member=False))
    return tell(slack, _named(channel, "left"), channel=channel.id, actor_id=by.id)


def join(slack: FakeSlack, channel: Channel, user: User) -> Interaction:
    """Let somebody join a channel."""
    return tell(
        slack,
        "member_joined_channel",
        user=user.id,
        channel=channel.id,
        channel_type="C",
        team=user.team_id,
    )


def change_id(slack: FakeSlack, channel: Channel) -> tuple[Channel, Interaction]:
    """Begin to share a private channel: it gets another id, and keeps what was said in it."""
    shown = slack.workspace.add_channel(channel.name, kind=channel.kind, is_pending_ext_shared=True)
    for message in slack.workspace.messages(channel.id):
        slack.workspace.delete_message(message)
        slack.workspace.put_message(replace(message, channel=shown.id))
    slack.workspace.put_channel(replace(channel, bot_is_member=False))
    told = tell(slack, "channel_id_changed", old_channel_id=channel.id, new_channel_id=shown.id)
    return shown, told


def uninstall(slack: FakeSlack) -> Interaction:
    """Remove the app from the workspace."""
    slack.workspace.break_token(slack.bot_token, "account_inactive")
    return tell(slack, "app_uninstalled")


def revoke_tokens(slack: FakeSlack, *, of_bot: bool) -> Interaction:
    """Revoke the bot's token, or somebody's own."""
    if of_bot:
        slack.workspace.break_token(slack.bot_token, "token_revoked")
    revoked = {"bot": [slack.workspace.bot.id]} if of_bot else {"oauth": ["UXXXXXXXX"]}
    return tell(slack, "tokens_revoked", tokens=revoked)


def _named(channel: Channel, what: str) -> str:
    return f"{'group' if channel.kind is ChannelKind.PRIVATE else 'channel'}_{what}"
