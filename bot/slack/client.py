"""The client of Slack's Web API, and which workspace its token belongs to."""

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.config import Settings
from bot.errors import SettingsError
from bot.slack.errors import SLACK_ERRORS
from bot.slack.failures import blame_setting
from bot.slack.workspace import Workspace

TIMEOUT_SECONDS = 10


QUICK_SECONDS = 1
"""How long Slack may take to answer what is asked while Slack itself waits for a form."""


def slack_client(settings: Settings, *, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """Return the client for everything: it never sends a call twice of its own accord."""
    token = reveal(settings.slack_bot_token)
    if not token:
        raise SettingsError("SLACK_BOT_TOKEN is not set: copy the bot's token from your Slack app")
    return WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[],
    )


def reveal(secret: SecretStr | None) -> str:
    """Return what a secret setting holds; nothing when it is not set, or set to nothing."""
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
