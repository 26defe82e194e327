"""The doctor's examination: all checks, in the order in which one rests on another."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.access.wiring import build_gate
from bot.config import Settings
from bot.doctor.results import CheckResult, bad, good
from bot.doctor.settings_checks import (
    check_dimension,
    check_file,
    check_named_channels,
    check_people,
    check_playbook_file,
    check_secret_files,
)
from bot.doctor.slack_checks import (
    check_alive_channel,
    check_app_token,
    check_blocks,
    check_channel,
    check_clock,
    check_scopes,
    sample_blocks,
)
from bot.doctor.source_checks import check_sources
from bot.doctor.store_checks import check_store
from bot.errors import SettingsError, sentence
from bot.slack.client import judge_token, read_workspace, slack_client
from storage.digests.subscriptions import Subscription, list_all
from storage.errors import StorageError
from storage.store.engine import Store


def examine(
    settings: Settings, store: Store, *, now: Callable[[], datetime], is_live: bool = False
) -> list[CheckResult]:
    """Check the store, the settings and Slack.

    Parameters
    ----------
    now : callable
        This moment, by this machine's clock.
    is_live : bool
        Whether Slack is given sample blocks to judge, too.
    """
    return [
        *check_store(store, now=now),
        check_file(),
        check_secret_files(),
        check_people(settings, store),
        check_named_channels(settings),
        check_dimension(settings, store),
        check_playbook_file(settings),
        *check_sources(settings, store, now=now),
        check_app_token(settings),
        *_check_slack(settings, store, now=now, is_live=is_live),
    ]


def _check_slack(
    settings: Settings, store: Store, *, now: Callable[[], datetime], is_live: bool
) -> Iterator[CheckResult]:
    try:
        client = slack_client(settings)
        known = judge_token(client)
    except SettingsError as error:
        yield bad("token", sentence(error))
        return  # every other check would fail for the same reason, and hide it
    yield good("token", "Slack accepts SLACK_BOT_TOKEN")
    yield check_clock(known, now=now)
    yield check_scopes(known)
    gate = build_gate(settings, store=store, client=client, workspace=read_workspace(known))
    if settings.nrrbot_alive_channel:
        yield check_alive_channel(settings.nrrbot_alive_channel, gate)
    for subscription in _list_subscriptions(store):
        yield check_channel(subscription, gate)
    if is_live:
        for name, blocks in sample_blocks().items():
            yield check_blocks(client, name, blocks)


def _list_subscriptions(store: Store) -> list[Subscription]:
    try:
        with store.read() as session:
            return list_all(session)
    except StorageError:  # the store's own check has said so
        return []
