"""Builds the gate, for a running bot and for the command line."""

import time
from collections.abc import Callable
from dataclasses import replace

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.access.people import People
from bot.access.records import Records
from bot.config import Settings
from bot.slack.client import find_workspace, slack_client
from bot.slack.ids import Workspace
from bot.slack.sent import OPERATOR, Asker
from storage.store.engine import Store


def build_gate(
    settings: Settings,
    *,
    store: Store,
    client: WebClient,
    workspace: Workspace,
    denied: Callable[[str], None] = lambda _: None,
) -> Gate:
    """Build the gate on a store and a client."""
    return Gate(
        client,
        People(client, now=time.monotonic),
        records=Records.of(store, settings),
        workspace=workspace,
        names_in=settings.nrrbot_names_in_channels,
        denied=denied,
    )


def gate_and_asker(
    settings: Settings, *, store: Store, user_id: str, channel_id: str = ""
) -> tuple[Gate, Asker]:
    """Build a gate at the command line, and the asker who stands for a user there.

    Raises
    ------
    SettingsError
        If the token is not set, or Slack does not accept it.
    """
    client = slack_client(settings)
    workspace = find_workspace(client)
    gate = build_gate(settings, store=store, client=client, workspace=workspace)
    # Of the token's own workspace: the gate refuses whoever is of another one.
    asker = replace(OPERATOR, user_id=user_id, team_id=workspace.team_id, channel_id=channel_id)
    return gate, asker
