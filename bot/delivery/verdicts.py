"""What Slack's answer to a post means for the message: the table, and nothing but the table."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique

from bot.access.decisions import Reason
from bot.errors import AccessDeniedError
from bot.slack.failures import SLACK_ERRORS, Failure, FailureKind, read_error

RATE_LIMITED = "ratelimited"
MISSING_SCOPE = "missing_scope"
_CONTENT = re.compile(r"invalid_blocks\w*|invalid_attachments|msg_too_long|msg_blocks_too_long")
_TARGET = re.compile(
    r"channel_not_found|not_in_channel|is_archived|restricted_action\w*"
    r"|user_not_found|user_not_visible|user_disabled|cannot_dm_bot"
)
_GLOBAL = re.compile(r"token_\w+|team_\w+|invalid_auth|not_authed|account_inactive|missing_scope")
_OF_ITS_OWN = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""What Slack says when something broke on its side, and part of it may have been done."""
_UNSURE = {Reason.UNKNOWN_PERSON, Reason.UNKNOWN_CHANNEL}


@unique
class Ruling(StrEnum):
    """The classes of answers that are not a yes."""

    NOT_ACCEPTED = "not_accepted"
    RATE_LIMITED = "rate_limited"
    AMBIGUOUS = "ambiguous"
    CONTENT = "content"
    TARGET = "target"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostVerdict:
    """What an answer means.

    Attributes
    ----------
    code : str
        One word of Slack's or ours.
    wait_seconds : int
        How long Slack wants us to wait.
    is_surprise : bool
        Whether Slack used a word that the table does not know.
    """

    ruling: Ruling
    code: str
    wait_seconds: int = 0
    is_surprise: bool = False


def judge(failure: Failure) -> PostVerdict:
    """Return the verdict on a call that did not work out."""
    if failure.kind is FailureKind.RATE_LIMITED:
        return PostVerdict(
            ruling=Ruling.RATE_LIMITED, code=RATE_LIMITED, wait_seconds=failure.wait_seconds
        )
    if not failure.has_arrived:
        return PostVerdict(ruling=Ruling.NOT_ACCEPTED, code="unreachable")
    if failure.kind is FailureKind.UNCLEAR or not failure.code:
        return PostVerdict(ruling=Ruling.AMBIGUOUS, code=failure.code or "unclear")
    return _judge_word(failure.code)


def _judge_word(code: str) -> PostVerdict:
    tables = {Ruling.CONTENT: _CONTENT, Ruling.TARGET: _TARGET, Ruling.GLOBAL: _GLOBAL}
    for ruling, words in tables.items():
        if words.fullmatch(code):
            return PostVerdict(ruling=ruling, code=code)
    return PostVerdict(ruling=Ruling.AMBIGUOUS, code=code, is_surprise=code not in _OF_ITS_OWN)


def judge_error(error: Exception) -> PostVerdict:
    """Return the verdict on what a call raised; of what it should not raise, that it is unclear."""
    return judge(read_error(error))


def judge_denial(error: AccessDeniedError) -> PostVerdict:
    """Return the verdict on a message that may not be sent where it was to go.

    Slack that could not be asked is no answer: the message waits.
    """
    cause = error.__cause__
    if isinstance(cause, SLACK_ERRORS):
        return judge_error(cause)
    reason = error.args[0]
    if reason in _UNSURE:
        return PostVerdict(ruling=Ruling.NOT_ACCEPTED, code="unknown")
    code = reason.name.lower() if isinstance(reason, Reason) else "not_in_channel"
    return PostVerdict(ruling=Ruling.TARGET, code=code)
