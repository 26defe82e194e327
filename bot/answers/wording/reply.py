"""The picture of a reply in words, whichever kind it is of."""

from bot.answers.answer import Reply
from bot.answers.wording.pictures import bridge_alt_text
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text


def reply_alt_text(reply: Reply) -> str:
    """Return the picture of a reply in words."""
    return trend_alt_text(reply) if isinstance(reply, Trend) else bridge_alt_text(reply)
