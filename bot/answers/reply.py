"""A reply as a message, a picture and words, whichever kind it is of."""

from collections.abc import Callable
from functools import partial
from typing import overload

from bot.access.authority import covers
from bot.answers.answer import AccountReply, Answer, Reply
from bot.answers.faces import face_of
from bot.answers.message import answer_compositions
from bot.cohorts.table import CohortTable
from bot.message import Message
from bot.migration.matrix import MigrationMatrix
from bot.questions.buttons import EVERY_MONDAY, SHARE, TELL_ME, FollowUp, actions, within
from bot.style.framing import Frame, public_frame
from bot.style.parts import Actions, with_actions
from bot.style.rendering import fitting_message
from bot.trends.trend import Trend
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
    face = face_of(reply)
    below = actions(
        within(face.follow_ups(reply, main_dimension), sees),
        [*share[:1], *within(tell_me, sees), *share[1:], *within(face.menu(reply), sees)],
        grounds=reply.grounds,
    )
    return _laid_out(reply, below, Frame())


def shared_reply(
    reply: Reply,
    *,
    main_dimension: str,
    shared_by: str = "",
    picture: tuple[str, str] | None = None,
) -> Message:
    """Lay a reply out for a channel, as `public_frame` says, with buttons to go deeper.

    They are about the accounts of the reply: its readers may not be allowed to see others. Whoever
    clicks is answered as far as they may see, and alone.
    """
    face, covered = face_of(reply), partial(covers, reply.question.scope)
    below = actions(
        within(face.follow_ups(reply, main_dimension), covered),
        within(face.menu(reply), covered),
        grounds=reply.grounds,
    )
    return _laid_out(reply, below, public_frame(shared_by=shared_by, picture=picture))


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
    match reply:
        case Answer():
            from bot.answers.chart import answer_picture  # noqa: PLC0415

            return answer_picture(reply, source=source)
        case Trend():
            from bot.trends.chart import trend_picture  # noqa: PLC0415

            return trend_picture(reply, source=source)
        case Explanation():
            from bot.why.chart import explanation_picture  # noqa: PLC0415

            return explanation_picture(reply, source=source)
        case CohortTable():
            from bot.cohorts.chart import cohort_picture  # noqa: PLC0415

            return cohort_picture(reply, source=source)
        case MigrationMatrix():
            from bot.migration.chart import matrix_picture  # noqa: PLC0415

            return matrix_picture(reply, source=source)
        case _:
            return None


def _laid_out(reply: Reply, below: Actions, frame: Frame) -> Message:
    compositions = face_of(reply).compositions(reply)
    if isinstance(reply, Answer) and frame.picture:
        compositions = answer_compositions(reply, is_pictured=True)
    return fitting_message((with_actions(parts, below) for parts in compositions), frame)
