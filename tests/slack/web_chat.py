"""``chat.*``: what the bot says, changes and takes back."""

from dataclasses import replace
from typing import Any

from tests.slack.content import Content, check_size, checked_content
from tests.slack.errors import SlackError
from tests.slack.files import FileState
from tests.slack.messages import Message
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.web_call import JsonObject, Method, WebCall, invalid_arguments
from tests.slack.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace, known_user

SHARED_ARGUMENTS = frozenset(
    {"channel", "text", "blocks", "attachments", "link_names", "parse", "as_user", "metadata"}
)
POST_ARGUMENTS = SHARED_ARGUMENTS | {
    "client_msg_id",
    "mrkdwn",
    "reply_broadcast",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "username",
    "icon_emoji",
    "icon_url",
}
MAX_METADATA_CHARS = 16_000


def post_message(call: WebCall) -> JsonObject:
    """``chat.postMessage``: to a channel id, or to a user id, which opens the conversation."""
    _refuse_unknown(call, POST_ARGUMENTS)
    channel = _postable(call, _addressee(call))
    content = _content(call)
    message = call.workspace.put_message(
        Message(
            channel=channel.id,
            ts=call.workspace.next_ts(),
            text=content.text,
            blocks=content.blocks,
            user=call.workspace.bot.id,
            metadata=_metadata(call),
            thread_ts=call.text("thread_ts"),
            client_msg_id=call.text("client_msg_id"),
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": shown(message)}


def post_ephemeral(call: WebCall) -> JsonObject:
    """``chat.postEphemeral``: to one member of a channel that the bot is in."""
    _refuse_unknown(call, POST_ARGUMENTS | {"user"})
    channel = call.visible_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    user = call.workspace.user(call.needed_text("user", "user_not_found"))
    if user is None or not call.workspace.is_in(user, channel):
        raise SlackError("user_not_in_channel")
    content = _content(call, files_are_visible=False)
    message = Message(
        channel=channel.id,
        ts=call.workspace.next_ts(),
        text=content.text,
        blocks=content.blocks,
        user=call.workspace.bot.id,
        thread_ts=call.text("thread_ts"),
        ephemeral_to=user.id,
    )
    # Slack takes one for a thread that nobody has answered in yet, and never shows it.
    if message.thread_ts is None or call.workspace.thread(channel.id, message.thread_ts):
        call.workspace.put_message(message)
    return {"message_ts": message.ts}


def update(call: WebCall) -> JsonObject:
    """``chat.update``: text without blocks takes the blocks away."""
    _refuse_unknown(call, SHARED_ARGUMENTS | {"ts", "reply_broadcast", "file_ids"})
    message = _own_message(call, "cant_update_message")
    content = _content(call)
    metadata = _metadata(call) if "metadata" in call.arguments else message.metadata
    changed = call.workspace.put_message(
        replace(
            message,
            text=content.text,
            blocks=content.blocks,
            files=(*message.files, *_attached(call)),
            metadata=metadata,
            edited_ts=call.workspace.next_ts(),
        )
    )
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": changed.text,
        "message": shown(changed),
    }


def delete(call: WebCall) -> JsonObject:
    """``chat.delete``: with a bot's token, only what that bot has posted."""
    _refuse_unknown(call, frozenset({"channel", "ts", "as_user"}))
    message = _own_message(call, "cant_delete_message")
    call.workspace.delete_message(message)
    return {"channel": message.channel, "ts": message.ts}


def shown(message: Message) -> dict[str, Any]:
    """Return a message of the bot's as Slack shows it."""
    return message.to_json(team=TEAM_ID, app_id=APP_ID, bot_id=BOT_ID)


def may_be_written_to(workspace: Workspace, user_id: str) -> User:
    """Return the user, or refuse for one with whom the bot can have no conversation."""
    user = known_user(workspace, user_id)
    if user.kind is UserKind.DEACTIVATED:
        raise SlackError("user_disabled")
    if user.kind is UserKind.BOT:
        raise SlackError("cannot_dm_bot")
    return user


def _refuse_unknown(call: WebCall, known: frozenset[str]) -> None:
    unknown = call.arguments.keys() - known - {"token"}
    if unknown:
        raise invalid_arguments(f"unknown arguments: {', '.join(sorted(unknown))}")
    if call.arguments.get("attachments"):
        raise SlackError("invalid_attachments")


def _addressee(call: WebCall) -> Channel:
    address = call.needed_text("channel", "channel_not_found")
    if not address.startswith(("U", "W")):
        return call.visible_channel()
    if call.workspace.user(address) is None:
        raise SlackError("channel_not_found")
    return call.workspace.open_dm(may_be_written_to(call.workspace, address).id)


def _postable(call: WebCall, channel: Channel) -> Channel:
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    if channel.kind is ChannelKind.DM:
        for user_id in (channel.members or frozenset()) - {call.workspace.bot.id}:
            may_be_written_to(call.workspace, user_id)
    return channel


def _content(call: WebCall, *, files_are_visible: bool = True) -> Content:
    blocks = call.json("blocks", "invalid_blocks_format")
    content = checked_content(
        call.workspace, call.text("text"), blocks, files_are_visible=files_are_visible
    )
    check_size(blocks)
    return content


def _attached(call: WebCall) -> tuple[str, ...]:
    """Return the files that an update brings: uploaded, and processed as far as to be shown."""
    wanted = [name for name in (call.text("file_ids") or "").split(",") if name]
    files = [call.workspace.file(name) for name in wanted]
    if not all(file and file.state is FileState.COMPLETED for file in files):
        raise SlackError("file_not_found")
    return tuple(wanted)


def _metadata(call: WebCall) -> dict[str, Any] | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(
        metadata["event_payload"], dict
    ):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > MAX_METADATA_CHARS:
        raise SlackError("metadata_too_large")
    return metadata


def _own_message(call: WebCall, refusal: str) -> Message:
    channel = call.visible_channel()
    message = call.workspace.message(channel.id, call.needed_text("ts", "message_not_found"))
    if message is None or message.is_ephemeral:
        raise SlackError("message_not_found")
    if message.is_by_person:
        raise SlackError(refusal)
    return message


CHAT_METHODS = {
    "chat.postMessage": Method(handle=post_message, scope="chat:write"),
    "chat.postEphemeral": Method(handle=post_ephemeral, scope="chat:write"),
    "chat.update": Method(handle=update, scope="chat:write"),
    "chat.delete": Method(handle=delete, scope="chat:write"),
}
