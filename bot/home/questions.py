"""Five questions to press on the Home tab, which work on the ledger at hand."""

from collections.abc import Iterator

from bot.access.visibility import Visibility
from bot.answers.examples import Examples
from bot.questions.buttons import OFFERED
from bot.questions.question import canonical_scope
from bot.style.blocks import button
from bot.style.names import dimension_name
from bot.style.parts import Actions

Offer = tuple[str, str]
"""The label of a button, and the question that it asks."""


def offers(
    examples: Examples, visibility: Visibility, *, has_year: bool = True
) -> tuple[Offer, ...]:
    """List five questions that are answered for this person.

    ``has_year`` tells whether the ledger reaches back twelve months.
    """
    found = _offers(examples, visibility, "ttm" if has_year else "last-month")
    listed = ((label, " ".join(asked.split())) for label, asked in found)
    return tuple(offer for offer, _ in zip(listed, OFFERED, strict=False))


def question_buttons(examples: Examples, visibility: Visibility, *, has_year: bool) -> Actions:
    """Lay the questions out as buttons."""
    pairs = zip(OFFERED, offers(examples, visibility, has_year=has_year), strict=False)
    found = (button(action_id, label, asked) for action_id, (label, asked) in pairs)
    return Actions(tuple(one for one in found if one))


def _offers(examples: Examples, visibility: Visibility, period: str) -> Iterator[Offer]:
    scope = visibility.first
    about = canonical_scope(scope)
    if examples.dimension and not scope:
        spelled = dimension_name(examples.dimension.replace("-", "_"))
        yield f"By {spelled}", f"by {examples.dimension} {period}"
    yield "Why last month?", f"why {about} last-month"
    if visibility.sees_accounts(scope):
        yield "Who left last quarter?", f"accounts {about} churned last-quarter"
        yield "Who is at risk?", f"at risk {about}"
    if examples.held.contracts:
        yield "What comes up for renewal?", f"renewals {about} 90d"
    if period == "ttm":
        yield "The last 24 months", f"trend {about} 24m"
    yield "Month by month", f"trend {about} monthly"
    yield "Cohorts", f"cohorts {about}"
    yield "Last quarter", f"{about} last-quarter"
    yield "Last month", f"{about} last-month"
