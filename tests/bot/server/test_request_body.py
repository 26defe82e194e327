import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.server.request_body import UnreadableError, read_request_body
from tests.slack.signing import FORM, action_body

JSON = "application/json; charset=utf-8"
COMMAND = {
    "command": "/nrr",
    "text": "",
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "response_url": "https://hooks.slack.com/commands/x",
}
WHO = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1", "domain": "acme"}}
CLICK: dict[str, Any] = WHO | {
    "type": "block_actions",
    "enterprise": None,
    "actions": [{"type": "button", "action_id": "nrr_share", "value": "qtd"}],
}
VIEW = {
    "id": "V1",
    "type": "modal",
    "callback_id": "digest",
    "state": {"values": {"b": {"a": {"value": None}}}},
}
PICKED = {"b": {"a": {"selected_options": 7}}}
SUBMISSION: dict[str, Any] = WHO | {"type": "view_submission", "view": VIEW}
EVENT: dict[str, Any] = {
    "type": "event_callback",
    "event_id": "Ev1",
    "team_id": "T1",
    "event": {"type": "team_join"},
    "authorizations": [{"enterprise_id": None, "team_id": "T1", "is_enterprise_install": False}],
}


def form(**fields: object) -> bytes:
    return urlencode(fields).encode()


def without(known: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in known.items() if key != name}


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param(form(**COMMAND), FORM, COMMAND, id="command"),
        pytest.param(action_body(CLICK), f"{FORM}; charset=utf-8", CLICK, id="click"),
        pytest.param(action_body(SUBMISSION), FORM.upper(), SUBMISSION, id="submission"),
        pytest.param(json.dumps(EVENT).encode(), JSON, EVENT, id="event"),
        pytest.param(form(ssl_check="1", token="x"), FORM, None, id="certificate-check"),  # noqa: S106
    ],
)
def test_what_slack_sends_is_read_as_it_is(
    body: bytes, content_type: str, expected: dict[str, Any] | None
) -> None:
    read = read_request_body(body, content_type)

    assert expected is None or read == expected


HALF_A_PAIR = b'{"type": "event_callback", "team_id": "\\ud800"}'
JUNK_FORMS = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"payload=[]", id="list"),
    pytest.param(b"payload=7", id="number"),
    pytest.param(b"payload=null", id="null"),
    pytest.param(b"payload=", id="empty-payload"),
    pytest.param(b"payload=%7B", id="half-payload"),
    pytest.param(b"payload=" + b"[" * 90_000, id="deep"),
    pytest.param(b"payload=" + b"9" * 90_000, id="endless-number"),
    pytest.param(b"payload={}", id="no-type"),
    pytest.param(form(payload='{"type": ["block_actions"]}'), id="list-for-type"),
    pytest.param(form(payload='{"type": "shortcut"}'), id="unknown-type"),
    pytest.param(form(**COMMAND) + b"&user_id=U2", id="twice"),
    pytest.param(form(**COMMAND) + b"&x=%FF", id="no-text"),
    pytest.param(b"\xff\xfe", id="bytes"),
    pytest.param(b"hello", id="no-form"),
    pytest.param(form(**(COMMAND | {"command": "nrr"})), id="no-command"),
    pytest.param(action_body(CLICK | {"actions": []}), id="no-action"),
    pytest.param(action_body(CLICK | {"actions": [7]}), id="action-is-a-number"),
    pytest.param(action_body(CLICK | {"user": "U1"}), id="user-is-text"),
    pytest.param(action_body(CLICK | {"enterprise": 7}), id="enterprise-is-a-number"),
    pytest.param(
        action_body(SUBMISSION | {"view": VIEW | {"state": {"values": []}}}), id="list-of-fields"
    ),
    pytest.param(
        action_body(SUBMISSION | {"view": VIEW | {"state": {"values": PICKED}}}),
        id="picked-a-number",
    ),
    pytest.param(action_body(SUBMISSION | {"view": without(VIEW, "type")}), id="view-of-no-type"),
    *(pytest.param(form(**without(COMMAND, name)), id=name) for name in COMMAND if name != "text"),
]
JUNK_JSON = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"[]", id="list"),
    pytest.param(b'{"half": ', id="half"),
    pytest.param(HALF_A_PAIR, id="half-a-surrogate-pair"),
    pytest.param(b'{"type": "url_verification", "challenge": 7}', id="challenge-is-a-number"),
    pytest.param(json.dumps(EVENT | {"event": []}).encode(), id="event-is-a-list"),
    pytest.param(json.dumps(EVENT | {"authorizations": 7}).encode(), id="authorized-by-a-number"),
    pytest.param(json.dumps(CLICK).encode(), id="click"),
    *(pytest.param(json.dumps(without(EVENT, name)).encode(), id=name) for name in list(EVENT)[:4]),
]


@pytest.mark.parametrize("event_id", [["Ev1"], {"Ev1": 1}, 7, True, ""])
def test_an_event_id_is_text_in_whatever_carries_one(event_id: object) -> None:
    challenge = {"type": "url_verification", "challenge": "c"}
    for kind in (challenge, {"type": "app_rate_limited"}, EVENT):
        body = json.dumps(kind | {"event_id": event_id}).encode()
        with pytest.raises(UnreadableError):
            read_request_body(body, JSON)
    with pytest.raises(UnreadableError):
        read_request_body(form(payload=json.dumps(CLICK | {"event_id": event_id})), FORM)


@pytest.mark.parametrize("body", JUNK_FORMS)
def test_a_form_that_slack_would_not_send_is_not_read(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_request_body(body, FORM)


@pytest.mark.parametrize("body", JUNK_JSON)
def test_json_that_slack_would_not_send_is_not_read(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_request_body(body, JSON)


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "\x00", "a/b/c"])
def test_nothing_else_is_read_at_all(content_type: str) -> None:
    with pytest.raises(UnreadableError):
        read_request_body(form(**COMMAND), content_type)


def test_an_unreadable_body_is_not_repeated_in_what_is_said_of_it() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_request_body(b"payload=canary", FORM)

    assert str(caught.value) == ""
