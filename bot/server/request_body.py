"""Body of a signed request: read once, and refused unless it is of a form that Slack sends."""

import json
from collections.abc import Mapping
from email.message import Message as Headers
from typing import Any
from urllib.parse import parse_qsl

from pydantic import Field, JsonValue

from bot.slack.event import EventModel, EventObject

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class UnreadableError(ValueError):
    """A body that Slack would not send; the message says nothing of its content."""


class _Install(EventModel):
    enterprise_id: str | None = None
    team_id: str | None = None


class _Event(EventModel):
    type: str = Field(min_length=1)


class _Option(EventModel):
    value: str


class _Action(EventModel):
    action_id: str
    selected_option: _Option | None = None


class _Field(EventModel):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_users: list[str] | None = None
    selected_conversations: list[str] | None = None
    selected_date: str | None = None


class _State(EventModel):
    values: dict[str, dict[str, _Field]] = Field(default_factory=dict)


class _View(EventObject):
    type: str
    callback_id: str = ""
    private_metadata: str = ""
    state: _State | None = None
    app_installed_team_id: str | None = None


class _Sent(EventModel):
    # By it an event is known again, so that one of another type must not get as far as that.
    event_id: str | None = Field(default=None, min_length=1)


class _Challenge(_Sent):
    challenge: str


class _Notification(EventModel):
    event_id: str = Field(min_length=1)
    team_id: str = Field(min_length=1)
    event: _Event
    authorizations: list[_Install] | None = None


class _Interaction(_Sent):
    user: EventObject
    team: EventObject | None = None
    channel: EventObject | None = None
    container: dict[str, JsonValue] | None = None
    enterprise: EventObject | None = None
    view: _View | None = None


class _Click(_Interaction):
    actions: list[_Action] = Field(min_length=1)


class _Submission(_Interaction):
    view: _View


class _Command(EventModel):
    command: str = Field(pattern="^/")
    team_id: str = Field(min_length=1)
    channel_id: str = Field(min_length=1)
    user_id: str = Field(min_length=1)
    response_url: str = Field(min_length=1)


_JSON_KINDS: Mapping[str, type[EventModel]] = {
    "url_verification": _Challenge,
    "event_callback": _Notification,
    "app_rate_limited": _Sent,
}
_FORM_KINDS: Mapping[str, type[EventModel]] = {
    "block_actions": _Click,
    "view_submission": _Submission,
    "view_closed": _Submission,
}
_CERTIFICATE_CHECK = ("ssl_check", "1")  # Slack sends it without any of a command's fields


def read_request_body(body: bytes, content_type: str) -> dict[str, Any]:
    """Parse a signed body into the payload that Bolt gets.

    Raises
    ------
    UnreadableError
        If it is not JSON or a form, or lacks what Slack always sends with it.

    References
    ----------
    https://docs.slack.dev/interactivity/implementing-slash-commands/#app_command_handling
    https://docs.slack.dev/reference/interaction-payloads/
    """
    try:
        return _read(body.decode(), _media_type(content_type))
    except (ValueError, RecursionError) as error:  # pydantic's errors are such, too
        raise UnreadableError from error


def _media_type(content_type: str) -> str:
    headers = Headers()
    headers["Content-Type"] = content_type
    return headers.get_content_type()


def _read(text: str, media_type: str) -> dict[str, Any]:
    if media_type == JSON:
        return _of_kind(json.loads(text), _JSON_KINDS)
    if media_type != FORM:
        raise UnreadableError
    # Strict: a lenient parser would drop a broken pair and hand on half a command.
    fields = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    form: dict[str, Any] = dict(fields)
    if len(form) < len(fields):
        raise UnreadableError  # of a field that is there twice, Bolt might read the other value
    if "payload" in form:
        return _of_kind(json.loads(form["payload"]), _FORM_KINDS)
    if _CERTIFICATE_CHECK not in fields:
        _Command.model_validate(form)
    return form


def _of_kind(sent: Any, kinds: Mapping[str, type[EventModel]]) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if not isinstance(sent, dict):
        raise UnreadableError
    kind = sent.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise UnreadableError
    json.dumps(sent, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    kinds[kind].model_validate(sent)
    return sent
