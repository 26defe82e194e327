"""The picture of a reply, whichever kind it is of."""

from bot.answers.answer import Reply
from bot.answers.chart import bridge_png
from bot.trends.chart import trend_png
from bot.trends.trend import Trend


def reply_png(reply: Reply) -> bytes:
    """Return the bridge of an answer, or the lines of a trend, as PNG bytes."""
    return trend_png(reply) if isinstance(reply, Trend) else bridge_png(reply)
