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
from bot.style.parts import Bullets, Parts, Quiet, Said, Table

MONTHS, VALUES, LISTED = 3, 2, 2
"""Rows that a message has of each kind; a terminal has all."""


def follow_ups(calendar: RenewalCalendar) -> list[FollowUp]:
    """List the questions to ask after renewals, as buttons in this order."""
    ahead = replace(calendar.question, view=View.OUTLOOK, dimension=None)
    return [FollowUp(OUTLOOK, "Outlook", ahead)]


def calendar_parts(calendar: RenewalCalendar) -> Parts:
    """Compose a calendar of renewals as a message."""
    return _composed(calendar, months=MONTHS, values=VALUES, listed=LISTED)


def printed_calendar(calendar: RenewalCalendar) -> Parts:
    """Compose a calendar for a terminal."""
    months, values = len(calendar.sums.months), len(calendar.sums.values)
    return _composed(calendar, months=months, values=values, listed=LARGEST)


def _composed(calendar: RenewalCalendar, *, months: int, values: int, listed: int) -> Parts:
    split = value_grid(calendar, values)
    return calendar.framed(
        headline(calendar),
        Said(finding(calendar), unsigned_line(calendar), rate_line(calendar)),
        Table(month_grid(calendar, months)),
        *([Table(split)] if split else []),
        Bullets(largest_grid(calendar, listed)),
        Quiet(hidden_line(calendar)),
    )
