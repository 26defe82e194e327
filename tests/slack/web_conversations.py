"""``conversations.*`` and ``users.info``: what the bot may look up."""

from collections import Counter
from decimal import Decimal, InvalidOperation

from tests.slack.errors import SlackError
from tests.slack.messages import Message
from tests.slack.people import OUTSIDERS, UserKind
from tests.slack.web_call import JsonObject, Method, WebCall, invalid_arguments
from tests.slack.web_chat import may_be_written_to, shown
from tests.slack.workspace import known_user

MAX_PAGE = 999


def users_info(call: WebCall) -> JsonObject:
    """``users.info``."""
    user = known_user(call.workspace, call.needed_text("user", "user_not_found"))
    return {"user": user.to_json()}


def users_lookup_by_email(call: WebCall) -> JsonObject:
    """``users.lookupByEmail``: members of the workspace only, deactivated ones not."""
    email = call.needed_text("email", "users_not_found").lower()
    for user in call.workspace.users():
        is_found = user.kind is not UserKind.DEACTIVATED and user.kind not in OUTSIDERS
        if is_found and user.email.lower() == email:
            return {"user": user.to_json()}
    raise SlackError("users_not_found")


def group_members(call: WebCall) -> JsonObject:
    """``usergroups.users.list``."""
    members = call.workspace.group(call.needed_text("usergroup"))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": members}


def info(call: WebCall) -> JsonObject:
    """``conversations.info``; each kind of channel has its own scope."""
    channel = call.visible_channel()
    call.need_scope(f"{channel.kind.value}:read")
    return {"channel": channel.to_json()}


def open_dm(call: WebCall) -> JsonObject:
    """``conversations.open`` with one user."""
    users = call.needed_text("users", "users_list_not_supplied").split(",")
    if len(users) != 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = call.workspace.open_dm(may_be_written_to(call.workspace, users[0].strip()).id)
    return {"channel": {"id": channel.id}}


def history(call: WebCall) -> JsonObject:
    """``conversations.history``: newest first; of threads only how many replies each has."""
    readable = _readable(call)
    page = _page(call, [m for m in readable if m.thread_ts in {None, m.ts}][::-1])
    beneath = Counter(m.thread_ts for m in readable if m.thread_ts not in {None, m.ts})
    for shown_one in page["messages"]:
        if replied := beneath[shown_one["ts"]]:
            shown_one |= {"thread_ts": shown_one["ts"], "reply_count": replied}
    return page


def replies(call: WebCall) -> JsonObject:
    """``conversations.replies``: the parent and its replies, oldest first."""
    parent = call.needed_text("ts")
    messages = [m for m in _readable(call) if parent in {m.ts, m.thread_ts}]
    if not messages:
        raise SlackError("thread_not_found")
    return _page(call, messages)


def _readable(call: WebCall) -> list[Message]:
    channel = call.visible_channel()
    call.need_scope(f"{channel.kind.value}:history")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    seen_until = call.workspace.clock() - call.workspace.history_lag_seconds
    oldest, latest = _moment(call, "oldest", "0"), _moment(call, "latest", "Infinity")
    return [
        message
        for message in call.workspace.messages(channel.id)
        if oldest < Decimal(message.ts) < latest
        if call.workspace.history_lag_seconds == 0 or float(message.ts) <= seen_until
    ]


def _moment(call: WebCall, name: str, default: str) -> Decimal:
    try:
        return Decimal(call.text(name) or default)
    except InvalidOperation:
        raise SlackError(f"invalid_ts_{name}") from None


def _page(call: WebCall, messages: list[Message]) -> JsonObject:
    limit = call.integer("limit", 100)
    if not 1 <= limit <= MAX_PAGE:
        raise invalid_arguments(f"limit: must be 1 to {MAX_PAGE}")
    start = _start(call)
    end = start + limit
    has_more = end < len(messages)
    page: JsonObject = {
        "messages": [_with_metadata(call, message) for message in messages[start:end]],
        "has_more": has_more,
    }
    if has_more:
        page["response_metadata"] = {"next_cursor": f"next:{end}"}
    return page


def _start(call: WebCall) -> int:
    cursor = call.text("cursor")
    if not cursor:
        return 0
    name, _, number = cursor.partition(":")
    if name != "next" or not number.isdecimal():
        raise SlackError("invalid_cursor")
    return int(number)


def _with_metadata(call: WebCall, message: Message) -> JsonObject:
    if message.metadata is None or not call.flag("include_all_metadata"):
        return shown(message)
    return shown(message) | {"metadata": message.metadata}


CONVERSATION_METHODS = {
    "users.info": Method(handle=users_info, scope="users:read"),
    "users.lookupByEmail": Method(handle=users_lookup_by_email, scope="users:read.email"),
    "usergroups.users.list": Method(handle=group_members, scope="usergroups:read"),
    "conversations.info": Method(handle=info),
    "conversations.open": Method(handle=open_dm, scope="im:write"),
    "conversations.history": Method(handle=history),
    "conversations.replies": Method(handle=replies),
}
