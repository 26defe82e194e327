"""Reads Slack's refusals: what failed, and whether the message may be there all the same."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto, unique
from http import HTTPStatus
from http.client import HTTPException
from socket import gaierror
from typing import Any, TypeVar
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError, SettingsError

SLACK_ERRORS = (SlackClientError, HTTPException, OSError)  # all that a call of Slack may raise
NOT_INVITED = frozenset({"not_in_channel", "channel_not_found"})  # the second if it is private

DEFAULT_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600
SHORT_WAIT_SECONDS = 10  # longer, and the person is told to come back

CONTENT_CODES = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"}
)
UNCLEAR_CODES = frozenset({"internal_error", "fatal_error", "service_unavailable"})

T = TypeVar("T")


class RefusedError(DeliveryError):
    """Slack did not take a message, and said so: it may be sent again."""


class UnclearError(DeliveryError):
    """Slack may or may not have taken a message: it must not be sent again."""

    def __init__(self) -> None:
        super().__init__(
            "Slack did not say whether it took the message:"
            " look in the channel before you try again"
        )


class UnansweredError(DeliveryError):
    """The person who asked could not be told; there is nobody left to tell but the log."""

    def __init__(self) -> None:
        super().__init__("the person who asked could not be answered")


@unique
class FailureKind(Enum):
    """The kinds of failure that want different next steps."""

    UNCLEAR = auto()
    RATE_LIMITED = auto()
    CONTENT = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that failed; ``code`` is Slack's word for it, where it had one."""

    kind: FailureKind
    code: str = ""
    wait_seconds: int = 0
    has_arrived: bool = True  # False where no byte of the call got as far as Slack


def again_after_short_wait(
    send: Callable[[], Failure | T], *, sleep: Callable[[float], None]
) -> Failure | T:
    """Send something, and once more after a 429 with a short wait.

    Nothing that posts is repeated after any other failure: Slack may have it.
    """
    failure = send()
    if not isinstance(failure, Failure) or failure.kind is not FailureKind.RATE_LIMITED:
        return failure
    if failure.wait_seconds > SHORT_WAIT_SECONDS:
        return failure
    sleep(failure.wait_seconds)
    return send()


def read_error(error: Exception) -> Failure:
    """Read one of `SLACK_ERRORS`."""
    if isinstance(error, SlackApiError):
        response = error.response
        return read_response(response.status_code, response.get("error", ""), response.headers)
    never_arrived = isinstance(error, URLError) and isinstance(
        error.reason, ConnectionRefusedError | gaierror
    )
    if never_arrived:
        return Failure(kind=FailureKind.REFUSED, has_arrived=False)
    return Failure(kind=FailureKind.UNCLEAR)


def read_response(status: int, code: str, headers: Mapping[str, Any]) -> Failure:
    """Read an answer of Slack's that is not a yes."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
        return Failure(
            kind=FailureKind.RATE_LIMITED, code=code, wait_seconds=read_wait_seconds(headers)
        )
    # a 200 without a word of Slack's comes from a machine in between
    is_word = re.fullmatch(r"[a-z][a-z0-9_]*", code) is not None
    is_turned_away = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    if code in CONTENT_CODES:
        kind = FailureKind.CONTENT
    elif is_turned_away or (status == HTTPStatus.OK and is_word and code not in UNCLEAR_CODES):
        kind = FailureKind.REFUSED
    else:
        kind = FailureKind.UNCLEAR  # after an internal error part of it may have been done
    return Failure(kind=kind, code=code if is_word else "")


def blame_setting(token_name: str, error: Exception) -> SettingsError:
    """Tell the operator which setting is at fault for one of `SLACK_ERRORS` at the start."""
    failure = read_error(error)
    if failure.kind is FailureKind.REFUSED and failure.code:
        return SettingsError(f"{token_name} is not accepted by Slack: {failure.code}")
    return SettingsError("Slack cannot be reached: check SLACK_API_URL and the network")


def read_code(body: str) -> str:
    """Read the error in the answer of a response URL; empty if it names none."""
    try:
        said = json.loads(body)
    except ValueError:  # Slack answers there in plain words, too
        return "" if body == "ok" else body
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def read_wait_seconds(headers: Mapping[str, Any]) -> int:
    """Read the seconds of ``Retry-After``: 30 when it is junk, at most an hour."""
    said = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    if not re.fullmatch(r"[0-9]{1,9}", str(said)):
        return DEFAULT_WAIT_SECONDS
    return min(int(said), LONGEST_WAIT_SECONDS)
