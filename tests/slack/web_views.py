"""``views.*``: the App Home of one person, and the modal in front of them."""

import json

from tests.slack.block_kit import Surface, find_errors
from tests.slack.content import invalid_blocks, with_ids
from tests.slack.errors import SlackError
from tests.slack.messages import View
from tests.slack.modals import Modal, checked_view, new_hash
from tests.slack.web_call import JsonObject, Method, WebCall, invalid_arguments
from tests.slack.workspace import APP_ID, BOT_ID, TEAM_ID, known_user

MAX_VIEW = 250_000


def publish(call: WebCall) -> JsonObject:
    """``views.publish``: replaces what the person sees on the Home tab.

    With the ``hash`` of another view than what they see it replaces nothing.
    """
    if not call.arguments.keys() <= {"user_id", "view", "hash", "token"}:
        raise invalid_arguments("unknown argument")
    user = known_user(call.workspace, call.needed_text("user_id", "user_not_found"))
    view = call.json("view", "invalid_view")
    if (
        not isinstance(view, dict)
        or view.get("type") != "home"
        or view.keys() != {"type", "blocks"}
    ):
        raise invalid_arguments("view: must be a home view")
    blocks = view["blocks"]
    errors = find_errors(blocks, Surface.HOME)
    if not isinstance(blocks, list) or errors:
        refused = invalid_blocks(errors)
        raise SlackError("invalid_arguments", refused.detail)
    if len(json.dumps(view)) > MAX_VIEW:
        raise SlackError("view_too_large")
    seen = call.workspace.home(user.id)
    if call.arguments.get("hash") and (seen is None or seen.hash != call.arguments["hash"]):
        raise SlackError("hash_conflict")
    kept = View(
        id=seen.id if seen else call.workspace.new_view_id(),
        user=user.id,
        blocks=tuple(with_ids(blocks)),
        hash=new_hash(),
    )
    call.workspace.put_home(kept)
    return {"view": kept.to_json()}


def open_modal(call: WebCall) -> JsonObject:
    """``views.open``: shows a modal to whoever the trigger belongs to.

    A wrong view leaves the trigger good for another try.
    """
    if not call.arguments.keys() <= {"trigger_id", "view", "token"}:
        raise invalid_arguments("unknown argument")
    trigger_id = call.needed_text("trigger_id")
    view = checked_view(call.json("view", "invalid_view"))
    modal = Modal(
        id=call.workspace.new_view_id(),
        user=call.workspace.modals.exchange(trigger_id),
        view=view,
        hash=new_hash(),
    )
    return {"view": _shown(call.workspace.modals.put(modal))}


def _shown(modal: Modal) -> JsonObject:
    return modal.to_json(team=TEAM_ID, app_id=APP_ID, bot_id=BOT_ID)


VIEW_METHODS = {
    "views.open": Method(handle=open_modal),
    "views.publish": Method(handle=publish),
}
