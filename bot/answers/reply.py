"""A reply as a message, a picture and words, whichever kind it is of."""

from collections.abc import Callable
from functools import partial

from bot.access.authority import covers
from bot.answers import message as answer_message
from bot.answers.answer import Reply
from bot.answers.wording.pictures import answer_alt_text
from bot.message import Message
from bot.questions.buttons import SHARE, FollowUp, actions, within
from bot.style.framing import Frame, public_frame
from bot.style.parts import Actions, with_actions
from bot.style.rendering import fitting_message
from bot.trends import message as trend_message
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text
from metrics.rollup import Scope
from storage.delivery.parcels import Picture


def private_reply(
    reply: Reply,
    *,
    can_share: bool,
    main_dimension: str,
    sees: Callable[[Scope], bool] = lambda _: True,
) -> Message:
    """Lay a reply out for the person who asked, with buttons to go deeper.

    Parameters
    ----------
    sees : callable
        Tells whether that person may see a scope: no button leads to another.
    """
    share = [FollowUp(SHARE, "Share to channel", reply.question)] if can_share else []
    below = actions(
        within(_follow_ups(reply, main_dimension), sees),
        [*share, *within(_menu(reply), sees)],
        grounds=reply.grounds,
    )
    return _laid_out(reply, below, Frame())


def shared_reply(
    reply: Reply, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Lay a reply out for a channel, as `public_frame` says, with buttons to go deeper.

    They are about the accounts of the reply: its readers may not be allowed to see others. Whoever
    clicks is answered as far as they may see, and alone.
    """
    covered = partial(covers, reply.question.scope)
    below = actions(
        within(_follow_ups(reply, main_dimension), covered),
        within(_menu(reply), covered),
        grounds=reply.grounds,
    )
    frame = public_frame(shared_by=shared_by, file_id=file_id, alt_text=_alt_text(reply))
    return _laid_out(reply, below, frame)


def reply_picture(reply: Reply, *, source: str = "") -> Picture:
    """Draw what a reply is about, with its words.

    Parameters
    ----------
    source : str
        The small print of a picture that stands alone, in a file: a message has its own.
    """
    # Loading matplotlib takes longer than answering, and most replies are never drawn.
    if isinstance(reply, Trend):
        from bot.trends.chart import trend_picture  # noqa: PLC0415

        return trend_picture(reply, source=source)
    from bot.answers.chart import answer_picture  # noqa: PLC0415

    return answer_picture(reply, source=source)


def _alt_text(reply: Reply) -> str:
    return trend_alt_text(reply) if isinstance(reply, Trend) else answer_alt_text(reply)


def _follow_ups(reply: Reply, main_dimension: str) -> list[FollowUp]:
    if isinstance(reply, Trend):
        return trend_message.follow_ups(reply, main_dimension)
    return answer_message.follow_ups(reply, main_dimension)


def _menu(reply: Reply) -> list[FollowUp]:
    return [] if isinstance(reply, Trend) else answer_message.menu(reply)


def _laid_out(reply: Reply, below: Actions, frame: Frame) -> Message:
    if isinstance(reply, Trend):
        composed = trend_message.trend_compositions(reply)
    else:
        composed = answer_message.answer_compositions(reply, is_pictured=bool(frame.picture))
    return fitting_message((with_actions(parts, below) for parts in composed), frame)
