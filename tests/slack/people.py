"""Who and what is in a workspace: users, channels and tokens, as values."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any


@unique
class UserKind(StrEnum):
    """What Slack knows of a person's standing; the bot has to ask for it."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"
    EXTERNAL = "external, seen through a shared channel"
    STRANGER = "external, no channel in common"


GUESTS = frozenset({UserKind.GUEST, UserKind.SINGLE_CHANNEL_GUEST})
OUTSIDERS = frozenset({UserKind.EXTERNAL, UserKind.STRANGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a bot; ``team_id`` is another team's for an outsider."""

    id: str
    name: str
    kind: UserKind
    team_id: str
    tz: str = "Europe/London"

    @property
    def email(self) -> str:
        """The address that they signed up with."""
        return f"{self.name}@example.com"

    def to_json(self) -> dict[str, Any]:
        """Return the user as ``users.info`` does; a deactivated one has no standing at all."""
        known: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.kind is UserKind.DEACTIVATED,
            "is_bot": self.kind is UserKind.BOT,
            "is_app_user": False,
            "updated": 1_700_000_000,
            "profile": {
                "real_name": self.name.title(),
                "display_name": self.name,
                "team": self.team_id,
            },
        }
        if self.kind is UserKind.DEACTIVATED:
            return known
        if self.kind in OUTSIDERS:
            known["is_stranger"] = self.kind is UserKind.STRANGER
        return known | {
            "real_name": self.name.title(),
            "tz": self.tz,
            "is_admin": self.kind in {UserKind.ADMIN, UserKind.OWNER},
            "is_owner": self.kind is UserKind.OWNER,
            "is_primary_owner": False,
            "is_restricted": self.kind in GUESTS,
            "is_ultra_restricted": self.kind is UserKind.SINGLE_CHANNEL_GUEST,
        }


@unique
class ChannelKind(StrEnum):
    """The kinds that need scopes of their own; the value is the scope's first half."""

    PUBLIC = "channels"
    PRIVATE = "groups"
    DM = "im"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation; ``members`` are user ids, or None for everybody it is meant for.

    The name of a direct conversation is the other user's id.
    """

    id: str
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    members: frozenset[str] | None = None
    bot_is_member: bool = True
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    pending_connected_team_ids: tuple[str, ...] = ()

    @property
    def is_visible_to_bot(self) -> bool:
        """Public channels are visible to every member, the bot included."""
        return self.bot_is_member or self.kind is ChannelKind.PUBLIC

    @property
    def name_in_commands(self) -> str:
        """What a slash command says instead of a private channel's name."""
        names = {ChannelKind.PRIVATE: "privategroup", ChannelKind.DM: "directmessage"}
        return names.get(self.kind, self.name)

    def to_json(self, *, created: int = 1_700_000_000) -> dict[str, Any]:
        """Return the channel as ``conversations.info`` does."""
        shared: dict[str, Any] = {
            "id": self.id,
            "created": created,
            "is_archived": self.is_archived,
            "is_org_shared": self.is_org_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_shared": self.is_ext_shared or self.is_org_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "pending_connected_team_ids": list(self.pending_connected_team_ids),
            "is_private": self.kind is not ChannelKind.PUBLIC,
            "is_im": self.kind is ChannelKind.DM,
            "is_mpim": False,
        }
        if self.kind is ChannelKind.DM:
            return shared | {"user": self.name}
        return shared | {
            "name": self.name,
            "is_channel": self.kind is ChannelKind.PUBLIC,
            "is_group": self.kind is ChannelKind.PRIVATE,
            "is_member": self.bot_is_member,
            "is_general": False,
        }


@unique
class TokenKind(StrEnum):
    """What a token may open; the value is how it begins."""

    BOT = "xoxb"
    APP = "xapp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token and its scopes; ``error`` is what every call gets once it has gone bad."""

    value: str
    kind: TokenKind
    scopes: frozenset[str]
    error: str | None = None
