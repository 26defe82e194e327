"""An explanation as parts: what moved, by what and where, why, and what to work on first."""

from dataclasses import replace

from bot.benchmarks.wording import quadrant_line, tier_line
from bot.questions.buttons import FollowUp, accounts_of, full_answer, split_by
from bot.questions.question import View
from bot.style.grounds import footer, warnings
from bot.style.parts import Chart, Footer, Headline, Parts, Quiet, Said
from bot.why.explanation import Explanation
from bot.why.wording import (
    accounts_line,
    blend,
    headline,
    lever_line,
    no_change_line,
    parts_line,
    play_line,
    reasons_line,
    reversal_line,
    split_line,
    usual_line,
    year_beside_line,
)
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
    return (
        Quiet(explanation.question.note, *warnings(explanation.grounds)),
        Headline(headline(explanation)),
        Said(
            reversal_line(explanation),
            no_change_line(explanation),
            parts_line(explanation),
            split_line(explanation),
            reasons_line(explanation),
            accounts_line(explanation),
            usual_line(explanation),
            lever_line(explanation),
            play_line(explanation),
            year_beside_line(explanation),
            quadrant_line(explanation.benchmarked),
            tier_line(explanation.tier_review),
        ),
        Chart(None),  # the sentences have its figures: only a picture goes here
        Quiet(blend(explanation)),
        Footer(footer(explanation.grounds)),
    )
