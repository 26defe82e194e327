"""Slack's ids: the kind that each begins with, how one is mentioned, and those of the workspace."""

import re
from dataclasses import dataclass

_PEOPLE = ("U", "W")
_CHANNELS = ("C", "G")
_GROUPS = ("S",)
_USER_ID = re.compile(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{6,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The workspace that the bot's token belongs to, and the bot's own name and ids there.

    Attributes
    ----------
    bot_id, user_id : str
        As an app that posts, and as a member of channels.
    """

    team_id: str
    enterprise_id: str | None = None
    bot_name: str = "nrr"
    bot_id: str = ""
    user_id: str = ""


def is_person(slack_id: str) -> bool:
    """Tell whether an id is a user's."""
    return slack_id.startswith(_PEOPLE)


def is_channel(slack_id: str) -> bool:
    """Tell whether an id is a channel's; direct messages are none."""
    return slack_id.startswith(_CHANNELS)


def is_direct_message(slack_id: str) -> bool:
    """Tell whether an id is a conversation's of one person and the bot."""
    return slack_id.startswith("D")


def is_group(slack_id: str) -> bool:
    """Tell whether an id is a user group's."""
    return slack_id.startswith(_GROUPS)


def looks_like_user(text: str) -> bool:
    """Tell whether a word of a ledger is a user's id; a name in capitals has no digit.

    Examples
    --------
    >>> looks_like_user("U012AB3CD"), looks_like_user("WALTER")
    (True, False)
    """
    return _USER_ID.fullmatch(text) is not None


def mention(slack_id: str) -> str:
    """Write an id so that Slack shows the name of its person, user group or channel."""
    if is_person(slack_id):
        return f"<@{slack_id}>"
    return f"<!subteam^{slack_id}>" if is_group(slack_id) else f"<#{slack_id}>"
