"""A channel was shared, converted, renamed or archived, or the bot is not in it any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from bot.channels.rechecking import Rechecking
from bot.slack.event import EventHandler, EventModel, EventObject, Work, handler


class ChannelTold(EventModel):
    """Events that name a channel by its id, such as ``channel_shared`` and ``group_archive``.

    References
    ----------
    https://docs.slack.dev/reference/events/channel_shared
    https://docs.slack.dev/reference/events/channel_archive
    https://docs.slack.dev/reference/events/group_left
    """

    channel: str = Field(min_length=1)


class ChannelShown(EventModel):
    """Events with the channel itself, such as ``channel_rename`` and invitations to outsiders.

    References
    ----------
    https://docs.slack.dev/reference/events/channel_rename
    https://docs.slack.dev/reference/events/shared_channel_invite_accepted
    """

    channel: EventObject


class ChannelMoved(EventModel):
    """``channel_id_changed``; https://docs.slack.dev/reference/events/channel_id_changed."""

    old_channel_id: str = Field(min_length=1)
    new_channel_id: str = Field(min_length=1)


class MemberJoined(EventModel):
    """``member_joined_channel``; https://docs.slack.dev/reference/events/member_joined_channel."""

    channel: str = Field(min_length=1)
    team: str | None = None


TOLD = (
    *("channel_unshared", "channel_archive", "channel_unarchive", "channel_deleted"),
    *("channel_left", "group_archive", "group_unarchive", "group_deleted", "group_left"),
)
SHOWN = ("channel_rename", "group_rename")
INVITED = tuple(
    f"shared_channel_invite_{done}" for done in ("received", "accepted", "approved", "declined")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvents:
    """Asks Slack how a channel is now; only where that fails it counts what the event says."""

    rechecking: Rechecking
    team_id: str

    def handlers(self) -> Mapping[str, EventHandler]:
        """Return what hears of which event."""
        return {
            "channel_shared": handler(ChannelTold, self.shared),
            **dict.fromkeys(TOLD, handler(ChannelTold, self.told)),
            **dict.fromkeys((*SHOWN, *INVITED), handler(ChannelShown, self.shown)),
            "channel_id_changed": handler(ChannelMoved, self.moved),
            "member_joined_channel": handler(MemberJoined, self.joined),
        }

    def shared(self, event: ChannelTold) -> Work:
        """Look at a channel that another company has joined."""
        return partial(self.rechecking.in_channel, event.channel, is_said_to_be_shared=True)

    def told(self, event: ChannelTold) -> Work:
        """Look at a channel."""
        return partial(self.rechecking.in_channel, event.channel)

    def shown(self, event: ChannelShown) -> Work:
        """Look at a channel that was renamed, or to which outsiders were invited."""
        return partial(self.rechecking.in_channel, event.channel.id)

    def moved(self, event: ChannelMoved) -> Work:
        """Take over a channel's new id; it gets one when it is about to be shared."""
        return partial(self.rechecking.move, event.old_channel_id, event.new_channel_id)

    def joined(self, event: MemberJoined) -> Work | None:
        """Look at a channel that somebody of another workspace is in."""
        if event.team == self.team_id:
            return None
        return partial(self.rechecking.in_channel, event.channel)
