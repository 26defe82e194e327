"""A comparison as parts: both levels, what makes the difference, two columns, and where it is."""

from dataclasses import replace

from bot.comparing.comparison import Comparison
from bot.comparing.wording import (
    component_grid,
    finding,
    headline,
    money_grid,
    opening_line,
    side_grid,
    year_line,
)
from bot.questions.buttons import FollowUp, full_answer, why
from bot.questions.question import View
from bot.style.parts import Bullets, Parts, Said, Table

MOST_VALUES = 8  # that the full comparison lists; the others are one row


def follow_ups(comparison: Comparison) -> list[FollowUp]:
    """List the questions to ask after a comparison, as buttons in this order."""
    question, is_full = comparison.question, comparison.question.view is View.FULL
    alone = replace(question, view=View.ANSWER, versus=None)
    changed = replace(question, view=View.ANSWER) if comparison.is_of_periods else alone
    return [why(changed), *([] if is_full else [full_answer(question)])]


def comparison_parts(comparison: Comparison) -> Parts:
    """Compose a comparison; in full with the sums of both sides to the cent."""
    is_full = comparison.question.view is View.FULL
    components = component_grid(comparison, **({"most": MOST_VALUES} if is_full else {}))
    opening = None if is_full else opening_line(comparison)
    return comparison.framed(
        headline(comparison),
        Said(finding(comparison), year_line(comparison), opening),
        Table(money_grid(comparison) if is_full else side_grid(comparison)),
        *([Bullets(components)] if components else []),
        in_full=is_full,
    )
