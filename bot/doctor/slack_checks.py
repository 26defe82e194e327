"""Slack: the tokens, what they allow, its clock, and the channels that get digests."""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.access.gate import Gate
from bot.config import Settings
from bot.doctor.clocks import compare_clocks
from bot.doctor.findings import Finding, bad, good, warning
from bot.errors import AccessDeniedError, sentence
from bot.message import Block
from bot.slack.client import reveal
from bot.slack.clock import slack_moment
from bot.slack.errors import SLACK_ERRORS
from bot.slack.failures import blame_setting, read_error
from bot.slack.scopes import NEEDED_SCOPES
from storage.digests.subscriptions import Subscription
from storage.tables.delivery import SubscriptionState


def check_app_token(settings: Settings) -> Finding:
    """Look whether Slack opens connections for the app token, where there is one."""
    check = "connection"
    token = reveal(settings.slack_app_token)
    if not token:
        if reveal(settings.slack_signing_secret):
            return good(check, "signed HTTP: Slack connects to the bot")
        return bad(check, "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP)")
    client = WebClient(base_url=settings.slack_api_url, timeout=10, retry_handlers=[])
    try:
        client.apps_connections_open(app_token=token)
    except SLACK_ERRORS as error:
        return bad(check, sentence(blame_setting("SLACK_APP_TOKEN", error)))
    return good(check, "Slack accepts SLACK_APP_TOKEN and opens Socket Mode connections")


def check_clock(known: SlackResponse, *, now: Callable[[], datetime]) -> Finding:
    """Compare the clocks by the header of an answer that has just come."""
    moment = slack_moment(known.headers)
    if moment is None:
        return warning("slack clock", "Slack's answer did not say what time it is there")
    return compare_clocks("slack clock", "Slack's", moment, ours=now())


def check_scopes(known: SlackResponse) -> Finding:
    """Compare what the token allows with what the bot needs."""
    check = "scopes"
    headers = {name.lower(): value for name, value in known.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    missing = [scope for scope in NEEDED_SCOPES if scope not in granted]
    if not granted:
        return warning(check, "Slack's answer did not say what the token allows")
    if missing:
        return bad(
            check,
            f"the token lacks {', '.join(missing)}: bring the app's manifest up to manifest.yaml"
            " and install the app to the workspace again",
        )
    return good(check, "the token allows what manifest.yaml asks for")


def check_alive_channel(channel_id: str, gate: Gate) -> Finding:
    """Look whether the administrators can be told that the bot is alive."""
    check = "alive channel"
    try:
        gate.require_channel(channel_id)
    except AccessDeniedError as error:
        return bad(check, f"NRRBOT_ALIVE_CHANNEL: {error}")
    return good(check, "NRRBOT_ALIVE_CHANNEL can be posted in")


def check_channel(subscription: Subscription, gate: Gate) -> Finding:
    """Look whether a digest may be posted where it should go."""
    check = f"digest {subscription.id} in {subscription.destination.channel_id}"
    try:
        gate.require_channel(subscription.destination.channel_id)
    except AccessDeniedError as error:
        return bad(check, sentence(error))
    if subscription.status.state is SubscriptionState.SUSPENDED:
        return bad(
            check,
            f"suspended ({subscription.status.reason}), though it could be posted now:"
            f" `nrrbot digest resume {subscription.id}`",
        )
    return good(check, "it can be posted")


def check_blocks(client: WebClient, name: str, blocks: Sequence[Block]) -> Finding:
    """Let Slack itself judge blocks of a kind that the bot posts; nothing is posted."""
    check = f"blocks: {name}"
    try:
        client.blocks_validate(blocks=blocks)
    except SLACK_ERRORS as error:
        code = read_error(error).code or "no answer"
        return bad(check, f"Slack does not take them ({code}): update nrrbot, or tell its makers")
    return good(check, "Slack takes them")
