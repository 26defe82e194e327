"""Messages to administrators about a channel that another company reads; they hold no figure."""

from bot.message import Block, Message
from bot.style.blocks import plain

DELETE_POSTS = "channel_delete_posts"


def channel_alarm(channel_id: str, posts: int) -> Message:
    """Word the alarm; ``posts`` is the number of the bot's messages there that the store knows."""
    text = (
        f"<#{channel_id}> ({channel_id}) is shared with another company, or about to be. I post no"
        f" figures there any more. {_posted(posts)} Whoever joins can read what is there already."
    )
    return Message(
        # The button is in the blocks only: the text names it for screen readers.
        text=f"{text} Press “Delete my posts there” to take mine back.",
        blocks=(
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "actions", "elements": [_button(channel_id)]},
        ),
    )


def deleted_message(channel_id: str, count: int, *, refused: int) -> Message:
    """Report that all posts are deleted; ``refused`` is the number of those that Slack keeps."""
    said = f"Deleted {_messages(count)} of mine in <#{channel_id}>; none is left."
    if refused:
        said = (
            f"Deleted {_messages(count)} of mine in <#{channel_id}>. Slack does not let me delete"
            f" {refused} more: an administrator of the workspace can."
        )
    return Message(said)


def unfinished_message(channel_id: str, count: int, *, code: str) -> Message:
    """Report that Slack stopped a deletion; ``code`` is its word for why, empty if it had none."""
    return Message(
        f"Deleted {_messages(count)} of mine in <#{channel_id}>, and then Slack did not let me go"
        f" on ({code or 'no answer'}). There may be more: press “Delete my posts there” again."
    )


def _posted(posts: int) -> str:
    if not posts:
        return "I know of nothing that I have posted there."
    return f"I have posted {_messages(posts)} there."


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _button(channel_id: str) -> Block:
    return {
        "type": "button",
        "action_id": DELETE_POSTS,
        "style": "danger",
        "text": plain("Delete my posts there"),
        "value": channel_id,
        "confirm": {  # Slack asks before it sends the click: deleting cannot be undone
            "title": plain("Delete my posts?"),
            "text": plain("Every message of mine in that channel goes, for everybody, for good."),
            "confirm": plain("Delete"),
            "deny": plain("Keep"),
        },
    }
