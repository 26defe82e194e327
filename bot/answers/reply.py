"""A reply as a message, a picture and words, whichever kind it is of."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import overload

from bot.access.authority import covers
from bot.accounts.faces import AccountReply, account_compositions, account_follow_ups, account_menu
from bot.answers import message as answer_message
from bot.answers.answer import Answer, Reply
from bot.answers.table_views import (
    TableView,
    table_alt_text,
    table_compositions,
    table_follow_ups,
    table_picture,
)
from bot.answers.wording.pictures import answer_alt_text
from bot.comparing import message as comparing_message
from bot.comparing.comparison import Comparison
from bot.message import Message
from bot.questions.buttons import (
    EVERY_MONDAY,
    SHARE,
    TELL_ME,
    FollowUp,
    actions,
    previous_period,
    within,
)
from bot.style.framing import Frame, public_frame
from bot.style.parts import Actions, Parts, with_actions
from bot.style.rendering import fitting_message
from bot.trends import message as trend_message
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text
from bot.why import message as why_message
from bot.why.explanation import Explanation
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
    posted = [(SHARE, "Share to channel"), (EVERY_MONDAY, "Every Monday here")]
    share = [FollowUp(*one, reply.question) for one in posted] if can_share else []
    tell_me = [FollowUp(TELL_ME, "Tell me when it drops", reply.question)]
    # digests and alerts are of a scope, on the usual basis
    if isinstance(reply, AccountReply) or not reply.question.is_on_usual_basis:
        share, tell_me = share[:1], []
    below = actions(
        within(_follow_ups(reply, main_dimension), sees),
        [*share[:1], *within(tell_me, sees), *share[1:], *within(_menu(reply), sees)],
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


@overload
def reply_picture(reply: Answer | Trend, *, source: str = "") -> Picture: ...
@overload
def reply_picture(reply: Reply, *, source: str = "") -> Picture | None: ...
def reply_picture(reply: Reply, *, source: str = "") -> Picture | None:
    """Draw what a reply is about, with its words; None of what sentences and tables say better.

    Parameters
    ----------
    source : str
        The small print of a picture that stands alone, in a file: a message has its own.
    """
    # Loading matplotlib takes longer than answering, and most replies are never drawn.
    if isinstance(reply, Trend):
        from bot.trends.chart import trend_picture  # noqa: PLC0415

        return trend_picture(reply, source=source)
    if isinstance(reply, Explanation):
        from bot.why.chart import explanation_picture  # noqa: PLC0415

        return explanation_picture(reply, source=source)
    if isinstance(reply, TableView):
        return table_picture(reply, source=source)
    if not isinstance(reply, Answer):
        return None
    from bot.answers.chart import answer_picture  # noqa: PLC0415

    return answer_picture(reply, source=source)


def _alt_text(reply: Reply) -> str:
    if isinstance(reply, Trend):
        return trend_alt_text(reply)
    if isinstance(reply, Explanation):
        from bot.why.chart import explanation_alt_text  # noqa: PLC0415

        return explanation_alt_text(reply)
    if isinstance(reply, TableView):
        return table_alt_text(reply)
    return answer_alt_text(reply) if isinstance(reply, Answer) else ""


def _follow_ups(reply: Reply, main_dimension: str) -> list[FollowUp]:
    if isinstance(reply, AccountReply):
        return account_follow_ups(reply, main_dimension)
    match reply:
        case Answer():
            return answer_message.follow_ups(reply, main_dimension)
        case Trend():
            return trend_message.follow_ups(reply, main_dimension)
        case Explanation():
            return why_message.follow_ups(reply, main_dimension)
        case Comparison():
            return comparing_message.follow_ups(reply)
        case _:
            return table_follow_ups(reply)


def _menu(reply: Reply) -> list[FollowUp]:
    if isinstance(reply, Answer):
        return answer_message.menu(reply)
    if isinstance(reply, AccountReply):
        return account_menu(reply)
    question = reply.question
    options = question.options
    has_previous = question.versus is None and not (options.cohort_unit or options.ahead)
    return [previous_period(question)] if has_previous else []


def _laid_out(reply: Reply, below: Actions, frame: Frame) -> Message:
    composed = (with_actions(parts, below) for parts in _compositions(reply, frame))
    return fitting_message(composed, frame)


def _compositions(reply: Reply, frame: Frame) -> Iterable[Parts]:
    if isinstance(reply, AccountReply):
        return account_compositions(reply)
    match reply:
        case Answer():
            return answer_message.answer_compositions(reply, is_pictured=bool(frame.picture))
        case Trend():
            return trend_message.trend_compositions(reply)
        case Explanation():
            return (why_message.explanation_parts(reply),)
        case Comparison():
            return (comparing_message.comparison_parts(reply),)
        case _:
            return table_compositions(reply)
