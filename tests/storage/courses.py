"""Ledgers in which each segment has the monthly retention that a test asks for."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from metrics.money import to_major
from metrics.period_grammar import shift_months
from tests.storage.stores import csv_text

FIRST = date(2025, 1, 1)
"""The first month in which there is an opening base."""
STEADY = ("102",) * 6
"""As many months as a lasting drop is held against."""
DROP = (*STEADY, "98", "98")
HEADER = "movement_id,account_id,date,amount,currency,segment"
EACH = 10_000_000
"""What an account begins with, in minor units: enough for percentages to be exact enough."""


def month(place: int) -> date:
    return shift_months(FIRST, place)


def course(
    *, since: int = 0, until: int | None = None, accounts: int = 12, **percents: Sequence[str]
) -> str:
    """Return a file of months from `FIRST` on, in which the accounts of a segment move alike.

    A file of all months and several of some of them each hold the same movements.
    """
    rows = []
    for segment, each_month in percents.items():
        for number in range(accounts):
            account = f"{segment}-{number:02}"
            if since == 0:
                rows.append(_row(account, -1, EACH, segment))
            mrr = EACH
            for place, percent in enumerate(each_month):
                before, mrr = mrr, round(mrr * Fraction(percent) / 100)
                if since <= place < (until or len(each_month)) and mrr != before:
                    rows.append(_row(account, place, mrr - before, ""))
    return csv_text(*rows, header=HEADER)


def correction(account: str, place: int, amount: int) -> str:
    """Return a file of one movement that comes late, in major units."""
    segment = account.partition("-")[0]
    return csv_text(
        f"late-{account}-{place},{account},{_day(place)},{amount},USD,{segment}", header=HEADER
    )


def _row(account: str, place: int, amount_minor: int, segment: str) -> str:
    amount = to_major(amount_minor, "USD")
    return f"{account}-{place},{account},{_day(place)},{amount},USD,{segment}"


def _day(place: int) -> date:
    return month(place) + timedelta(days=9)
