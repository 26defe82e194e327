"""The Bolt app: one listener each for commands, actions, views and events, and one for errors."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app.handlers import MAX_REQUESTS, Handlers
from bot.slack.ids import Workspace

SPARE_THREADS = 12
"""Threads that are always left to acknowledge at once."""


def new_app(client: WebClient, workspace: Workspace) -> App:
    """Make a Bolt app without listeners; nothing is asked of Slack."""
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)
    return App(
        name=quiet.name,  # Bolt's loggers have its name; `bot.server.logs` writes none of them
        logger=quiet,
        client=WebClient(base_url=client.base_url, timeout=client.timeout, retry_handlers=[]),
        # Otherwise Bolt calls ``auth.test``, which would hold up the first acknowledgement.
        authorize=lambda: AuthorizeResult(
            enterprise_id=workspace.enterprise_id, team_id=workspace.team_id
        ),
        # `bot.server` does that: Bolt logs the whole body of a request that it refuses.
        request_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(MAX_REQUESTS + SPARE_THREADS, "listener"),
    )


def attach(app: App, handlers: Handlers) -> None:
    """Let ``app`` call the handlers for everything that Slack sends."""
    # One listener for every name: a feature cannot have one of its own, past the gate.
    everything = re.compile(".*")
    app.command(everything)(handlers.on_command)
    app.action(everything)(handlers.on_click)
    app.view(everything)(handlers.on_submission)
    app.event(everything)(handlers.on_event)
    app.error(handlers.on_error)
