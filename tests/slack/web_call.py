"""One call of a Web API method: its arguments, however they were sent, and who made it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.slack.errors import SlackError
from tests.slack.people import Channel, Token, TokenKind
from tests.slack.workspace import Workspace

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCall:
    """Arguments come as JSON values or as form text; the accessors read both."""

    workspace: Workspace
    token: Token
    arguments: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a text argument, or None."""
        value = self.arguments.get(name)
        if value is None:
            return None
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise invalid_arguments(f"{name}: must be a string")
        return str(value)

    def needed_text(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a text argument that must be there."""
        value = self.text(name)
        if not value:
            raise (
                SlackError(error)
                if error != "invalid_arguments"
                else invalid_arguments(f"missing required field: {name}")
            )
        return value

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.text(name)
        try:
            return default if value is None else int(value)
        except ValueError:
            raise invalid_arguments(f"{name}: must be an integer") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no: JSON booleans, "true" and "1" all count."""
        value = self.arguments.get(name, default)
        return value is True or str(value).lower() in {"1", "true"}

    def json(self, name: str, error: str) -> object:
        """Return a structured argument; form bodies carry it as JSON text."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def need_scope(self, scope: str) -> None:
        """Refuse a token without ``scope``."""
        if scope not in self.token.scopes:
            provided = ",".join(sorted(self.token.scopes))
            raise SlackError("missing_scope", {"needed": scope, "provided": provided})

    def visible_channel(self, name: str = "channel") -> Channel:
        """Return the channel by its id; one that the bot cannot see does not exist for it."""
        channel = self.workspace.channel(self.needed_text(name, "channel_not_found"))
        if channel is None or not channel.is_visible_to_bot:
            raise SlackError("channel_not_found")
        return channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A Web API method: what does it, with which token, and with which scope at least."""

    handle: Callable[[WebCall], JsonObject]
    scope: str | None = None
    token_kinds: frozenset[TokenKind] = frozenset({TokenKind.BOT})


def invalid_arguments(message: str) -> SlackError:
    """Return the refusal of a wrong argument, with the reason."""
    return SlackError(
        "invalid_arguments", {"response_metadata": {"messages": [f"[ERROR] {message}"]}}
    )
