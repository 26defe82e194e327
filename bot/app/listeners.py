"""The Bolt app: one listener each for commands, actions, views and events, and one for errors."""

import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app.limit import MAX_REQUESTS
from bot.slack.ids import Workspace
from bot.slack.working import STARTING, WORKING

if TYPE_CHECKING:  # the type alone: the features come with it, and this is loaded before them
    from bot.app.handlers import Handlers

SPARE_THREADS = 12
"""Threads that are always left to acknowledge at once."""
_HEARD = "nrrbot_heard"
"""The name in Bolt's context of what an event leaves to do, and the seconds that it waited."""


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


def attach(
    app: App, handlers: "Callable[[], Handlers]", *, is_loaded: Callable[[], bool] = lambda: True
) -> None:
    """Let ``app`` call the handlers, which take a while until they are loaded, for everything."""

    def loaded() -> "tuple[Handlers, float]":
        began = time.monotonic()
        return handlers(), time.monotonic() - began

    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        if not is_loaded():
            # Slack waits for three seconds, and a slow machine may load for longer.
            ack(text=WORKING, response_type="ephemeral")
        handlers().on_command(ack, body)

    def on_click(ack: Ack, body: dict[str, Any]) -> None:
        ack()  # even one too many: a click has no answer of its own, so a message says that
        served, waited = loaded()
        served.on_click(body, waited=waited)

    def on_submission(ack: Ack, body: dict[str, Any]) -> None:
        if is_loaded():
            handlers().on_submission(ack, body)
            return
        # Checking it takes most of the three seconds: meanwhile it stays open, as it is filled in.
        first_field = next(iter(body["view"]["state"]["values"]), "")
        ack(response_action="errors", errors={first_field: STARTING})

    def on_heard(context: BoltContext, body: dict[str, Any], next_: Callable[[], None]) -> None:
        served, waited = loaded()
        context[_HEARD] = served.hear(body), waited
        next_()

    def attend(context: BoltContext) -> None:
        work, waited = context[_HEARD]
        handlers().attend(work, waited=waited)

    # One listener for every name: a feature cannot have one of its own, past the gate.
    everything = re.compile(".*")
    app.command(everything)(on_command)
    app.action(everything)(on_click)
    app.view(everything)(on_submission)
    # Bolt acknowledges an event after that, and before its listener: a stop in between loses none.
    app.event(everything, middleware=[on_heard])(attend)
    app.error(lambda error, body: handlers().on_error(error, body))
