"""The table from Slack's answers to a post to verdicts on the message."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique

from bot.access.decisions import Reason
from bot.access.gate import UNSURE
from bot.errors import AccessDeniedError
from bot.slack.failures import SLACK_ERRORS, Failure, FailureKind, read_error

RATE_LIMITED = "ratelimited"
MISSING_SCOPE = "missing_scope"
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message"})
"""Slack's words for a message under which nothing can be said: it was taken back."""

_CONTENT = re.compile(r"invalid_blocks\w*|invalid_attachments|msg_too_long|msg_blocks_too_long")
_TARGET = re.compile(
    r"channel_not_found|not_in_channel|is_archived|restricted_action\w*"
    r"|user_not_found|user_not_visible|user_disabled|cannot_dm_bot"
)
_GLOBAL = re.compile(r"token_\w+|team_\w+|invalid_auth|not_authed|account_inactive|missing_scope")
# something broke on Slack's side, and part of the post may have been done
_OF_ITS_OWN = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}


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
    """The ruling on a post that was not a success, with one word of Slack's or ours."""

    ruling: Ruling
    code: str
    wait_seconds: int = 0
    is_surprise: bool = False  # Slack used a word that the table does not know

    @property
    def is_final(self) -> bool:
        """Whether asking again would not help until a person does something."""
        return self.ruling is Ruling.TARGET


def judge(failure: Failure) -> PostVerdict:
    """Judge a call that failed."""
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
    """Judge an error of a call; one that it should not raise is ambiguous."""
    return judge(read_error(error))


def judge_denial(error: AccessDeniedError) -> PostVerdict:
    """Judge a message that the gate did not let go to its recipient."""
    cause = error.__cause__
    if isinstance(cause, SLACK_ERRORS):
        return judge_error(cause)  # Slack could not be asked, which is no answer: it waits
    reason = error.args[0]
    if reason in UNSURE:
        return PostVerdict(ruling=Ruling.NOT_ACCEPTED, code="unknown")
    code = reason.name.lower() if isinstance(reason, Reason) else "not_in_channel"
    return PostVerdict(ruling=Ruling.TARGET, code=code)
