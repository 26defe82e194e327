"""Checks of Slack: the tokens and their scopes, its clock, and the channels that get digests."""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.access.gate import Gate
from bot.answers.examples import Examples
from bot.config import Settings
from bot.doctor.results import CheckResult, bad, compare_clocks, good, warning
from bot.errors import AccessDeniedError, sentence
from bot.message import Block
from bot.reference.help_message import help_parts, worked_example
from bot.slack.client import reveal
from bot.slack.clock import slack_moment
from bot.slack.failures import SLACK_ERRORS, blame_setting, read_error
from bot.slack.scopes import Scope, missing_scopes
from bot.style.native_chart import native_chart
from bot.style.rendering import message_of
from storage.digests.subscriptions import Subscription
from storage.tables.delivery import SubscriptionState

_SAMPLE_CHART = native_chart(
    "bar",
    "What moved NRR to 101.5%",
    ["Expansion", "Churn"],
    [("Points", (5.0, -3.5))],
    y_label="points of opening MRR",
)


def check_app_token(settings: Settings) -> CheckResult:
    """Check that Slack opens Socket Mode connections for the app token, where there is one."""
    check = "connection"
    token = reveal(settings.slack_app_token)
    if not token:
        # Without one, Slack calls the bot, and the secret that signs its calls is enough.
        if reveal(settings.slack_signing_secret):
            return good(check, "signed HTTP: Slack connects to the bot")
        return bad(check, "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP)")
    # No token of its own: this call takes the app token, and the bot's may be missing.
    client = WebClient(base_url=settings.slack_api_url, timeout=10, retry_handlers=[])
    try:
        client.apps_connections_open(app_token=token)
    except SLACK_ERRORS as error:
        return bad(check, sentence(blame_setting("SLACK_APP_TOKEN", error)))
    return good(check, "Slack accepts SLACK_APP_TOKEN and opens Socket Mode connections")


def check_clock(known: SlackResponse, *, now: Callable[[], datetime]) -> CheckResult:
    """Compare this machine's clock with Slack's, by the header of an answer that has just come."""
    moment = slack_moment(known.headers)
    if moment is None:
        return warning("slack clock", "Slack's answer did not say what time it is there")
    return compare_clocks("slack clock", "Slack's", moment, ours=now())


def check_scopes(known: SlackResponse) -> CheckResult:
    """Compare the scopes of the token with those of manifest.yaml, and name what lacks one."""
    check = "scopes"
    # A proxy on the way may write the names of headers as it likes.
    headers = {name.lower(): value for name, value in known.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    if not granted:
        return warning(check, "Slack's answer did not say what the token allows")
    if missing := missing_scopes(granted, optional=False):
        return bad(
            check,
            f"the token lacks {_with_features(missing)}: bring the app's manifest up to what"
            " `nrrbot manifest` prints, and install the app to the workspace again",
        )
    if missing := missing_scopes(granted, optional=True):
        return good(
            check, f"the token allows what is needed; left out are {_with_features(missing)}"
        )
    return good(check, "the token allows what the manifest asks for")


def _with_features(scopes: Sequence[Scope]) -> str:
    return ", ".join(f"{scope.name} ({scope.feature})" for scope in scopes)


def check_alive_channel(channel_id: str, gate: Gate) -> CheckResult:
    """Check that the channel for signs of life can be posted in."""
    check = "alive channel"
    try:
        gate.require_channel(channel_id)
    except AccessDeniedError as error:
        return bad(check, f"NRRBOT_ALIVE_CHANNEL: {error}")
    return good(check, "NRRBOT_ALIVE_CHANNEL can be posted in")


def check_channel(subscription: Subscription, gate: Gate) -> CheckResult:
    """Check that a digest may be posted in its channel."""
    check = f"digest {subscription.id} in {subscription.destination.channel_id}"
    team_id = subscription.destination.team_id
    if team_id != gate.workspace.team_id:
        return warning(
            check,
            f"it is of another workspace, {team_id}, whose bot alone sends it: if there is none"
            f" any more, `nrrbot digest remove {subscription.id}`",
        )
    try:
        gate.require_channel(subscription.destination.channel_id)
    except AccessDeniedError as error:
        return bad(check, sentence(error))
    # After the gate: resumed while it cannot be posted, it would be suspended again.
    if subscription.status.state is SubscriptionState.SUSPENDED:
        return bad(
            check,
            f"suspended ({subscription.status.reason}), though it could be posted now:"
            f" `nrrbot digest resume {subscription.id}`",
        )
    return good(check, "it can be posted")


def sample_blocks() -> dict[str, Sequence[Block]]:
    """Return blocks of every kind that the bot posts, by name and without anybody's figures."""
    return {
        "text and tables": message_of(help_parts("", Examples())).blocks,
        "worked example": message_of(worked_example()).blocks,
        "native chart": (_SAMPLE_CHART,),
    }


def check_blocks(client: WebClient, name: str, blocks: Sequence[Block]) -> CheckResult:
    """Let Slack judge sample blocks of one kind; nothing is posted."""
    check = f"blocks: {name}"
    try:
        client.blocks_validate(blocks=blocks)
    except SLACK_ERRORS as error:
        code = read_error(error).code or "no answer"
        return bad(check, f"Slack does not take them ({code}): update nrrbot, or tell its makers")
    return good(check, "Slack takes them")
