"""Outlooks to show, each a plain value."""

from datetime import date

from bot.outlook.outlook import Outlook
from bot.questions.question import Question, View, ViewOptions, Words
from metrics.horizons import Horizon
from metrics.outlook import ENDS, NOTICE, KnownChange, KnownCourse, outlook_of
from tests.bot.sample_answers import period_of, sample_answer

END = date(2027, 2, 20)


def course(unit: int, opening: int, minor: int, driver: str) -> KnownCourse:
    """Return an account with one change, on 1 January 2027."""
    return KnownCourse(
        unit=unit, opening=opening, changes=(KnownChange(date(2027, 1, 1), minor, driver),)
    )


COURSES = (
    course(1, 1_000_00, -1_000_00, ENDS),
    course(2, 500_00, -500_00, NOTICE),
    course(3, 200_00, 100_00, "seats"),
    course(4, 300_00, -33_00, "price"),
    course(5, 0, 100_00, ""),
)


def sample_outlook(*courses: KnownCourse, opening: int = 30_000_00) -> Outlook:
    """Return the outlook of November 2026 with some accounts that change."""
    question = Question(
        words=Words(text="outlook"),
        scope=(),
        period=period_of("2026-10"),
        view=View.OUTLOOK,
        options=ViewOptions(ahead=Horizon(days=90)),
    )
    return Outlook(
        question=question,
        grounds=sample_answer().grounds,
        first=date(2026, 11, 22),
        end=END,
        day=date(2026, 11, 1),
        known=outlook_of(courses, accounts=40 if opening else 0, opening=opening, end=END),
    )
