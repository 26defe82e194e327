"""The question about a rule that would fire at once, with the button that sets it up anyway."""

from bot.errors import UsageError
from bot.message import Message
from bot.style.blocks import plain, section
from bot.style.names import escaped

ALERT_ANYWAY = "alert_anyway"
"""The button's action id; its value is what would be typed after ``/nrr alert``."""

_MAX_VALUE = 2_000  # Slack's limit; a cut rule would be another one


def question(words: str, typed: str, *, is_new: bool) -> Message:
    """Build the question from what the past says of a rule, and what sets the rule up."""
    done, label = ("set up", "Set it up anyway") if is_new else ("changed", "Change it anyway")
    said = f"This alert would fire at once: {words}. Nothing is {done} yet."
    if len(typed) > _MAX_VALUE:
        raise UsageError(f"{said} Its accounts are too long to ask about: name fewer")
    button = {
        "type": "button",
        "action_id": ALERT_ANYWAY,
        "text": plain(label),
        "value": typed,
    }
    return Message(
        text=escaped(said), blocks=(section(said), {"type": "actions", "elements": [button]})
    )
