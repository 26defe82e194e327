"""All the checks, in the order in which one rests on another."""

from collections.abc import Callable, Iterator
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.access.wiring import build_gate
from bot.config import Settings
from bot.doctor.findings import Finding, bad, good
from bot.doctor.samples import samples
from bot.doctor.settings_checks import check_dimension, check_named_channels, check_people
from bot.doctor.slack_checks import (
    check_alive_channel,
    check_app_token,
    check_blocks,
    check_channel,
    check_clock,
    check_scopes,
)
from bot.doctor.store_checks import check_store
from bot.errors import SettingsError, sentence
from bot.slack.client import slack_client
from bot.slack.errors import SLACK_ERRORS
from bot.slack.failures import blame_setting
from bot.slack.workspace import Workspace
from storage.digests.subscriptions import Subscription, list_all
from storage.errors import StorageError
from storage.store.engine import Store


def examine(
    settings: Settings, store: Store, *, now: Callable[[], datetime], is_live: bool = False
) -> list[Finding]:
    """Look at everything.

    Parameters
    ----------
    now : callable
        This moment, by this machine's clock.
    is_live : bool
        Whether Slack is given sample blocks to judge, too.
    """
    return [
        *check_store(store, now=now),
        check_people(settings, store),
        check_named_channels(settings),
        check_dimension(settings, store),
        check_app_token(settings),
        *_check_slack(settings, store, now=now, is_live=is_live),
    ]


def _check_slack(
    settings: Settings, store: Store, *, now: Callable[[], datetime], is_live: bool
) -> Iterator[Finding]:
    try:
        client = slack_client(settings)
        known = _introduce(client)
    except SettingsError as error:
        yield bad("token", sentence(error))
        return
    yield good("token", "Slack accepts SLACK_BOT_TOKEN")
    yield check_clock(known, now=now)
    yield check_scopes(known)
    workspace = Workspace(team_id=known["team_id"], bot_name=known.get("user", "nrr"))
    gate = build_gate(settings, store=store, client=client, workspace=workspace)
    if settings.nrrbot_alive_channel:
        yield check_alive_channel(settings.nrrbot_alive_channel, gate)
    for subscription in _subscriptions(store):
        yield check_channel(subscription, gate)
    if is_live:
        for name, blocks in samples().items():
            yield check_blocks(client, name, blocks)


def _introduce(client: WebClient) -> SlackResponse:
    try:
        return client.auth_test()
    except SLACK_ERRORS as error:
        raise blame_setting("SLACK_BOT_TOKEN", error) from error
    except ValueError as error:
        raise SettingsError("SLACK_BOT_TOKEN or SLACK_API_URL is not written right") from error


def _subscriptions(store: Store) -> list[Subscription]:
    try:
        with store.read() as session:
            return list_all(session)
    except StorageError:  # the store's own check has said so
        return []
