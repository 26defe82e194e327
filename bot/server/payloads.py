"""What Slack may send: a signed body is read once, and what is none of it goes no further."""

import json
from collections.abc import Mapping
from email.message import Message as Headers
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class UnreadableError(ValueError):
    """A body that Slack would not send; it says nothing of what is in it."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Known(_Part):
    id: str = Field(min_length=1)


class _Install(_Part):
    enterprise_id: str | None = None
    team_id: str | None = None


class _Event(_Part):
    type: str = Field(min_length=1)


class _Action(_Part):
    action_id: str


class _Option(_Part):
    value: str


class _Field(_Part):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_users: list[str] | None = None
    selected_conversations: list[str] | None = None
    selected_date: str | None = None


class _State(_Part):
    values: dict[str, dict[str, _Field]] = {}


class _View(_Known):
    type: str
    callback_id: str = ""
    private_metadata: str = ""
    state: _State | None = None
    app_installed_team_id: str | None = None


class _Challenge(_Part):
    challenge: str


class _Notification(_Part):
    event_id: str = Field(min_length=1)
    team_id: str = Field(min_length=1)
    event: _Event
    authorizations: list[_Install] | None = None


class _Interaction(_Part):
    user: _Known
    team: _Known | None = None
    channel: _Known | None = None
    container: dict[str, JsonValue] | None = None
    enterprise: _Known | None = None
    view: _View | None = None


class _Click(_Interaction):
    actions: list[_Action] = Field(min_length=1)


class _Submission(_Interaction):
    view: _View


class _Command(_Part):
    command: str = Field(pattern="^/")
    team_id: str = Field(min_length=1)
    channel_id: str = Field(min_length=1)
    user_id: str = Field(min_length=1)
    response_url: str = Field(min_length=1)


_IN_JSON: Mapping[str, type[_Part]] = {
    "url_verification": _Challenge,
    "event_callback": _Notification,
    "app_rate_limited": _Part,
}
_IN_FORMS: Mapping[str, type[_Part]] = {
    "block_actions": _Click,
    "view_submission": _Submission,
    "view_closed": _Submission,
}
_CERTIFICATE_CHECK = ("ssl_check", "1")


def read_payload(body: bytes, content_type: str) -> dict[str, Any]:
    """Return what a signed body says.

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
        return _typed(json.loads(text), _IN_JSON)
    if media_type != FORM:
        raise UnreadableError
    fields = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    form: dict[str, Any] = dict(fields)
    if len(form) < len(fields):
        raise UnreadableError  # of a field that is there twice, others might see the other one
    if "payload" in form:
        return _typed(json.loads(form["payload"]), _IN_FORMS)
    if _CERTIFICATE_CHECK not in fields:
        _Command.model_validate(form)
    return form


def _typed(sent: Any, kinds: Mapping[str, type[_Part]]) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if not isinstance(sent, dict) or not isinstance(kind := sent.get("type"), str):
        raise UnreadableError
    if kind not in kinds:
        raise UnreadableError
    json.dumps(sent, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    kinds[kind].model_validate(sent)
    return sent
