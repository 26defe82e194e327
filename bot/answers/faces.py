"""Faces of each kind of reply: its message, the questions to ask next, and how it is printed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.accounts import message as list_message
from bot.accounts.card import message as card_message
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking import message as ranking_message
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers import message as answer_message
from bot.answers.answer import Answer, Reply
from bot.cohorts import message as cohorts_message
from bot.cohorts.table import CohortTable
from bot.comparing import message as comparing_message
from bot.comparing.comparison import Comparison
from bot.migration import message as migration_message
from bot.migration.matrix import MigrationMatrix
from bot.outlook import message as outlook_message
from bot.outlook.outlook import Outlook
from bot.questions.buttons import FollowUp, previous_period
from bot.renewals import message as renewals_message
from bot.renewals.calendar import RenewalCalendar
from bot.style.parts import Parts
from bot.trends import message as trend_message
from bot.trends.terminal import printed_trend
from bot.trends.trend import Trend
from bot.why import message as why_message
from bot.why.explanation import Explanation

R = TypeVar("R", bound=Reply)


def _previous(reply: Reply) -> list[FollowUp]:
    question = reply.question
    options = question.options
    has_previous = question.versus is None and not (options.cohort_unit or options.ahead)
    return [previous_period(question)] if has_previous else []


def _nothing(*_: object) -> list[FollowUp]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Face(Generic[R]):
    """How replies of one kind are shown.

    Attributes
    ----------
    compositions : callable
        Composes a message, the longest first.
    printed : callable
        Composes what a terminal shows, with all rows.
    follow_ups : callable
        Lists the questions to ask next, as buttons in this order; it takes the main dimension.
    menu : callable
        Lists the questions that are behind the last button.
    """

    kind: type[R]
    compositions: Callable[[R], Iterable[Parts]]
    printed: Callable[[R], Parts]
    follow_ups: Callable[[R, str], list[FollowUp]]
    menu: Callable[[R], list[FollowUp]] = _previous


_EACH: tuple[Face[Any], ...] = (
    Face(
        kind=Answer,
        compositions=answer_message.answer_compositions,
        printed=answer_message.printed_answer,
        follow_ups=answer_message.follow_ups,
    ),
    Face(
        kind=Trend,
        compositions=trend_message.trend_compositions,
        printed=printed_trend,
        follow_ups=trend_message.follow_ups,
    ),
    Face(
        kind=Explanation,
        compositions=lambda reply: (why_message.explanation_parts(reply),),
        printed=why_message.explanation_parts,
        follow_ups=why_message.follow_ups,
    ),
    Face(
        kind=Comparison,
        compositions=lambda reply: (comparing_message.comparison_parts(reply),),
        printed=comparing_message.comparison_parts,
        follow_ups=lambda reply, _: comparing_message.follow_ups(reply),
    ),
    Face(
        kind=AccountMoves,
        compositions=list_message.account_compositions,
        printed=list_message.printed_accounts,
        follow_ups=lambda reply, _: list_message.follow_ups(reply),
        menu=list_message.menu,
    ),
    Face(
        kind=AccountCard,
        compositions=card_message.card_compositions,
        printed=card_message.printed_card,
        follow_ups=card_message.card_follow_ups,
        menu=_nothing,
    ),
    Face(
        kind=AccountChoice,
        compositions=lambda reply: (card_message.choice_parts(reply),),
        printed=card_message.choice_parts,
        follow_ups=_nothing,
        menu=_nothing,
    ),
    Face(
        kind=AccountRanking,
        compositions=lambda reply: (ranking_message.ranking_parts(reply),),
        printed=ranking_message.printed_ranking,
        follow_ups=lambda reply, _: ranking_message.follow_ups(reply),
        menu=_nothing,
    ),
    Face(
        kind=CohortTable,
        compositions=cohorts_message.cohort_compositions,
        printed=cohorts_message.printed_cohorts,
        follow_ups=lambda reply, _: cohorts_message.follow_ups(reply),
    ),
    Face(
        kind=MigrationMatrix,
        compositions=lambda reply: (migration_message.matrix_parts(reply),),
        printed=migration_message.printed_matrix,
        follow_ups=lambda reply, _: migration_message.follow_ups(reply),
    ),
    Face(
        kind=RenewalCalendar,
        compositions=lambda reply: (renewals_message.calendar_parts(reply),),
        printed=renewals_message.printed_calendar,
        follow_ups=lambda reply, _: renewals_message.follow_ups(reply),
    ),
    Face(
        kind=Outlook,
        compositions=lambda reply: (outlook_message.outlook_parts(reply),),
        printed=outlook_message.outlook_parts,
        follow_ups=lambda reply, _: outlook_message.follow_ups(reply),
    ),
)
FACES = {face.kind: face for face in _EACH}


def face_of(reply: R) -> Face[R]:
    """Return how a reply is shown."""
    return FACES[type(reply)]
