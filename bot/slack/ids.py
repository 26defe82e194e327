"""What Slack's ids stand for, told by how they begin, and how Slack shows whom they name."""

import re

_PEOPLE = ("U", "W")
_CHANNELS = ("C", "G")
_GROUPS = ("S",)
_USER_ID = re.compile(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{6,20}")


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
    """Return what Slack shows as the name of a person, a user group or a channel."""
    if is_person(slack_id):
        return f"<@{slack_id}>"
    return f"<!subteam^{slack_id}>" if is_group(slack_id) else f"<#{slack_id}>"
