"""``assistant.*``: what an app that is an agent shows in its direct conversations."""

from tests.slack.errors import SlackError
from tests.slack.people import ChannelKind
from tests.slack.web_call import JsonObject, Method, WebCall

MAX_STATUS = 50
MAX_PROMPTS = 4


def set_status(call: WebCall) -> JsonObject:
    """``assistant.threads.setStatus``: below the messages of a thread, until the next one."""
    channel = call.workspace.channel(call.needed_text("channel_id", "channel_not_found"))
    if channel is None or channel.kind is not ChannelKind.DM or not call.workspace.has_agents:
        raise SlackError("channel_not_found")
    call.needed_text("thread_ts", "invalid_thread_ts")
    if len(call.text("status") or "") > MAX_STATUS:
        raise SlackError("invalid_arguments")
    return {}


def set_prompts(call: WebCall) -> JsonObject:
    """``assistant.threads.setSuggestedPrompts`` of an agent, which has no thread for them."""
    channel = call.workspace.channel(call.needed_text("channel_id", "channel_not_found"))
    if channel is None or channel.kind is not ChannelKind.DM or not call.workspace.has_agents:
        raise SlackError("channel_not_found")
    prompts = call.json("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
        raise SlackError("invalid_arguments")
    if any(prompt.keys() != {"title", "message"} for prompt in prompts):
        raise SlackError("invalid_arguments")
    return {}


ASSISTANT_METHODS = {
    "assistant.threads.setSuggestedPrompts": Method(handle=set_prompts, scope="assistant:write"),
    "assistant.threads.setStatus": Method(handle=set_status, scope="chat:write"),
}
