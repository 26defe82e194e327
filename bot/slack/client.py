"""The client of Slack's Web API, and its token's workspace and scopes."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.clock import utc_now
from bot.config import Settings
from bot.errors import SettingsError
from bot.slack.clock import SlackClock
from bot.slack.failures import SLACK_ERRORS, blame_setting
from bot.slack.ids import Workspace

TIMEOUT_SECONDS = 10
_ENDS_AT: ContextVar[float] = ContextVar("calls of Slack end at, in monotonic seconds")


@contextmanager
def hurried(seconds: float) -> Iterator[None]:
    """Give all calls in the block so many seconds together: Slack waits three for some answers.

    A call that is not answered by then raises `TimeoutError`, and one after it is not made.
    """
    was = _ENDS_AT.set(min(time.monotonic() + seconds, _ENDS_AT.get(math.inf)))
    try:
        yield
    finally:
        _ENDS_AT.reset(was)


class SlackClient(WebClient):
    """The client of every call, without retries of its own; it hears Slack's clock in each answer.

    Parameters
    ----------
    clock : SlackClock
        Hears it; the same for all clients of a process.
    """

    def __init__(self, token: str, *, base_url: str, timeout: int, clock: SlackClock) -> None:
        # the default handler repeats after a lost connection: a post twice
        super().__init__(token, base_url=base_url, timeout=timeout, retry_handlers=[])
        self.clock = clock

    @property  # type: ignore[override]  # parts of a second count, too
    def timeout(self) -> float:
        """Seconds that the next call waits for an answer."""
        return min(self._patience, _ENDS_AT.get(math.inf) - time.monotonic())

    @timeout.setter
    def timeout(self, seconds: int) -> None:
        self._patience = seconds

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:  # noqa: ANN401
        """Call a method of the Web API."""
        if self.timeout <= 0:
            raise TimeoutError(api_method)
        try:
            answer = super().api_call(api_method, **arguments)
        except SlackApiError as error:  # a refusal tells the time, too
            self.clock.hear(error.response.headers)
            raise
        self.clock.hear(answer.headers)
        return answer

    def with_timeout(self, seconds: int) -> "SlackClient":
        """Return the same client, which waits that long for an answer."""
        token = self.token or ""
        return SlackClient(token, base_url=self.base_url, timeout=seconds, clock=self.clock)

    def slack_now(self) -> datetime:
        """Tell the moment by Slack's clock; Slack is asked if it has said nothing for a minute.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack cannot be asked what time it is.
        """
        if (told := self.clock.told()) is not None:
            return told
        with suppress(SlackApiError):
            self.auth_test()
        return self.clock.told() or self.clock.unheard()


def slack_client(settings: Settings) -> SlackClient:
    """Build the client of the token in the settings."""
    token = reveal(settings.slack_bot_token)
    if not token:
        raise SettingsError("SLACK_BOT_TOKEN is not set: copy the bot's token from your Slack app")
    return SlackClient(
        token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS, clock=SlackClock(utc_now)
    )


def reveal(secret: SecretStr | None) -> str:
    """Return the text of a secret setting; empty when it is not set."""
    return secret.get_secret_value().strip() if secret else ""


def find_workspace(client: WebClient) -> Workspace:
    """Ask Slack which workspace the token belongs to.

    Raises
    ------
    SettingsError
        If Slack does not accept the token or cannot be reached.
    """
    return read_workspace(judge_token(client))


def judge_token(client: WebClient) -> SlackResponse:
    """Let Slack judge the token; its answer names the workspace, its headers scopes and time.

    Raises
    ------
    SettingsError
        If Slack does not accept the token or cannot be reached.
    """
    try:
        return client.auth_test()
    except SLACK_ERRORS as error:
        raise blame_setting("SLACK_BOT_TOKEN", error) from error
    except ValueError as error:  # a token that no header can carry, or an address that is none
        raise SettingsError("SLACK_BOT_TOKEN or SLACK_API_URL is not written right") from error


def read_workspace(known: SlackResponse) -> Workspace:
    """Read the workspace from Slack's answer about the token."""
    return Workspace(
        team_id=known["team_id"],
        enterprise_id=known.get("enterprise_id"),
        bot_name=known.get("user", "nrr"),
        bot_id=known.get("bot_id", ""),
        user_id=known.get("user_id", ""),
    )
