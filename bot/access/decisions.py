"""Values of an access decision: the person, the action, the figures, the place, and the verdict."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Self

from bot.slack.ids import Workspace
from metrics.errors import UnknownTimeZoneError
from metrics.rollup import Scope
from metrics.schedules import read_zone
from storage.access.grants import Grant

LISTS_YOURS = "`/nrr access` lists what you may see"


@unique
class Reason(StrEnum):
    """Reasons of a refusal; the value is the sentence that the person is told."""

    OTHER_WORKSPACE = "figures are only for members of the workspace that this bot belongs to"
    DEACTIVATED = "this account is deactivated, so it may not see figures"
    BOT = "figures are for people: a bot may not see them"
    GUEST = "guests of this workspace may not see figures"
    UNKNOWN_PERSON = "I could not check with Slack who you are: try again in a moment"
    NO_GRANT = "you may not see figures yet: ask an administrator of this bot to give you access"
    NO_ROLE = "your role does not include that: ask an administrator of this bot for another"
    OUT_OF_SCOPE = f"you may not see those figures: {LISTS_YOURS}"
    NO_DETAIL = (
        "that could tell of fewer than five accounts: an administrator of this bot lets you see"
        " them with `/nrr access grant @user analyst company with accounts`"
    )
    NO_DAYS = "days take access with account detail, which an administrator of this bot gives"
    NO_PAST_MOMENT = (
        "what was known at a past moment takes access with account detail, which an administrator"
        " of this bot gives: ask without --as-of"
    )
    NO_TODAYS_GROUPS = (
        "groups of today take access with account detail, which an administrator of this bot"
        " gives: leave basis current out"
    )
    NO_NAMES = (
        "that could tell of fewer than five accounts, which this channel may not see: an"
        " administrator adds it to NRRBOT_NAMES_IN_CHANNELS"
    )
    SHARED_OUTSIDE = (
        "this channel is shared with another company, or about to be: figures stay inside"
    )
    ARCHIVED = "this channel is archived: nothing can be posted in it"
    NO_CHANNEL = "this is a direct message: ask in a channel, and share there"
    UNKNOWN_CHANNEL = "I could not check with Slack who reads this channel: try again in a moment"
    NOT_APPROVED = (
        "this channel is public: an administrator of this bot first approves it for these figures"
        " with `/nrr access approve`"
    )
    WRONG_PLACE = "that cannot be done here"
    LAST_ADMINISTRATOR = "nobody could manage access then: make somebody else administrator first"


@dataclass(frozen=True, slots=True)
class Allow:
    """Access is granted."""


@dataclass(frozen=True, slots=True)
class Deny:
    """Access is refused for a reason."""

    reason: Reason


Decision = Allow | Deny


@unique
class Action(StrEnum):
    """Actions that need access; the value is the audit's word."""

    ASK = "ask"
    OWN_ALERT = "alert_rule"
    SHARE = "share"
    SUBSCRIBE = "subscribe"
    EXPORT = "export"
    IMPORT = "import"
    RULES = "rules"
    GOALS = "goals"
    GRANTS = "grants"
    AUDIT = "audit"
    DATA = "data"


@unique
class Place(StrEnum):
    """Kinds of places where figures are shown; each has its own recipients."""

    EPHEMERAL = "ephemeral"
    DIRECT_MESSAGE = "direct message"
    HOME = "home"
    EXPORT = "export"
    COMMAND_LINE = "command line"
    PRIVATE_CHANNEL = "private channel"
    PUBLIC_CHANNEL = "public channel"
    EXTERNAL_CHANNEL = "external channel"
    ARCHIVED_CHANNEL = "archived channel"
    UNKNOWN_CHANNEL = "unknown channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A place, and the settings of administrators for it.

    Attributes
    ----------
    approved : tuple of Scope
        Scopes that may be posted there; it counts for public channels alone.
    names_shown : bool
        Whether single accounts may be seen there; it counts for channels alone.
    """

    place: Place
    channel_id: str | None = None
    approved: tuple[Scope, ...] = ()
    names_shown: bool = False

    @classmethod
    def of_channel(
        cls,
        channel: Mapping[str, Any],
        *,
        approved: tuple[Scope, ...] = (),
        names_shown: bool = False,
    ) -> Self:
        """Read the ``channel`` object of ``conversations.info``."""
        return cls(
            place=_place(channel),
            channel_id=str(channel.get("id", "")),
            approved=approved,
            names_shown=names_shown,
        )


EPHEMERAL = Surface(place=Place.EPHEMERAL)
DIRECT_MESSAGE = Surface(place=Place.DIRECT_MESSAGE)
COMMAND_LINE = Surface(place=Place.COMMAND_LINE)


def _place(channel: Mapping[str, Any]) -> Place:
    # `is True` and `is not False`: a field that Slack leaves out counts against the channel
    if channel.get("is_im") is True:
        return Place.DIRECT_MESSAGE
    if channel.get("is_archived") is True:
        return Place.ARCHIVED_CHANNEL
    invited = channel.get("is_pending_ext_shared") or channel.get("pending_connected_team_ids")
    if channel.get("is_ext_shared") is True or invited:  # shared within a Grid is inside
        return Place.EXTERNAL_CHANNEL
    if channel.get("is_archived") is not False or channel.get("is_ext_shared") is not False:
        return Place.UNKNOWN_CHANNEL
    kinds = {True: Place.PRIVATE_CHANNEL, False: Place.PUBLIC_CHANNEL}
    return kinds.get(channel.get("is_private", ""), Place.UNKNOWN_CHANNEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The figures that an action shows.

    Attributes
    ----------
    scope : Scope
        All pairs of which the accounts have; empty is the company.
    account_detail : bool
        Whether single accounts, or fewer than five together, are shown.
    """

    scope: Scope = ()
    account_detail: bool = False


COMPANY = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as ``users.info`` shows them; a field that it leaves out counts against them.

    Attributes
    ----------
    barred : Reason, optional
        The reason why a user of this kind may be granted nothing; None for a full member.
    is_stranger : bool
        Whether they belong to another company, and are here through a shared channel.
    time_zone : str, optional
        The time zone that their Slack goes by, where it is a known one.
    """

    user_id: str
    team_id: str
    enterprise_id: str | None
    barred: Reason | None
    is_stranger: bool
    time_zone: str | None = None

    @classmethod
    def from_slack(cls, user: Mapping[str, Any]) -> Self:
        """Read the ``user`` object."""
        return cls(
            user_id=str(user.get("id", "")),
            team_id=str(user.get("team_id", "")),
            # null outside an Enterprise Grid
            enterprise_id=(user.get("enterprise_user") or {}).get("enterprise_id"),
            barred=_bar(user),
            # Slack sends it of other companies' people alone: its lack says nothing
            is_stranger=user.get("is_stranger", False) is not False,
            time_zone=_zone(user),
        )

    def belongs_to(self, workspace: Workspace) -> bool:
        """Tell whether the user is of a workspace, or of its Enterprise Grid."""
        same_grid = (
            workspace.enterprise_id is not None and self.enterprise_id == workspace.enterprise_id
        )
        return not self.is_stranger and (self.team_id == workspace.team_id or same_grid)


def _zone(user: Mapping[str, Any]) -> str | None:
    with suppress(UnknownTimeZoneError):
        return read_zone(str(user.get("tz", ""))).key
    return None


def _bar(user: Mapping[str, Any]) -> Reason | None:
    if user.get("deleted") is not False:
        return Reason.DEACTIVATED
    if user.get("is_bot") is not False:
        return Reason.BOT
    is_full = user.get("is_restricted") is False and user.get("is_ultra_restricted") is False
    return None if is_full else Reason.GUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person with their grants, as decisions need them.

    Attributes
    ----------
    is_ours : bool
        Whether they are of the workspace that the bot belongs to.
    grants : tuple of Grant
        Their own, and those of every user group that they are in.
    groups_known : bool
        Whether Slack listed those groups; if not there may be more grants.
    """

    person: Person
    is_ours: bool
    grants: tuple[Grant, ...] = ()
    groups_known: bool = True

    @property
    def user_id(self) -> str:
        """The user's id."""
        return self.person.user_id
