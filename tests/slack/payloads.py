"""What Slack sends when a person types a command or clicks, field by field."""

import html
import re
import secrets
from typing import Any

from tests.slack.block_rules import walk
from tests.slack.errors import ImpossibleActionError
from tests.slack.messages import Message, View
from tests.slack.modals import Modal
from tests.slack.people import Channel, User
from tests.slack.web_chat import shown
from tests.slack.workspace import APP_ID, BOT_ID, TEAM_DOMAIN, TEAM_ID

VERIFICATION_TOKEN = "deprecated"  # noqa: S105 - Slack still sends the field; nobody checks it


MENTION = re.compile(r"(<(?:[@#]|!subteam\^)[A-Z0-9]+(?:\|[^<>|]*)?>)")


def slash_payload(
    *, user: User, channel: Channel, command: str, text: str, response_url: str
) -> dict[str, str]:
    """Return a slash command's fields; they are the same over HTTP and Socket Mode."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name_in_commands,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": escaped(text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": new_trigger_id(),
    }


def escaped(text: str) -> str:
    """Return what was typed as Slack sends it to a command that asks for escaping.

    A person or channel that was picked while typing stays a mention.
    """
    pieces = MENTION.split(text)
    return "".join(
        piece if at % 2 else html.escape(piece, quote=False) for at, piece in enumerate(pieces)
    )


def message_click_payload(
    *,
    user: User,
    channel: Channel,
    message: Message,
    action: dict[str, Any],
    response_url: str,
) -> dict[str, Any]:
    """Return what a click in a message sends; an ephemeral message does not come along."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload = _click(user, action) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name_in_commands},
        "state": {"values": {}},
        "response_url": response_url,
    }
    if not message.is_ephemeral:
        payload["message"] = shown(message)
    return payload


def home_click_payload(*, user: User, view: View, action: dict[str, Any]) -> dict[str, Any]:
    """Return what a click on the Home tab sends: there is no channel and no response URL."""
    return _click(user, action) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.to_json(),
    }


def submission_payload(
    *, user: User, modal: Modal, state: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return what submitting a modal sends: there is no channel and no response URL."""
    view = modal.to_json(team=TEAM_ID, app_id=APP_ID, bot_id=BOT_ID)
    return _interaction("view_submission", user) | {
        "view": view | {"state": {"values": state}},
        "response_urls": [],
    }


def _click(user: User, action: dict[str, Any]) -> dict[str, Any]:
    return _interaction("block_actions", user) | {"actions": [action]}


def _interaction(kind: str, user: User) -> dict[str, Any]:
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": new_trigger_id(),
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def event_payload(event: dict[str, Any], *, event_id: str, event_time: int) -> dict[str, Any]:
    """Return the Events API's wrapping of one event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": event.get("user", ""),
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def find_action(
    shown_to_person: Message | View, action_id: str, *, action_ts: str, choice: str | None = None
) -> dict[str, Any]:
    """Return the ``actions`` entry for using the element ``action_id`` of a message or view.

    ``choice`` is the value of the option picked in a menu.

    Raises
    ------
    ImpossibleActionError
        If there is no such element, or no such option in it.
    """
    for block in shown_to_person.blocks:
        for _, element in walk(block):
            if element.get("action_id") == action_id:
                action = _used(element, choice)
                return action | {"block_id": block["block_id"], "action_ts": action_ts}
    raise ImpossibleActionError(f"there is no element with {action_id=} to use")


def _used(element: dict[str, Any], choice: str | None) -> dict[str, Any]:
    action = {
        key: element[key]
        for key in ("type", "action_id", "value", "style", "url")
        if key in element
    }
    if element["type"] == "button":
        return action | {"text": {"emoji": True} | element["text"]}
    for option in element["options"]:
        if option["value"] == choice:
            return action | {"selected_option": option}
    raise ImpossibleActionError(f"{element['type']} has no option {choice!r}")


def new_trigger_id() -> str:
    """Return a trigger id, good for three seconds and one use in the real Slack."""
    return f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
