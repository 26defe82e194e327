"""A click on a button, read from what Slack sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.asker import Asker, read_asker


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Who clicked, which button and what it carries, and the message it was under."""

    asker: Asker
    action_id: str
    block_id: str
    value: str
    message_ts: str
    trigger_id: str = ""


def read_click(body: Mapping[str, Any]) -> Click:
    """Return the click of a ``block_actions`` payload; what is missing is empty."""
    action = (body.get("actions") or [{}])[0]
    container = body.get("container") or {}
    return Click(
        asker=read_asker(body),
        action_id=str(action.get("action_id") or ""),
        block_id=str(action.get("block_id") or ""),
        value=str(action.get("value") or ""),
        message_ts=str(container.get("message_ts") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )
