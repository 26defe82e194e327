import json
import urllib.request
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.clock import AdjustableClock
from tests.slack.content import MAX_BLOCKS_JSON_CHARS, MAX_TEXT_CHARS
from tests.slack.messages import Message
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.workspace import Workspace

KEY = {"event_type": "nrr_outbox", "event_payload": {"k": "abc"}}


def error_of(failure: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failure.value.response["error"])


def post_raw(slack: FakeSlack, method: str, body: bytes, content_type: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is our own
        slack.api_url + method,
        data=body,
        headers={"Content-Type": content_type, "Authorization": f"Bearer {slack.bot_token}"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
        return answer


def test_auth_test_says_who_the_bot_is(slack: FakeSlack, client: WebClient) -> None:
    answer = client.auth_test()

    assert answer["user_id"] == slack.workspace.bot.id
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        pytest.param(None, "not_authed", id="no-token"),
        pytest.param("xoxb-unknown", "invalid_auth", id="unknown-token"),
    ],
)
def test_a_token_is_needed(slack: FakeSlack, token: str | None, error: str) -> None:
    with pytest.raises(SlackApiError) as failure:
        WebClient(token, base_url=slack.api_url).auth_test()

    assert error_of(failure) == error


def test_a_revoked_token_is_refused_until_it_is_mended(slack: FakeSlack, client: WebClient) -> None:
    slack.workspace.break_token(slack.bot_token, "account_inactive")
    with pytest.raises(SlackApiError) as failure:
        client.auth_test()
    assert error_of(failure) == "account_inactive"

    slack.workspace.mend_token(slack.bot_token)

    assert client.auth_test()["ok"]


def test_only_an_app_token_opens_socket_mode(slack: FakeSlack, client: WebClient) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.apps_connections_open(app_token=slack.bot_token)

    assert error_of(failure) == "not_allowed_token_type"


def test_a_missing_scope_is_named(slack: FakeSlack, client: WebClient, ana: User) -> None:
    slack.workspace.drop_scope(slack.bot_token, "users:read")

    with pytest.raises(SlackApiError) as failure:
        client.users_info(user=ana.id)

    assert error_of(failure) == "missing_scope"
    assert failure.value.response["needed"] == "users:read"
    assert "chat:write" in failure.value.response["provided"]


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.api_call("chat.shout")

    assert error_of(failure) == "unknown_method"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        pytest.param(b"{", "application/json", "invalid_json", id="broken"),
        pytest.param(b'{"a": NaN}', "application/json", "invalid_json", id="not-a-number"),
        pytest.param(b"[]", "application/json", "json_not_object", id="not-an-object"),
        pytest.param(
            b"channel=C00000099&text=x",
            "application/x-www-form-urlencoded",
            "channel_not_found",
            id="form",
        ),
    ],
)
def test_bodies_are_read_as_slack_reads_them(
    slack: FakeSlack, body: bytes, content_type: str, error: str
) -> None:
    answer = post_raw(slack, "chat.postMessage", body, content_type)

    assert answer == {"ok": False, "error": error}


def test_a_form_carries_blocks_as_json_text(slack: FakeSlack, revops: Channel) -> None:
    body = f"channel={revops.id}&text=x&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D".encode()

    answer = post_raw(slack, "chat.postMessage", body, "application/x-www-form-urlencoded")

    assert answer["message"]["blocks"] == [{"type": "divider", "block_id": "b1"}]


# Users


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        pytest.param(UserKind.ADMIN, "is_admin", id="admin"),
        pytest.param(UserKind.GUEST, "is_restricted", id="guest"),
        pytest.param(UserKind.SINGLE_CHANNEL_GUEST, "is_ultra_restricted", id="single-channel"),
        pytest.param(UserKind.DEACTIVATED, "deleted", id="deactivated"),
        pytest.param(UserKind.BOT, "is_bot", id="bot"),
    ],
)
def test_users_info_tells_standing(
    slack: FakeSlack, client: WebClient, kind: UserKind, flag: str
) -> None:
    user = slack.workspace.add_user("someone", kind)

    assert client.users_info(user=user.id)["user"][flag] is True


def test_an_external_user_is_of_another_team(slack: FakeSlack, client: WebClient) -> None:
    partner = slack.workspace.add_user("partner", UserKind.EXTERNAL)

    seen = client.users_info(user=partner.id)["user"]

    assert seen["team_id"] != client.auth_test()["team_id"]
    assert seen["is_stranger"] is False


def test_a_stranger_is_not_visible(slack: FakeSlack, client: WebClient) -> None:
    stranger = slack.workspace.add_user("stranger", UserKind.STRANGER)

    with pytest.raises(SlackApiError) as failure:
        client.users_info(user=stranger.id)

    assert error_of(failure) == "user_not_visible"


def test_an_unknown_user_is_not_found(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.users_info(user="U99999999")

    assert error_of(failure) == "user_not_found"


# Channels


def test_conversations_info_tells_who_else_reads(slack: FakeSlack, client: WebClient) -> None:
    channel = slack.workspace.add_channel("partners", is_ext_shared=True)
    slack.workspace.put_channel(replace(channel, pending_connected_team_ids=("T00000003",)))

    seen = client.conversations_info(channel=channel.id)["channel"]

    assert seen["is_ext_shared"] is True
    assert seen["is_shared"] is True
    assert seen["pending_connected_team_ids"] == ["T00000003"]
    assert seen["is_member"] is True


def test_each_kind_of_channel_has_its_own_scope(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    private = slack.workspace.add_channel("board", kind=ChannelKind.PRIVATE)
    slack.workspace.drop_scope(slack.bot_token, "groups:read")

    assert client.conversations_info(channel=revops.id)["ok"]
    with pytest.raises(SlackApiError) as failure:
        client.conversations_info(channel=private.id)

    assert failure.value.response["needed"] == "groups:read"


def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    slack: FakeSlack, client: WebClient
) -> None:
    private = slack.workspace.add_channel("board", kind=ChannelKind.PRIVATE, bot_is_member=False)

    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.conversations_info(channel=private.id)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.conversations_history(channel=private.id)


def test_conversations_open_always_gives_the_same_conversation(
    client: WebClient, ana: User
) -> None:
    first, second = (client.conversations_open(users=ana.id)["channel"]["id"] for _ in range(2))

    assert first == second
    assert first.startswith("D")


# Messages


def test_a_post_is_kept_with_blocks_metadata_and_ts(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    answer = client.chat_postMessage(
        channel=revops.id, text="NRR 101.5%", blocks=[{"type": "divider"}], metadata=KEY
    )

    [message] = slack.workspace.messages(revops.id)
    assert message.ts == answer["ts"]
    assert message.text == "NRR 101.5%"
    assert message.metadata == KEY


def test_time_stamps_grow_even_when_the_clock_stands_still() -> None:
    workspace = Workspace(AdjustableClock(lambda: 1_790_000_000.5))

    stamps = [workspace.next_ts() for _ in range(3)]

    assert stamps == ["1790000000.500000", "1790000000.500001", "1790000000.500002"]


@pytest.mark.parametrize(
    ("say", "error"),
    [
        pytest.param({"text": ""}, "no_text", id="neither-text-nor-blocks"),
        pytest.param({"text": " ", "blocks": [{"type": "divider"}]}, "no_text", id="blocks-alone"),
        pytest.param({"text": "x" * (MAX_TEXT_CHARS + 1)}, "msg_too_long", id="too-long"),
        pytest.param({"text": "x", "attachments": [{}]}, "invalid_attachments", id="attachments"),
        pytest.param({"text": "x", "shout": True}, "invalid_arguments", id="unknown-argument"),
        pytest.param({"text": "x", "metadata": {"k": 1}}, "invalid_metadata_format", id="metadata"),
        pytest.param({"text": "x", "blocks": "["}, "invalid_blocks_format", id="broken-blocks"),
    ],
)
def test_a_post_is_refused(
    slack: FakeSlack, client: WebClient, revops: Channel, say: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.api_call("chat.postMessage", json={"channel": revops.id, **say})

    assert error_of(failure) == error
    assert slack.workspace.messages() == []


def test_invalid_blocks_come_back_with_a_json_pointer(client: WebClient, revops: Channel) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x", blocks=[header])

    reason = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert error_of(failure) == "invalid_blocks"
    assert failure.value.response["errors"] == [reason]
    assert failure.value.response["response_metadata"]["messages"] == [f"[ERROR] {reason}"]


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def test_blocks_are_too_long_together_one_character_after_the_limit(
    client: WebClient, revops: Channel
) -> None:
    def sections(size: int) -> list[dict[str, Any]]:
        full = [section(2_000) for _ in range(6)]
        rest = size - len(json.dumps([*full, section(0)], separators=(",", ":")))
        return [*full, section(rest)]

    fits, too_long = sections(MAX_BLOCKS_JSON_CHARS), sections(MAX_BLOCKS_JSON_CHARS + 1)

    assert client.chat_postMessage(channel=revops.id, text="x", blocks=fits)["ok"]
    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x", blocks=too_long)
    assert error_of(failure) == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("kind", "is_archived", "bot_is_member", "error"),
    [
        pytest.param(ChannelKind.PUBLIC, False, False, "not_in_channel", id="public-not-in"),
        pytest.param(ChannelKind.PRIVATE, False, False, "channel_not_found", id="private-not-in"),
        pytest.param(ChannelKind.PUBLIC, True, True, "is_archived", id="archived"),
    ],
)
def test_the_bot_posts_only_where_it_may(
    slack: FakeSlack,
    client: WebClient,
    kind: ChannelKind,
    *,
    is_archived: bool,
    bot_is_member: bool,
    error: str,
) -> None:
    channel = slack.workspace.add_channel(
        "elsewhere", kind=kind, is_archived=is_archived, bot_is_member=bot_is_member
    )

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=channel.id, text="x")

    assert error_of(failure) == error


def test_a_channel_name_is_no_channel(client: WebClient, revops: Channel) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=f"#{revops.name}", text="x")

    assert error_of(failure) == "channel_not_found"


def test_posting_to_a_user_opens_the_conversation(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    answer = client.chat_postMessage(channel=ana.id, text="NRR fell")

    assert answer["channel"] == slack.workspace.open_dm(ana.id).id


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        pytest.param(UserKind.DEACTIVATED, "user_disabled", id="deactivated"),
        pytest.param(UserKind.BOT, "cannot_dm_bot", id="bot"),
    ],
)
def test_not_everybody_can_be_written_to(
    slack: FakeSlack, client: WebClient, kind: UserKind, error: str
) -> None:
    user = slack.workspace.add_user("gone", kind)

    with pytest.raises(SlackApiError, match=error):
        client.chat_postMessage(channel=user.id, text="x")
    with pytest.raises(SlackApiError, match=error):
        client.conversations_open(users=user.id)


def test_an_ephemeral_is_seen_by_one_and_is_not_in_history(
    slack: FakeSlack, client: WebClient, ana: User, revops: Channel
) -> None:
    client.chat_postEphemeral(channel=revops.id, user=ana.id, text="only you")

    [message] = slack.wait_for_ephemerals(ana)
    assert message.text == "only you"
    assert client.conversations_history(channel=revops.id)["messages"] == []
    with pytest.raises(SlackApiError) as failure:
        client.chat_update(channel=revops.id, ts=message.ts, text="y")
    assert error_of(failure) == "message_not_found"


def test_an_ephemeral_needs_its_reader_in_the_channel(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    channel = slack.workspace.add_channel("empty", members=[])

    with pytest.raises(SlackApiError) as failure:
        client.chat_postEphemeral(channel=channel.id, user=ana.id, text="x")

    assert error_of(failure) == "user_not_in_channel"


def test_an_update_without_blocks_takes_them_away(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    ts = client.chat_postMessage(channel=revops.id, text="x", blocks=[{"type": "divider"}])["ts"]

    client.chat_update(channel=revops.id, ts=ts, text="corrected")

    [message] = slack.workspace.messages(revops.id)
    assert (message.text, message.blocks) == ("corrected", ())


@pytest.mark.parametrize(
    ("method", "code"),
    [("chat.delete", "cant_delete_message"), ("chat.update", "cant_update_message")],
)
def test_what_a_person_said_is_nothing_for_a_bot_to_change(
    slack: FakeSlack,
    client: WebClient,
    revops: Channel,
    method: str,
    code: str,
) -> None:
    said = Message(channel=revops.id, ts="1.000001", text="hi", user="U9", is_by_person=True)
    slack.workspace.put_message(said)

    with pytest.raises(SlackApiError, match=code):
        client.api_call(method, params={"channel": revops.id, "ts": said.ts})

    [shown] = client.conversations_history(channel=revops.id)["messages"]
    assert shown["text"] == "hi"
    assert "bot_id" not in shown


def test_a_deleted_message_is_gone(slack: FakeSlack, client: WebClient, revops: Channel) -> None:
    ts = client.chat_postMessage(channel=revops.id, text="x")["ts"]

    client.chat_delete(channel=revops.id, ts=ts)

    assert slack.workspace.messages() == []


# History


def test_history_pages_newest_first_and_shows_metadata_on_request(
    client: WebClient, revops: Channel
) -> None:
    for number in range(5):
        client.chat_postMessage(channel=revops.id, text=str(number), metadata=KEY)

    first = client.conversations_history(channel=revops.id, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=revops.id, limit=3, cursor=cursor)
    full = client.conversations_history(channel=revops.id, include_all_metadata=True)

    assert [m["text"] for page in (first, second) for m in page["messages"]] == list("43210")
    assert [page["has_more"] for page in (first, second)] == [True, False]
    assert "metadata" not in first["messages"][0]
    assert all(m["metadata"] == KEY for m in full["messages"])


def test_history_between_two_moments_leaves_both_out(client: WebClient, revops: Channel) -> None:
    stamps = [client.chat_postMessage(channel=revops.id, text="x")["ts"] for _ in range(4)]

    answer = client.conversations_history(channel=revops.id, oldest=stamps[0], latest=stamps[2])

    assert [message["ts"] for message in answer["messages"]] == [stamps[1]]


def test_replies_are_in_their_thread_and_not_in_the_history(
    client: WebClient, revops: Channel
) -> None:
    parent = client.chat_postMessage(channel=revops.id, text="digest")["ts"]
    client.chat_postMessage(channel=revops.id, text="chart", thread_ts=parent)

    history = client.conversations_history(channel=revops.id)["messages"]
    thread = client.conversations_replies(channel=revops.id, ts=parent)["messages"]

    assert [message["text"] for message in history] == ["digest"]
    assert [message["text"] for message in thread] == ["digest", "chart"]


def test_history_may_lag_behind(slack: FakeSlack, client: WebClient, revops: Channel) -> None:
    slack.workspace.history_lag_seconds = 5
    client.chat_postMessage(channel=revops.id, text="x")
    assert client.conversations_history(channel=revops.id)["messages"] == []

    slack.clock.advance(6)

    assert len(client.conversations_history(channel=revops.id)["messages"]) == 1


# Validation on request


def test_blocks_validate_explains_and_changes_nothing(slack: FakeSlack, client: WebClient) -> None:
    assert client.blocks_validate(blocks=[{"type": "divider"}])["ok"]

    with pytest.raises(SlackApiError) as failure:
        client.blocks_validate(blocks=[{"type": "header"}])

    [error] = failure.value.response["errors"]
    assert error_of(failure) == "invalid_blocks"
    assert error["pointer"] == "/0"
    assert error["message"] == "missing required field: text"
    assert slack.workspace.messages() == []
