"""Renewals as parts: how much comes up, by month and by segment, and the largest."""

from dataclasses import replace

from bot.questions.buttons import OUTLOOK, FollowUp
from bot.questions.question import View
from bot.renewals.calendar import RenewalCalendar
from bot.renewals.measuring import LARGEST
from bot.renewals.wording import (
    finding,
    headline,
    hidden_line,
    largest_grid,
    month_grid,
    rate_line,
    unsigned_line,
    value_grid,
)
from bot.style.grounds import footer, warnings
from bot.style.parts import Bullets, Footer, Headline, Parts, Quiet, Said, Table

LISTED = 3
"""Accounts that a message lists; a terminal lists more."""


def follow_ups(calendar: RenewalCalendar) -> list[FollowUp]:
    """List the questions to ask after renewals, as buttons in this order."""
    ahead = replace(calendar.question, view=View.OUTLOOK, dimension=None)
    return [FollowUp(OUTLOOK, "Outlook", ahead)]


def calendar_parts(calendar: RenewalCalendar, *, listed: int = LISTED) -> Parts:
    """Compose a calendar of renewals, with the largest so many accounts."""
    values = value_grid(calendar)
    return (
        Quiet(calendar.question.note, *warnings(calendar.grounds)),
        Headline(headline(calendar)),
        Said(finding(calendar), unsigned_line(calendar), rate_line(calendar)),
        Table(month_grid(calendar)),
        *([Table(values)] if values else []),
        Bullets(largest_grid(calendar, listed)),
        Quiet(hidden_line(calendar)),
        Footer(footer(calendar.grounds)),
    )


def printed_calendar(calendar: RenewalCalendar) -> Parts:
    """Compose a calendar for a terminal."""
    return calendar_parts(calendar, listed=LARGEST)
