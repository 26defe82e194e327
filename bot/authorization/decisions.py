"""The decisions, pure: from what Slack says of a person or a channel to yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Self

from bot.config import MEMBERS


@unique
class Reason(StrEnum):
    """Why not; the value is what the person is told."""

    OTHER_WORKSPACE = "figures are only for members of the workspace that this bot belongs to"
    DEACTIVATED = "this account is deactivated, so it may not see figures"
    BOT = "figures are for people: a bot may not see them"
    GUEST = "guests of this workspace may not see figures"
    UNKNOWN_PERSON = "I could not check with Slack who you are: try again in a moment"
    NOBODY_YET = (
        "nobody may see figures yet: an administrator sets NRRBOT_ALLOWED_USERS to Slack user ids,"
        " or to `members`"
    )
    NOT_LISTED = "you are not on the list of people who may see figures: ask your administrator"
    SHARED_OUTSIDE = (
        "this channel is shared with another company, or about to be: figures stay inside"
    )
    ARCHIVED = "this channel is archived: nothing can be posted in it"
    NO_CHANNEL = "this is a direct message: ask in a channel, and share there"
    UNKNOWN_CHANNEL = "I could not check with Slack who reads this channel: try again in a moment"


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The workspace that the bot's token belongs to, and who the bot is there."""

    team_id: str
    enterprise_id: str | None = None
    bot_name: str = "nrr"
    bot_id: str = ""


@dataclass(frozen=True, slots=True)
class AllowedUsers:
    """The setting NRRBOT_ALLOWED_USERS: user ids, or `members`, or nobody."""

    listed: frozenset[str]

    def include(self, user_id: str) -> bool:
        """Tell whether the setting lets this user ask."""
        return MEMBERS in self.listed or user_id in self.listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What ``users.info`` says of somebody's standing; what it leaves out counts against them."""

    user_id: str
    team_id: str
    enterprise_id: str | None
    is_deleted: bool
    is_bot: bool
    is_guest: bool
    is_stranger: bool

    @classmethod
    def from_slack(cls, user: Mapping[str, Any]) -> Self:
        """Read the ``user`` object."""
        return cls(
            user_id=str(user.get("id", "")),
            team_id=str(user.get("team_id", "")),
            enterprise_id=(user.get("enterprise_user") or {}).get("enterprise_id"),
            is_deleted=user.get("deleted") is not False,
            is_bot=user.get("is_bot") is not False,
            is_guest=not (
                user.get("is_restricted") is False and user.get("is_ultra_restricted") is False
            ),
            is_stranger=user.get("is_stranger", False) is not False,
        )

    def belongs_to(self, workspace: Workspace) -> bool:
        """Tell whether it is one of ours: of the workspace, or of its Enterprise Grid."""
        same_grid = (
            workspace.enterprise_id is not None and self.enterprise_id == workspace.enterprise_id
        )
        return not self.is_stranger and (self.team_id == workspace.team_id or same_grid)


def decide(person: Person, *, allowed: AllowedUsers, workspace: Workspace) -> Allow | Deny:
    """Say whether a person may see figures.

    The standing comes first: no setting lets in an outsider, a guest, a bot or an account that is
    deactivated.
    """
    if not person.belongs_to(workspace):
        return Deny(Reason.OTHER_WORKSPACE)
    if person.is_deleted:
        return Deny(Reason.DEACTIVATED)
    if person.is_bot:
        return Deny(Reason.BOT)
    if person.is_guest:
        return Deny(Reason.GUEST)
    if allowed.include(person.user_id):
        return Allow()
    return Deny(Reason.NOT_LISTED if allowed.listed else Reason.NOBODY_YET)


def decide_channel(channel: Mapping[str, Any]) -> Allow | Deny:
    """Say whether figures may be posted where ``conversations.info`` says this.

    A channel shared within an Enterprise Grid is inside; one that another company reads, or has
    been invited to, is not.
    """
    if channel.get("is_archived") is not False:
        return Deny(Reason.ARCHIVED if channel.get("is_archived") else Reason.UNKNOWN_CHANNEL)
    if channel.get("is_ext_shared") is not False:
        return Deny(
            Reason.SHARED_OUTSIDE if channel.get("is_ext_shared") else Reason.UNKNOWN_CHANNEL
        )
    if channel.get("is_pending_ext_shared") or channel.get("pending_connected_team_ids"):
        return Deny(Reason.SHARED_OUTSIDE)
    return Allow()
