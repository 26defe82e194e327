"""A comparison as parts: both levels, what makes the difference, two columns, and where it is."""

from dataclasses import replace

from bot.comparing.comparison import Comparison
from bot.comparing.wording import (
    component_grid,
    finding,
    headline,
    opening_line,
    side_grid,
    year_line,
)
from bot.questions.buttons import FollowUp, full_answer, why
from bot.style.grounds import footer, warnings
from bot.style.parts import Footer, Headline, Parts, Quiet, Said, Table


def follow_ups(comparison: Comparison) -> list[FollowUp]:
    """List the questions to ask after a comparison, as buttons in this order."""
    question = comparison.question
    left = replace(question, versus=None)
    changed = question if comparison.is_of_periods else left
    return [why(changed), full_answer(left)]


def comparison_parts(comparison: Comparison) -> Parts:
    """Compose a comparison."""
    components = component_grid(comparison)
    return (
        Quiet(comparison.question.note, *warnings(comparison.grounds)),
        Headline(headline(comparison)),
        Said(finding(comparison), year_line(comparison), opening_line(comparison)),
        Table(side_grid(comparison)),
        *([Table(components)] if components else []),
        Footer(footer(comparison.grounds)),
    )
