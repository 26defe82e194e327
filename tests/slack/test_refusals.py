from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack

REFUSALS = [
    pytest.param("chat.postMessage", {"text": "x"}, "channel_not_found", id="post-nowhere"),
    pytest.param(
        "chat.postMessage", {"channel": "U9", "text": "x"}, "channel_not_found", id="post-to-nobody"
    ),
    pytest.param(
        "chat.postMessage",
        {"channel": "C_IN", "text": "x", "metadata": {"event_type": 1, "event_payload": {}}},
        "invalid_metadata_schema",
        id="post-metadata-types",
    ),
    pytest.param(
        "chat.postMessage",
        {
            "channel": "C_IN",
            "text": "x",
            "metadata": {"event_type": "e", "event_payload": {"k": "x" * 16_000}},
        },
        "metadata_too_large",
        id="post-metadata-size",
    ),
    pytest.param(
        "chat.postMessage",
        {"channel": "C_IN", "text": {}},
        "invalid_arguments",
        id="post-text-type",
    ),
    pytest.param(
        "chat.postEphemeral",
        {"channel": "C_OLD", "user": "U_ANA", "text": "x"},
        "is_archived",
        id="ephemeral-archived",
    ),
    pytest.param(
        "chat.postEphemeral",
        {"channel": "C_OUT", "user": "U_ANA", "text": "x"},
        "not_in_channel",
        id="ephemeral-not-in",
    ),
    pytest.param(
        "chat.delete", {"channel": "C_IN", "ts": "1.0"}, "message_not_found", id="delete-nothing"
    ),
    pytest.param("conversations.open", {}, "users_list_not_supplied", id="open-nobody"),
    pytest.param(
        "conversations.open",
        {"users": "U1,U2"},
        "method_not_supported_for_channel_type",
        id="open-group",
    ),
    pytest.param(
        "conversations.history", {"channel": "C_OUT"}, "not_in_channel", id="history-not-in"
    ),
    pytest.param(
        "conversations.history",
        {"channel": "C_IN", "oldest": "yesterday"},
        "invalid_ts_oldest",
        id="history-since-when",
    ),
    pytest.param(
        "conversations.history",
        {"channel": "C_IN", "limit": 1_000},
        "invalid_arguments",
        id="history-page",
    ),
    pytest.param(
        "conversations.history",
        {"channel": "C_IN", "limit": "many"},
        "invalid_arguments",
        id="history-limit",
    ),
    pytest.param(
        "conversations.history",
        {"channel": "C_IN", "cursor": "zzz"},
        "invalid_cursor",
        id="history-cursor",
    ),
    pytest.param(
        "conversations.replies",
        {"channel": "C_IN", "ts": "1.0"},
        "thread_not_found",
        id="replies-to-nothing",
    ),
    pytest.param(
        "files.getUploadURLExternal", {"filename": "a.png"}, "invalid_arguments", id="upload-length"
    ),
    pytest.param(
        "files.getUploadURLExternal", {"length": 1}, "invalid_arguments", id="upload-name"
    ),
    pytest.param(
        "files.getUploadURLExternal",
        {"filename": "a.png", "length": 1, "alt_txt": "x" * 1_001},
        "alt_txt_too_long",
        id="upload-alt-text",
    ),
    pytest.param(
        "files.completeUploadExternal", {"files": []}, "invalid_arguments", id="complete-nothing"
    ),
    pytest.param(
        "files.completeUploadExternal", {"files": ["F1"]}, "invalid_arguments", id="complete-what"
    ),
    pytest.param("files.info", {"file": "F1"}, "file_not_found", id="info-of-nothing"),
    pytest.param("blocks.validate", {}, "invalid_arguments", id="validate-nothing"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSALS)
def test_every_refusal_has_slacks_own_code(
    slack: FakeSlack, client: WebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    places = {
        "C_IN": slack.workspace.add_channel("in").id,
        "C_OUT": slack.workspace.add_channel("out", bot_is_member=False).id,
        "C_OLD": slack.workspace.add_channel("old", is_archived=True).id,
        "U_ANA": slack.workspace.add_user("ana").id,
    }
    filled = {
        key: places.get(value, value) if isinstance(value, str) else value
        for key, value in arguments.items()
    }

    with pytest.raises(SlackApiError) as failure:
        client.api_call(method, json=filled)

    assert failure.value.response["error"] == error
    assert not any(call.accepted for call in slack.calls)
    assert slack.workspace.messages() == []


def test_a_conversation_with_somebody_since_deactivated_is_closed(
    slack: FakeSlack, client: WebClient
) -> None:
    leaver = slack.workspace.add_user("leaver", UserKind.DEACTIVATED)
    dm = slack.workspace.open_dm(leaver.id)

    with pytest.raises(SlackApiError, match="user_disabled"):
        client.chat_postMessage(channel=dm.id, text="x")


def test_looking_up_a_direct_conversation_needs_a_scope_the_manifest_does_not_ask_for(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    dm = slack.workspace.open_dm(ana.id)
    with pytest.raises(SlackApiError) as failure:
        client.conversations_info(channel=dm.id)
    assert failure.value.response["needed"] == "im:read"

    slack.workspace.add_scope(slack.bot_token, "im:read")

    assert client.conversations_info(channel=dm.id)["channel"]["user"] == ana.id


def test_an_app_token_may_ask_who_it_is(slack: FakeSlack) -> None:
    assert WebClient(slack.app_token, base_url=slack.api_url).auth_test()["app_name"] == "NRR"


def test_a_command_names_private_places_as_slack_does(
    slack: FakeSlack, ana: User, revops: Channel
) -> None:
    board = slack.workspace.add_channel("board", kind=ChannelKind.PRIVATE)
    dm = slack.workspace.open_dm(ana.id)

    names = [
        slack.slash(ana, place, "/nrr").payload["channel_name"] for place in (revops, board, dm)
    ]

    assert names == ["revops", "privategroup", "directmessage"]
