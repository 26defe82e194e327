"""The client of Slack's Web API, its token's workspace and scopes, and Slack's clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.config import Settings
from bot.errors import SettingsError
from bot.slack.failures import SLACK_ERRORS, blame_setting
from bot.slack.ids import Workspace

TIMEOUT_SECONDS = 10
QUICK_SECONDS = 1  # for calls made while Slack itself waits three seconds for a form

NEEDED_SCOPES = (  # a test compares them with manifest.yaml, which says what each is for
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)


def slack_client(settings: Settings, *, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """Build the client for every call, without retries of its own."""
    token = reveal(settings.slack_bot_token)
    if not token:
        raise SettingsError("SLACK_BOT_TOKEN is not set: copy the bot's token from your Slack app")
    return WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[],  # the default handler repeats after a lost connection: a post twice
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
    )


def slack_moment(headers: Mapping[str, Any]) -> datetime | None:
    """Read Slack's clock from the headers of an answer, in whole seconds; None if they lack it.

    Examples
    --------
    >>> slack_moment({"date": "Sat, 21 Nov 2026 09:00:00 GMT"}).isoformat()
    '2026-11-21T09:00:00+00:00'
    """
    said = {name.lower(): value for name, value in headers.items()}.get("date")
    try:
        moment = parsedate_to_datetime(str(said))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
