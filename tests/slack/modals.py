"""Modals: a trigger opens one, a person fills it in, and the bot's answer closes or corrects it."""

import json
import secrets
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.slack.block_kit import find_modal_errors
from tests.slack.clock import AdjustableClock
from tests.slack.errors import SlackError

TRIGGER_SECONDS = 3.0
MAX_VIEW_CHARS = 250_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """What one person sees in front of everything else; ``view`` is what the bot sent."""

    id: str
    user: str
    view: dict[str, Any]
    hash: str

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The view's blocks, each with a ``block_id``."""
        return list(self.view["blocks"])

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The input blocks by ``block_id``."""
        return {block["block_id"]: block for block in self.blocks if block["type"] == "input"}

    def to_json(self, *, team: str, app_id: str, bot_id: str) -> dict[str, Any]:
        """Return the view as Slack sends it back."""
        unset: dict[str, Any] = {
            "submit": None,
            "close": None,
            "callback_id": "",
            "private_metadata": "",
        }
        return unset | {
            **self.view,
            "id": self.id,
            "team_id": team,
            "app_installed_team_id": team,
            "app_id": app_id,
            "bot_id": bot_id,
            "hash": self.hash,
            "previous_view_id": None,
            "root_view_id": self.id,
            "state": {"values": {}},
        }


class Modals:
    """Triggers that were handed out, and the one modal that each person may have open.

    ``trigger_seconds`` is how long a trigger is good for.
    """

    def __init__(self, clock: AdjustableClock) -> None:
        self.trigger_seconds = TRIGGER_SECONDS
        self._clock = clock
        self._triggers: dict[str, tuple[str, float]] = {}
        self._exchanged: set[str] = set()
        self._open: dict[str, Modal] = {}

    def issue(self, trigger_id: str, user_id: str) -> None:
        """Let a trigger open one modal for a user."""
        self._triggers[trigger_id] = user_id, self._clock()

    def exchange(self, trigger_id: str) -> str:
        """Use up a trigger and return whose it is."""
        if trigger_id not in self._triggers:
            raise SlackError("invalid_trigger_id")
        if trigger_id in self._exchanged:
            raise SlackError("exchanged_trigger_id")
        user_id, issued_at = self._triggers[trigger_id]
        if self._clock() - issued_at >= self.trigger_seconds:
            raise SlackError("expired_trigger_id")
        self._exchanged.add(trigger_id)
        return user_id

    def put(self, modal: Modal) -> Modal:
        """Show a modal in place of what the person may have open."""
        self._open[modal.user] = modal
        return modal

    def of(self, user_id: str) -> Modal | None:
        """Return what a person has open."""
        return self._open.get(user_id)

    def close(self, modal: Modal) -> None:
        """Take a modal away, if it is still there."""
        if (shown := self._open.get(modal.user)) is not None and shown.id == modal.id:
            del self._open[modal.user]

    def answer(self, modal: Modal, body: str) -> dict[str, str]:
        """Do what the bot answered to a submission; return what it says is wrong, by block.

        Raises
        ------
        SlackError
            If the person would be told that the app does not work.
        """
        said = _read(body)
        match said.get("response_action"):
            case None:
                if said:
                    raise SlackError("invalid_response")
                self.close(modal)
                return {}
            case "errors":
                return _known_errors(modal, said.get("errors"))
            case _:
                raise SlackError("invalid_response_action")


def checked_view(view: object) -> dict[str, Any]:
    """Return the view of a modal with an id for every block, or refuse it as Slack does."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        raise _invalid(["must be a modal view [json-pointer:/view/type]"])
    if len(json.dumps(view)) > MAX_VIEW_CHARS:
        raise SlackError("view_too_large")
    errors = find_modal_errors(view)
    if errors:
        raise _invalid([f"{error.message} [json-pointer:{error.pointer}]" for error in errors])
    own = deepcopy(view)
    for number, block in enumerate(own["blocks"], start=1):
        block.setdefault("block_id", f"b{number}")
    return own


def new_hash() -> str:
    """Return a new version of a view."""
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"


def _read(body: str) -> dict[str, Any]:
    try:
        said = json.loads(body) if body else {}
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise SlackError("invalid_response")
    return said


def _known_errors(modal: Modal, errors: object) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_response")
    for block_id, message in errors.items():
        if block_id not in modal.inputs or not isinstance(message, str) or not message:
            raise SlackError("invalid_response")
    return errors


def _invalid(said: list[str]) -> SlackError:
    messages = [f"[ERROR] {line}" for line in said]
    return SlackError(
        "invalid_arguments", {"errors": said, "response_metadata": {"messages": messages}}
    )
