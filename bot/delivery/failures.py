"""Reading Slack's refusals: what happened, and whether it may have been said all the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto, unique
from http import HTTPStatus
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError

SLACK_ERRORS = (SlackClientError, HTTPException, OSError)
"""Everything that a call of Slack raises when it does not work out."""

DEFAULT_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600
SHORT_WAIT_SECONDS = 10
"""What we wait for ourselves; beyond it the person is told to come back."""

CONTENT_CODES = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"}
)
UNCLEAR_CODES = frozenset({"internal_error", "fatal_error", "service_unavailable"})


class RefusedError(DeliveryError):
    """Slack did not take a message, and said so: it may be sent again."""


class UnclearError(DeliveryError):
    """Slack may or may not have taken a message: it must not be sent again."""

    def __init__(self) -> None:
        super().__init__(
            "Slack did not say whether it took the message:"
            " look in the channel before you share again"
        )


class UnansweredError(DeliveryError):
    """The person who asked could not be told; there is nobody left to tell but the log."""

    def __init__(self) -> None:
        super().__init__("the person who asked could not be answered")


@unique
class FailureKind(Enum):
    """What a failure means for what to do next."""

    UNCLEAR = auto()
    RATE_LIMITED = auto()
    CONTENT = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One call that did not work out; ``code`` is Slack's word for it, where it had one."""

    kind: FailureKind
    code: str = ""
    wait_seconds: int = 0

    @property
    def is_short_wait(self) -> bool:
        """Tell whether Slack only wants a moment before the same again."""
        return self.kind is FailureKind.RATE_LIMITED and self.wait_seconds <= SHORT_WAIT_SECONDS


def read_error(error: Exception) -> Failure:
    """Return what one of `SLACK_ERRORS` means."""
    if isinstance(error, SlackApiError):
        response = error.response
        return read_response(response.status_code, response.get("error", ""), response.headers)
    never_arrived = isinstance(error, URLError) and isinstance(
        error.reason, ConnectionRefusedError | gaierror
    )
    return Failure(kind=FailureKind.REFUSED if never_arrived else FailureKind.UNCLEAR)


def read_response(status: int, code: str, headers: Mapping[str, Any]) -> Failure:
    """Return what an answer of Slack's means that is not a yes.

    Slack says of its own internal errors that some of what was asked may have been done, and what
    is not one of its words comes from a machine in between.
    """
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
        return Failure(
            kind=FailureKind.RATE_LIMITED, code=code, wait_seconds=read_wait_seconds(headers)
        )
    is_word = re.fullmatch(r"[a-z][a-z0-9_]*", code) is not None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in UNCLEAR_CODES or not is_word:
        return Failure(kind=FailureKind.UNCLEAR, code=code if is_word else "")
    kind = FailureKind.CONTENT if code in CONTENT_CODES else FailureKind.REFUSED
    return Failure(kind=kind, code=code)


def read_wait_seconds(headers: Mapping[str, Any]) -> int:
    """Return how long ``Retry-After`` says to wait: 30 s when it is junk, at most an hour."""
    said = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    if not re.fullmatch(r"[0-9]{1,9}", str(said)):
        return DEFAULT_WAIT_SECONDS
    return min(int(said), LONGEST_WAIT_SECONDS)
