"""Histories for alerts: companies whose months are known beforehand, and others that are drawn."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from tests.reference.oracle.ledger import Ledger, Row, later

FIRST = date(2024, 1, 10)
"""The day on which everybody is won; what moves, moves on the tenth."""


def nth(month: int) -> date:
    return later(FIRST, month)


def course(
    percents: Iterable[str], *, accounts: int = 40, each: int = 1_000_000, segment: str = ""
) -> list[Row]:
    """Return a company whose accounts all change alike: NRR month by month, the first after one."""
    attributes = {"segment": segment} if segment else {}
    names = [f"{segment or 'a'}{number:02}" for number in range(accounts)]
    rows = [Row(name, FIRST, each, "", attributes) for name in names]
    level = Fraction(each)
    for month, percent in enumerate(percents, start=1):
        before = round(level)
        level = level * Fraction(percent) / 100
        if change := round(level) - before:
            rows += [Row(name, nth(month), change) for name in names]
    return rows


def closed_after(rows: Iterable[Row], months: int) -> Ledger:
    """Return a ledger whose first months are closed, the one of the opening counted as none."""
    return Ledger(tuple(rows), closed=later(date(2024, 2, 1), months))


def companies() -> st.SearchStrategy[Ledger]:
    return st.integers(0, 2**32).map(company_of)


def company_of(seed: int) -> Ledger:
    """Make the company of a number: segments of unequal sizes, losses, quiet months, one storm."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    months = chance.randint(7, 28)
    begins = chance.choice([months - 1, months - 2, months - 4, chance.randrange(months)])
    storm = {nth(begins + place) for place in range(chance.choice([1, 2, 3]))}
    is_quarterly, is_equal = chance.random() < 0.25, chance.random() < 0.3
    rows: list[Row] = []
    for number in range(chance.randint(14, 40)):
        segment = chance.choice(["enterprise", "smb", "smb"])
        each = 10_000 if is_equal else chance.choice([5_000, 10_000, 12_000, 40_000, 150_000])
        began = chance.choice([0, 0, 0, chance.randrange(months)])
        rows += _account(
            f"a{number:02}",
            nth(began),
            each,
            segment,
            _days(chance, began, months, is_quarterly),
            storm=storm if chance.random() < 0.6 else set(),
            chance=chance,
        )
    return closed_after(rows, months)


def _days(
    chance: random.Random,
    began: int,
    months: int,
    is_quarterly: bool,  # noqa: FBT001
) -> Iterator[date]:
    moves = chance.random() / 4
    for month in range(began + 1, months + 1):
        if chance.random() < moves and not (is_quarterly and month % 3):
            yield nth(month) - timedelta(chance.choice([0, 9]))


def _account(
    name: str,
    won: date,
    each: int,
    segment: str,
    days: Iterable[date],
    *,
    storm: set[date],
    chance: random.Random,
) -> Iterator[Row]:
    yield Row(name, won, each, "", {"segment": segment})
    balance = each
    for day in sorted({*days, *(day for day in storm if day > won)}):
        factors = [Fraction(9, 10), Fraction(19, 20)] if day in storm else _FACTORS
        target = int(balance * chance.choice(factors)) if balance else each
        driver = chance.choice(["", "pause"]) if not target else ""
        if target != balance:
            yield Row(name, day, target - balance, driver)
        balance = target


_FACTORS = [
    *(Fraction(percent, 100) for percent in (0, 50, 90, 100, 103, 110, 110, 125)),
    Fraction(2),
]
