"""A reply as a message, a picture and words, whichever kind it is of."""

from bot.answers.answer import Reply
from bot.answers.message import answer_message, shared_message
from bot.answers.wording.pictures import bridge_alt_text
from bot.message import Message
from bot.trends.message import shared_trend, trend_message
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text
from storage.delivery.outbox import Picture


def private_reply(reply: Reply, *, can_share: bool, main_dimension: str) -> Message:
    """Lay a reply out for the person who asked, with buttons to go deeper."""
    if isinstance(reply, Trend):
        return trend_message(reply, can_share=can_share, main_dimension=main_dimension)
    return answer_message(reply, can_share=can_share, main_dimension=main_dimension)


def shared_reply(
    reply: Reply, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Lay a reply out for a channel; the parameters are those of `shared_message`."""
    if isinstance(reply, Trend):
        return shared_trend(
            reply, shared_by=shared_by, file_id=file_id, main_dimension=main_dimension
        )
    return shared_message(
        reply, shared_by=shared_by, file_id=file_id, main_dimension=main_dimension
    )


def reply_picture(reply: Reply) -> Picture:
    """Draw the bridge of an answer, or the lines of a trend, with its words."""
    # Loading matplotlib takes longer than answering, and most replies are never drawn.
    if isinstance(reply, Trend):
        from bot.trends.chart import trend_png  # noqa: PLC0415

        return Picture(trend_png(reply), trend_alt_text(reply))
    from bot.answers.chart import bridge_png  # noqa: PLC0415

    return Picture(bridge_png(reply), bridge_alt_text(reply))
