"""Slack's events about channels, people and the installation: access is reviewed, sending stops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from bot.access.gate import Gate
from bot.channels.access_review import AccessReview
from bot.delivery.breaker import Breaker
from bot.slack.event import EventHandler, EventModel, EventObject, Work, handler


class ChannelIdEvent(EventModel):
    """Events that name a channel by its id, such as ``channel_shared`` and ``group_archive``.

    References
    ----------
    https://docs.slack.dev/reference/events/channel_shared
    https://docs.slack.dev/reference/events/channel_archive
    https://docs.slack.dev/reference/events/group_left
    """

    channel: str = Field(min_length=1)


class ChannelObjectEvent(EventModel):
    """Events with the channel itself, such as ``channel_rename`` and invitations to outsiders.

    References
    ----------
    https://docs.slack.dev/reference/events/channel_rename
    https://docs.slack.dev/reference/events/shared_channel_invite_accepted
    """

    channel: EventObject


class ChannelIdChanged(EventModel):
    """``channel_id_changed``; https://docs.slack.dev/reference/events/channel_id_changed."""

    old_channel_id: str = Field(min_length=1)
    new_channel_id: str = Field(min_length=1)


class MemberJoinedChannel(EventModel):
    """``member_joined_channel``; https://docs.slack.dev/reference/events/member_joined_channel."""

    channel: str = Field(min_length=1)
    team: str | None = None


class UserChange(EventModel):
    """``user_change``; https://docs.slack.dev/reference/events/user_change."""

    user: EventObject


class GroupMembersChanged(EventModel):
    """``subteam_members_changed``; without lists it is not known who came or went.

    References
    ----------
    https://docs.slack.dev/reference/events/subteam_members_changed
    """

    subteam_id: str = Field(min_length=1)
    added_users: list[str] | None = None
    removed_users: list[str] | None = None


class GroupUpdated(EventModel):
    """``subteam_updated``: renamed, disabled, or other members, of which some may be left out.

    References
    ----------
    https://docs.slack.dev/reference/events/subteam_updated
    """

    subteam: EventObject


class AppUninstalled(EventModel):
    """``app_uninstalled``; https://docs.slack.dev/reference/events/app_uninstalled."""


class RevokedTokens(EventModel):
    """The ids of the users whose tokens were revoked; those of bots stand apart."""

    bot: list[str] = Field(default_factory=list)


class TokensRevoked(EventModel):
    """``tokens_revoked``; https://docs.slack.dev/reference/events/tokens_revoked."""

    tokens: RevokedTokens


BY_ID = (
    *("channel_unshared", "channel_archive", "channel_unarchive", "channel_deleted"),
    *("channel_left", "group_archive", "group_unarchive", "group_deleted", "group_left"),
)
RENAMED = ("channel_rename", "group_rename")
INVITED = tuple(
    f"shared_channel_invite_{done}" for done in ("received", "accepted", "approved", "declined")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Reads each event, does at once what takes no time, and returns the review that is left."""

    gate: Gate
    review: AccessReview
    breaker: Breaker

    def handlers(self) -> Mapping[str, EventHandler]:
        """Map Slack's name of each event to what reads and handles it."""
        with_channel = handler(ChannelObjectEvent, self.renamed_or_invited)
        return {
            "channel_shared": handler(ChannelIdEvent, self.channel_shared),
            **dict.fromkeys(BY_ID, handler(ChannelIdEvent, self.channel_changed)),
            **dict.fromkeys((*RENAMED, *INVITED), with_channel),
            "channel_id_changed": handler(ChannelIdChanged, self.channel_id_changed),
            "member_joined_channel": handler(MemberJoinedChannel, self.member_joined),
            "user_change": handler(UserChange, self.user_changed),
            "subteam_members_changed": handler(GroupMembersChanged, self.members_changed),
            "subteam_updated": handler(GroupUpdated, self.group_updated),
            "app_uninstalled": handler(AppUninstalled, self.app_uninstalled),
            "tokens_revoked": handler(TokensRevoked, self.tokens_revoked),
        }

    def channel_shared(self, event: ChannelIdEvent) -> Work:
        """Review a channel that another company has joined."""
        # The event itself counts only where Slack does not say how the channel is now.
        return partial(self.review.in_channel, event.channel, is_said_to_be_shared=True)

    def channel_changed(self, event: ChannelIdEvent) -> Work:
        """Review a channel that was archived, deleted or unshared, or that the bot has left."""
        return partial(self.review.in_channel, event.channel)

    def renamed_or_invited(self, event: ChannelObjectEvent) -> Work:
        """Review a channel that was renamed, or to which outsiders were invited."""
        return partial(self.review.in_channel, event.channel.id)

    def channel_id_changed(self, event: ChannelIdChanged) -> Work:
        """Take over a channel's new id; it gets one when it is about to be shared."""
        return partial(self.review.move, event.old_channel_id, event.new_channel_id)

    def member_joined(self, event: MemberJoinedChannel) -> Work | None:
        """Review a channel that somebody of another workspace has joined."""
        if event.team == self.gate.workspace.team_id:
            return None
        return partial(self.review.in_channel, event.channel)

    def user_changed(self, event: UserChange) -> Work:
        """Review the digests of one person, who may be deactivated or a guest by now."""
        self.gate.forget(event.user.id)  # at once: the next question asks Slack who they are
        return partial(self.review.of_owners, {event.user.id})

    def members_changed(self, event: GroupMembersChanged) -> Work:
        """Review the digests of those who left a user group."""
        if event.added_users is None and event.removed_users is None:
            return self._group(event.subteam_id, self.review.subscriptions)
        left = set(event.removed_users or ())
        return self._group(event.subteam_id, partial(self.review.of_owners, left))

    def group_updated(self, event: GroupUpdated) -> Work:
        """Review every digest: Slack may leave out which members of the group changed."""
        return self._group(event.subteam.id, self.review.subscriptions)

    def app_uninstalled(self, _: AppUninstalled) -> Work:
        """Stop all sending, until Slack knows the bot again."""
        return partial(self.breaker.trip, "app_uninstalled")

    def tokens_revoked(self, event: TokensRevoked) -> Work | None:
        """Stop all sending, if it is the bot's own token; people's tokens are none of ours."""
        return partial(self.breaker.trip, "token_revoked") if event.tokens.bot else None

    def _group(self, group_id: str, review: Callable[[], None]) -> Work:
        self.gate.forget(group_id)

        def work() -> None:
            # Most groups of a workspace were never granted anything: nothing can have been lost.
            if any(grant.grantee_id == group_id for grant in self.gate.records.grants()):
                review()

        return work
