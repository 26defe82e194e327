"""A reply as a Slack message, whichever kind it is of."""

from bot.answers.answer import Reply
from bot.answers.message import answer_message, shared_message
from bot.message import Message
from bot.trends.message import shared_trend, trend_message
from bot.trends.trend import Trend


def private_reply(reply: Reply, *, can_share: bool, main_dimension: str) -> Message:
    """Return the reply for the person who asked, with buttons to go deeper."""
    if isinstance(reply, Trend):
        return trend_message(reply, can_share=can_share, main_dimension=main_dimension)
    return answer_message(reply, can_share=can_share, main_dimension=main_dimension)


def shared_reply(
    reply: Reply, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Return the reply for a channel; the parameters are those of `shared_message`."""
    if isinstance(reply, Trend):
        return shared_trend(
            reply, shared_by=shared_by, file_id=file_id, main_dimension=main_dimension
        )
    return shared_message(
        reply, shared_by=shared_by, file_id=file_id, main_dimension=main_dimension
    )
