"""``response_url``: five uses within thirty minutes, and its own rules for what is said."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.slack.content import checked_content
from tests.slack.errors import SlackError
from tests.slack.messages import Message
from tests.slack.workspace import Workspace

MAX_USES = 5
LIFETIME_SECONDS = 30 * 60
KNOWN_KEYS = frozenset(
    {
        "text",
        "blocks",
        "response_type",
        "replace_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One request to a response URL and what Slack said; ``message`` is None if it was refused.

    ``errors`` say what is wrong with the blocks; Slack keeps that to itself here.
    """

    body: dict[str, Any]
    status: int
    reply: str
    errors: tuple[str, ...] = ()
    message: Message | None = None


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """The right to answer one person's action, for their eyes only."""

    url: str
    channel: str
    user: str
    issued_at: float
    on_message: Callable[[Message], None] = lambda _: None
    uses: list[Use] = field(default_factory=list)


class ResponseUrls:
    """All response URLs that were handed out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, base_url: str, *, channel: str, user: str) -> ResponseUrl:
        """Return a new response URL."""
        opaque = secrets.token_urlsafe(24)
        issued = ResponseUrl(
            url=f"{base_url}/commands/{opaque}",
            channel=channel,
            user=user,
            issued_at=self._workspace.clock(),
        )
        self._issued[opaque] = issued
        return issued

    def use(self, opaque: str, body: object) -> Use:
        """Do what the bot asks for, or refuse; a refused request counts as a use too."""
        issued = self._issued.get(opaque)
        if issued is None:
            return Use(body={}, status=404, reply="no_such_url")
        said = body if isinstance(body, dict) else {}
        if self._workspace.clock() - issued.issued_at > LIFETIME_SECONDS:
            use = Use(body=said, status=404, reply="expired_url")
        elif sum(earlier.status != 404 for earlier in issued.uses) >= MAX_USES:
            use = Use(body=said, status=404, reply="used_url")
        elif not isinstance(body, dict) or not body.keys() <= KNOWN_KEYS:
            use = Use(body=said, status=400, reply="invalid_payload")
        else:
            use = self._answer(issued, said)
        issued.uses.append(use)
        if use.message is not None:
            issued.on_message(use.message)
        return use

    def _answer(self, issued: ResponseUrl, body: dict[str, Any]) -> Use:
        try:
            message = self.say(issued, body)
        except SlackError as refusal:
            errors = tuple(refusal.detail.get("errors", ()))
            return Use(body=body, status=400, reply=refusal.code, errors=errors)
        return Use(body=body, status=200, reply="ok", message=message)

    def say(self, issued: ResponseUrl, body: dict[str, Any]) -> Message:
        """Keep the message in ``body``, an ephemeral.

        Stricter than Slack, which takes what a whole channel is to read, or what replaces a
        message: the bot says neither here.
        """
        if body.get("response_type", "ephemeral") != "ephemeral" or body.get("replace_original"):
            raise SlackError("invalid_response_type")
        content = checked_content(
            self._workspace, body.get("text"), body.get("blocks"), files_are_visible=False
        )
        return self._workspace.put_message(
            Message(
                channel=issued.channel,
                ts=self._workspace.next_ts(),
                text=content.text,
                blocks=content.blocks,
                user=self._workspace.bot.id,
                thread_ts=body.get("thread_ts"),
                ephemeral_to=issued.user,
            )
        )
