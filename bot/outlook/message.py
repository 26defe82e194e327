"""The outlook as parts: NRR if nothing else moves, and what that consists of."""

from dataclasses import replace

from bot.outlook.outlook import Outlook
from bot.outlook.wording import (
    arriving_line,
    finding,
    headline,
    part_grid,
    reading_line,
    renewed_line,
)
from bot.questions.buttons import RENEWALS, FollowUp
from bot.questions.question import View
from bot.style.parts import Parts, Quiet, Said, Table


def follow_ups(outlook: Outlook) -> list[FollowUp]:
    """List the questions to ask after an outlook, as buttons in this order."""
    return [FollowUp(RENEWALS, "Renewals", replace(outlook.question, view=View.RENEWALS))]


def outlook_parts(outlook: Outlook) -> Parts:
    """Compose an outlook."""
    return outlook.framed(
        headline(outlook),
        Said(finding(outlook), renewed_line(outlook), arriving_line(outlook)),
        Table(part_grid(outlook)),
        Quiet(reading_line(outlook)),
    )
