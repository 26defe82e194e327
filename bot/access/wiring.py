"""Puts the gate together."""

import time
from collections.abc import Callable

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.access.people import People
from bot.access.records import Records
from bot.clock import utc_now
from bot.config import Settings
from bot.slack.workspace import Workspace
from storage.store.engine import Store


def build_gate(
    settings: Settings,
    *,
    store: Store,
    client: WebClient,
    workspace: Workspace,
    denied: Callable[[str], None] = lambda _: None,
) -> Gate:
    """Return what decides who may see figures, and where they may be posted."""
    return Gate(
        client,
        People(client, now=time.monotonic),
        records=Records(store=store, now=utc_now, admin_id=settings.nrrbot_admin),
        workspace=workspace,
        names_in=settings.nrrbot_names_in_channels,
        denied=denied,
    )
