"""The Web API: finds the method, checks token and scope, and puts the answer in Slack's form."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.slack.block_kit import find_errors
from tests.slack.block_rules import BlockError
from tests.slack.errors import SlackError
from tests.slack.people import Token, TokenKind
from tests.slack.web_assistant import ASSISTANT_METHODS
from tests.slack.web_call import JsonObject, Method, WebCall
from tests.slack.web_chat import CHAT_METHODS
from tests.slack.web_conversations import CONVERSATION_METHODS
from tests.slack.web_files import file_methods
from tests.slack.web_views import VIEW_METHODS
from tests.slack.workspace import APP_ID, BOT_ID, TEAM_DOMAIN, TEAM_ID, Workspace

ANY_TOKEN = frozenset(TokenKind)


class WebApi:
    """Every method the bot may call.

    Parameters
    ----------
    workspace : Workspace
        What the methods read and change.
    new_link : callable
        Makes an address for one Socket Mode connection.
    upload_url : callable
        Makes an upload's ticket into the address to send the bytes to.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        new_link: Callable[[], str],
        upload_url: Callable[[str], str],
    ) -> None:
        self._workspace = workspace
        self._new_link = new_link
        self.methods: dict[str, Method] = {
            "auth.test": Method(handle=auth_test, token_kinds=ANY_TOKEN),
            "blocks.validate": Method(handle=blocks_validate),
            "apps.connections.open": Method(
                handle=self._open_connection,
                scope="connections:write",
                token_kinds=frozenset({TokenKind.APP}),
            ),
            **ASSISTANT_METHODS,
            **CHAT_METHODS,
            **CONVERSATION_METHODS,
            **VIEW_METHODS,
            **file_methods(upload_url),
        }

    def call(self, name: str, token_value: str | None, arguments: Mapping[str, Any]) -> JsonObject:
        """Return the answer to one call; nothing happens unless it says ``"ok": true``."""
        try:
            with self._workspace.lock:
                return {"ok": True} | self._do(name, token_value, arguments)
        except SlackError as refusal:
            return {"ok": False, "error": refusal.code} | refusal.detail

    def _do(self, name: str, token_value: str | None, arguments: Mapping[str, Any]) -> JsonObject:
        method = self.methods.get(name)
        if method is None:
            raise SlackError("unknown_method", {"req_method": name})
        call = WebCall(
            workspace=self._workspace, token=self._authenticate(token_value), arguments=arguments
        )
        if call.token.kind not in method.token_kinds:
            raise SlackError("not_allowed_token_type")
        if method.scope is not None:
            call.need_scope(method.scope)
        return method.handle(call)

    def _authenticate(self, token_value: str | None) -> Token:
        if not token_value:
            raise SlackError("not_authed")
        token = self._workspace.token(token_value)
        if token is None:
            raise SlackError("invalid_auth")
        if token.error is not None:
            raise SlackError(token.error)
        return token

    def _open_connection(self, _: WebCall) -> JsonObject:
        return {"url": self._new_link()}


def auth_test(call: WebCall) -> JsonObject:
    """``auth.test``: who the token is."""
    if call.token.kind is TokenKind.APP:
        return {"app_id": APP_ID, "app_name": "NRR"}
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "Acme HQ",
        "user": call.workspace.bot.name,
        "team_id": TEAM_ID,
        "user_id": call.workspace.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def blocks_validate(call: WebCall) -> JsonObject:
    """``blocks.validate`` of ``blocks``."""
    if not call.arguments.get("blocks"):
        raise SlackError("invalid_arguments")
    errors = find_errors(call.json("blocks", "invalid_json"))
    if not errors:
        return {}
    raise SlackError("invalid_blocks", {"errors": [_explained(error) for error in errors]})


def _explained(error: BlockError) -> JsonObject:
    return {
        "pointer": error.pointer.removeprefix("/blocks"),
        "code": "failed_constraint",
        "message": error.message,
    }


def parse_json(text: str) -> object:
    """Return the JSON value; ``NaN`` and ``Infinity`` are not JSON, whatever Python sends."""

    def refuse(name: str) -> object:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)
