"""An explanation as parts: what moved, by what and where, why, and what to work on first."""

from dataclasses import replace

from bot.questions.buttons import FollowUp, accounts_of, full_answer, split_by
from bot.questions.question import View
from bot.style.parts import Chart, Parts, Quiet, Said
from bot.why.explanation import Explanation
from bot.why.wording import blend, headline, lines
from metrics.moved import news_of


def follow_ups(explanation: Explanation, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after an explanation, as buttons in this order."""
    question = explanation.question
    answered = replace(question, view=View.ANSWER, versus=None)
    other = main_dimension if explanation.dimension != main_dimension else None
    is_split = other is None or other in dict(question.scope)
    return [
        accounts_of(answered, news_of(explanation.sides.now, explanation.sides.before)),
        *([] if is_split or other is None else [split_by(question, other)]),
        full_answer(answered),
    ]


def explanation_parts(explanation: Explanation) -> Parts:
    """Compose an explanation."""
    chart = Chart(None)  # the sentences have its figures: only a picture goes here
    return explanation.framed(
        headline(explanation), Said(*lines(explanation)), chart, Quiet(blend(explanation))
    )
