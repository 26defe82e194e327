"""``files.*``: the upload in three steps, and looking whether Slack is done with it."""

from collections.abc import Callable
from dataclasses import replace

from tests.slack.errors import SlackError
from tests.slack.files import File, FileState
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
    """``files.completeUploadExternal``: privately to the bot, which shows it in messages."""
    wanted = call.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_FILES_AT_ONCE:
        raise invalid_arguments("files: must be 1 to 10 files")
    if call.arguments.get("channel_id"):
        raise invalid_arguments("channel_id: the bot shares no file by itself")
    files = [_completed(call, entry) for entry in wanted]
    for file in files:
        call.workspace.put_file(file)
    return {"files": [file.to_json(call.workspace.clock()) for file in files]}


def info(call: WebCall) -> JsonObject:
    """``files.info``: each look at a completed file brings it nearer to being processed."""
    file = call.workspace.file(call.needed_text("file", "file_not_found"))
    if file is None or file.state is not FileState.COMPLETED:
        raise SlackError("file_not_found")
    seen = file.to_json(call.workspace.clock())
    call.workspace.put_file(replace(file, looks=file.looks + 1))
    return {"file": seen}


def _completed(call: WebCall, entry: object) -> File:
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
    )


def file_methods(upload_url: Callable[[str], str]) -> dict[str, Method]:
    """Return the methods; ``upload_url`` makes a ticket into an address to send bytes to."""
    return {
        "files.getUploadURLExternal": Method(
            handle=get_upload_url(upload_url), scope="files:write"
        ),
        "files.completeUploadExternal": Method(handle=complete_upload, scope="files:write"),
        "files.info": Method(handle=info, scope="files:read"),
    }
