"""Reading commands, clicks and submitted forms as Slack sends them: fields missing there are empty.

An empty field allows nothing, so a body that Slack would not send is refused like a stranger.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import AccessDeniedError, UsageError, sentence
from bot.style.blocks import MORE
from metrics.errors import MetricsError
from storage.access.audit import COMMAND_LINE

FieldValue = str | tuple[str, ...]  # a tuple where several can be picked


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A person who typed or clicked, where they are, and the address that answers only them.

    ``request_id`` is the same for all that is decided about one command or click. ``thread_ts`` is
    the thread that they are in; empty outside of any.
    """

    user_id: str
    team_id: str
    channel_id: str = ""
    response_url: str = ""
    request_id: str = ""
    thread_ts: str = ""

    @property
    def is_on_home(self) -> bool:
        """Whether they are on the Home tab, which is in no channel."""
        return not self.channel_id


OPERATOR = Asker(user_id=COMMAND_LINE, team_id="")
"""Whoever runs the bot: they hold the store, and need no grant."""


def read_asker(body: Mapping[str, object]) -> Asker:
    """Read the sender of a slash command or a click; never raises, whatever ``body`` is."""
    return Asker(
        # commands are flat, clicks and submissions are nested
        user_id=_text(body, "user_id") or _text(_mapping(body, "user"), "id"),
        team_id=_text(body, "team_id") or _text(_mapping(body, "team"), "id"),
        channel_id=_text(body, "channel_id") or _text(_mapping(body, "channel"), "id"),
        response_url=_text(body, "response_url"),
        request_id=_text(body, "trigger_id"),  # Slack makes a new one for each
        thread_ts=_text(_mapping(body, "container"), "thread_ts"),
    )


def _mapping(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command: its text, its sender, and the trigger that opens one form within 3 s.

    Where it is no slash command there is no trigger.
    """

    text: str
    asker: Asker
    trigger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A click on a button or an option: its sender, ids and value, and the message it was under."""

    asker: Asker
    action_id: str
    block_id: str
    value: str
    message_ts: str
    trigger_id: str = ""


def read_click(body: Mapping[str, Any]) -> Click:
    """Read the click of a ``block_actions`` payload."""
    action = (body.get("actions") or [{}])[0]
    container = body.get("container") or {}
    action_id, value = _clicked(action)
    return Click(
        asker=read_asker(body),
        action_id=action_id,
        block_id=str(action.get("block_id") or ""),
        value=value,
        message_ts=str(container.get("message_ts") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def _clicked(action: Mapping[str, Any]) -> tuple[str, str]:
    """Find what was clicked: an option of the menu behind three dots is a button of its own."""
    action_id = str(action.get("action_id") or "")
    chosen = _text(_mapping(action, "selected_option"), "value")
    if action_id == MORE:
        action_id, _, value = chosen.partition(" ")
        return action_id, value
    return action_id, str(action.get("value") or "") or chosen


class FieldsError(UsageError):
    """Fields of a form that cannot be used; ``said`` is the sentence beside each, by block id."""

    def __init__(self, problems: Mapping[str, Exception]) -> None:
        self.said = {name: sentence(problem) for name, problem in problems.items()}
        super().__init__(" ".join(self.said.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted form: its sender, its subject from private metadata, its fields by block id."""

    asker: Asker
    view_id: str  # stays when the form is submitted again because a field was refused
    callback_id: str
    about: Mapping[str, Any]
    fields: Mapping[str, FieldValue]

    @property
    def first_field(self) -> str:
        """The field beside which an error of no field is shown: Slack shows none elsewhere."""
        return next(iter(self.fields), "")

    def text(self, name: str) -> str:
        """Return the value of a field that holds one."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values of a field that holds several."""
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else ()

    def read_all(self, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
        """Read the text of each field with its reader, by block id.

        Raises
        ------
        FieldsError
            With the problem of every field that cannot be used, not only of the first.
        """
        found: dict[str, Any] = {}
        problems: dict[str, Exception] = {}
        for name, read in readers.items():
            try:
                found[name] = read(self.text(name))
            except (UsageError, MetricsError, AccessDeniedError) as error:
                problems[name] = error
        if problems:
            raise FieldsError(problems)
        return found


def read_submission(body: Mapping[str, Any]) -> Submission:
    """Read the submission of a ``view_submission`` payload."""
    view = body.get("view") or {}
    about = _metadata(view.get("private_metadata"))
    # Slack names no channel here: the form was told, when it was opened, where that was
    asker = replace(read_asker(body), channel_id=str(about.get("channel_id") or ""))
    return Submission(
        asker=asker,
        view_id=str(view.get("id") or ""),
        callback_id=str(view.get("callback_id") or ""),
        about=about,
        fields=dict(_fields((view.get("state") or {}).get("values") or {})),
    )


def _fields(values: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, FieldValue]]:
    for block_id, elements in values.items():
        for element in elements.values():
            yield block_id, _filled(element)


def _filled(element: Mapping[str, Any]) -> FieldValue:
    for several in ("selected_users", "selected_conversations"):
        if several in element:
            return tuple(map(str, element[several] or ()))
    if "selected_options" in element:
        return tuple(str(option["value"]) for option in element["selected_options"] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value") or "")
    if "selected_date" in element:
        return str(element["selected_date"] or "")
    return str(element.get("value") or "")


def _metadata(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(str(text or "{}"))
    except (ValueError, RecursionError):  # deep nesting is no JSON of ours
        return {}
    return found if isinstance(found, dict) else {}
