"""``files.*``: the upload in three steps, and looking whether Slack is done with it."""

from collections.abc import Callable
from dataclasses import replace

from tests.slack.errors import SlackError
from tests.slack.files import File, FileState
from tests.slack.messages import Message
from tests.slack.people import ChannelKind
from tests.slack.web_call import JsonObject, Method, WebCall, invalid_arguments
from tests.slack.workspace import Workspace

MAX_ALT_TEXT_CHARS = 1_000
MAX_FILES_AT_ONCE = 10


def receive_bytes(workspace: Workspace, ticket: str, content: bytes) -> tuple[int, str]:
    """Take the bytes sent to an upload URL; they must be as many as announced."""
    for file in workspace.files():
        if file.ticket == ticket and file.state is not FileState.COMPLETED:
            if len(content) != file.length:
                return 400, "length_mismatch"
            workspace.put_file(replace(file, content=content, state=FileState.BYTES_RECEIVED))
            return 200, f"OK - {len(content)}"
    return 404, "no_such_upload"


def get_upload_url(upload_url: Callable[[str], str]) -> Callable[[WebCall], JsonObject]:
    """Return ``files.getUploadURLExternal``; ``upload_url`` makes a ticket into an address."""

    def handle(call: WebCall) -> JsonObject:
        length = call.integer("length", 0)
        if length < 1:
            raise invalid_arguments("length: must be more than 0")
        alt_txt = call.text("alt_txt") or ""
        if len(alt_txt) > MAX_ALT_TEXT_CHARS:
            raise SlackError("alt_txt_too_long")
        file = call.workspace.add_file(
            name=call.needed_text("filename"), length=length, alt_txt=alt_txt
        )
        return {"upload_url": upload_url(file.ticket), "file_id": file.id}

    return handle


def complete_upload(call: WebCall) -> JsonObject:
    """``files.completeUploadExternal``: privately to the bot, or into channels."""
    channels = _channels(call)
    wanted = call.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_FILES_AT_ONCE:
        raise invalid_arguments("files: must be 1 to 10 files")
    files = [_completed(call, entry, channels) for entry in wanted]
    for file in files:
        call.workspace.put_file(file)
    for channel in channels:
        _share(call, channel, files)
    return {"files": [file.to_json(call.workspace.clock()) for file in files]}


def info(call: WebCall) -> JsonObject:
    """``files.info``: each look at a completed file brings it nearer to being processed."""
    file = call.workspace.file(call.needed_text("file", "file_not_found"))
    if file is None or file.state is not FileState.COMPLETED:
        raise SlackError("file_not_found")
    seen = file.to_json(call.workspace.clock())
    if seen["mimetype"]:
        seen["shares"] = _shares(call, file)
    call.workspace.put_file(replace(file, looks=file.looks + 1))
    return {"file": seen}


def delete(call: WebCall) -> JsonObject:
    """``files.delete``."""
    file = call.workspace.file(call.needed_text("file", "file_not_found"))
    if file is None:
        raise SlackError("file_not_found")
    call.workspace.forget_file(file)
    return {}


def _shares(call: WebCall, file: File) -> JsonObject:
    """Return where a file was shared to and by which message, once Slack knows it."""
    shares: JsonObject = {}
    for message in call.workspace.messages():
        channel = call.workspace.channel(message.channel)
        if file.id in message.files and channel is not None:
            side = "public" if channel.kind is ChannelKind.PUBLIC else "private"
            shares.setdefault(side, {}).setdefault(channel.id, []).append({"ts": message.ts})
    return shares


def _channels(call: WebCall) -> list[str]:
    given = call.text("channel_id") or call.text("channels") or ""
    names = [name for name in given.split(",") if name]
    for name in names:
        channel = call.workspace.channel(name)
        if channel is None or not channel.is_visible_to_bot:
            raise SlackError("channel_not_found")
        if not channel.bot_is_member:
            raise SlackError("not_in_channel")
        if channel.is_archived:
            raise SlackError("is_archived")
    return names


def _completed(call: WebCall, entry: object, channels: list[str]) -> File:
    if not isinstance(entry, dict):
        raise invalid_arguments("files: must be objects")
    file = call.workspace.file(str(entry.get("id")))
    if file is None or file.state is not FileState.BYTES_RECEIVED:
        raise SlackError("file_not_found")
    return replace(
        file,
        title=str(entry.get("title") or file.name),
        state=FileState.COMPLETED,
        completed_at=call.workspace.clock(),
        processing=call.workspace.file_processing,
        shared_in=tuple(channels),
    )


def _share(call: WebCall, channel: str, files: list[File]) -> None:
    call.workspace.put_message(
        Message(
            channel=channel,
            ts=call.workspace.next_ts(),
            text=call.text("initial_comment") or "",
            user=call.workspace.bot.id,
            files=tuple(file.id for file in files),
            thread_ts=call.text("thread_ts"),
        )
    )


def file_methods(upload_url: Callable[[str], str]) -> dict[str, Method]:
    """Return the methods; ``upload_url`` makes a ticket into an address to send bytes to."""
    return {
        "files.getUploadURLExternal": Method(
            handle=get_upload_url(upload_url), scope="files:write"
        ),
        "files.completeUploadExternal": Method(handle=complete_upload, scope="files:write"),
        "files.info": Method(handle=info, scope="files:read"),
        "files.delete": Method(handle=delete, scope="files:write"),
    }
