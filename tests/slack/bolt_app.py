"""A small Bolt app that does what any bot does, to prove the fake Slack against the real Bolt."""

import time
from typing import Any, Protocol

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from tests.slack.server import FakeSlack


class Connect(Protocol):
    """Connects an app over Socket Mode, with any number of connections."""

    def __call__(self, app: App, connections: int = 1) -> None: ...


class Serve(Protocol):
    """Serves an app over HTTP, tells the fake Slack where, and returns the address."""

    def __call__(self, app: App) -> str: ...


MORE = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "more",
            "text": {"type": "plain_text", "text": "More"},
            "value": "enterprise",
        }
    ],
}


def answer_command(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
    """Acknowledge, then answer with a button."""
    ack()
    respond(text=f"NRR of {command['text']}", blocks=[MORE])


def answer_click(ack: Ack, respond: Respond, action: dict[str, Any]) -> None:
    """Acknowledge, then answer with what the button carries."""
    ack()
    respond(text=f"more on {action['value']}")


def answer_at_once(ack: Ack) -> None:
    """Answer inside the acknowledgement."""
    ack(text="Usage: /nrr <segment>", response_type="ephemeral")


def answer_wrongly(ack: Ack) -> None:
    """Acknowledge with blocks that Slack cannot show."""
    ack(text="x", blocks=[{"type": "pizza"}])


def acknowledge_late(ack: Ack, command: dict[str, Any]) -> None:
    """Acknowledge after as many seconds as the command says."""
    time.sleep(float(command["text"]))
    ack(text="too late")


def new_app(slack: FakeSlack) -> App:
    """Return the app, already checked by ``auth.test``."""
    app = App(
        client=WebClient(slack.bot_token, base_url=slack.api_url),
        signing_secret=slack.signing_secret,
        process_before_response=False,
    )
    app.command("/nrr")(answer_command)
    app.command("/nrr-help")(answer_at_once)
    app.command("/nrr-wrong")(answer_wrongly)
    app.command("/nrr-late")(acknowledge_late)
    app.action("more")(answer_click)
    app.event("app_mention")(lambda ack: ack())
    return app
