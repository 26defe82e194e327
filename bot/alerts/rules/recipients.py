"""Recipients of an alert as people type them: ``to @maya, #revenue, owners``, ``to me``."""

import re
from collections.abc import Iterator

from bot.errors import UsageError
from bot.questions.echo import echoed
from bot.questions.parsing import CANONICAL_LENGTH
from bot.questions.words import normalise
from storage.alerts.rules import OWNERS

ME = "me"
"""Stands among recipients for whoever typed it."""

MOST_RECIPIENTS = 20  # each one costs a call of Slack and a message

_RECIPIENT = (
    r"<[@\#][^>]*>|[@\#][^\s,;]+|me\b|myself\b|(?:the\ )?(?:account\ )?owners?\b"
    # An id typed bare needs a figure, in capitals: else any word like COMPANY would be one.
    r"|(?-i:[UWCG](?=[A-Z]*[0-9])[A-Z0-9]{2,}\b)"
)
RECIPIENTS = rf"(?:{_RECIPIENT})(?:(?:\ ?[,;+&]\ ?|\ and\ |\ )(?:{_RECIPIENT}))*"
"""A list of people and channels, to be read whatever the case and with spaces escaped."""

_READING = re.VERBOSE | re.IGNORECASE
_LIST = re.compile(RECIPIENTS, _READING)
_ONE = re.compile(
    rf"<[@\#](?P<id>(?-i:[UWCG][A-Z0-9]+))(?:\|[^>]*)?>|(?P<other>{_RECIPIENT})", _READING
)
_ID = re.compile(r"[UWCG][A-Z0-9]+")


def read_recipient(text: str) -> str:
    """Read a user id, a channel id or `OWNERS`, typed at the command line."""
    word = text.strip()
    if word.casefold() == OWNERS or _ID.fullmatch(word):
        return word.casefold() if word.casefold() == OWNERS else word
    raise UsageError(
        f"{echoed(text)} is nobody that I can tell: give a Slack user id (U...), a channel id"
        f" (C...) or {OWNERS}"
    )


def read_recipients(text: str) -> tuple[str, ...]:
    """Read the recipients of words such as ``<@U1|maya>, <#C1> and owners``.

    Raises
    ------
    UsageError
        If a name does not say for certain whose it is.
    """
    plain = normalise(text, max_length=CANONICAL_LENGTH)
    if _LIST.fullmatch(plain) is None:
        raise unknown_recipient(text)
    return checked_recipients(tuple(dict.fromkeys(recipients_in(plain))))


def checked_recipients(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse more recipients than twenty."""
    if len(recipients) > MOST_RECIPIENTS:
        raise UsageError(f"an alert goes to {MOST_RECIPIENTS} at most: name a channel instead")
    return recipients


def recipients_in(text: str) -> Iterator[str]:
    """Yield the recipients in a text of `RECIPIENTS`: ids, `ME` and `OWNERS`."""
    for found in _ONE.finditer(text):
        other = (found["other"] or "").casefold()
        if found["id"]:
            yield found["id"]
        elif other.endswith(("owner", "owners")):
            yield OWNERS
        elif other in {ME, "myself"}:
            yield ME
        elif _ID.fullmatch(found["other"]):
            yield found["other"]
        else:
            raise unknown_recipient(found["other"])


def unknown_recipient(text: str) -> UsageError:
    """Return the refusal of a recipient that names nobody for certain."""
    if text[:1] in "@#<" and text:
        return UsageError(
            f"I only see the name {echoed(text)}, which could be anybody's: pick people and"
            " channels from the list that Slack shows while you type"
        )
    other = f": {echoed(text)} is none of them" if text.strip() else ""
    return UsageError(f"after `to` I read @people, #channels, me and owners{other}")
