"""Ledgers that nobody wrote by hand: changes on the first of a month, pauses, data that ends."""

import random
from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.reference.oracle.ledger import Ledger, Row, later, month_of

BEGIN, LAST = date(2023, 3, 1), date(2024, 12, 31)
TODAYS = (
    *(date(2024, month, 1) for month in (1, 2, 3, 4, 7, 10, 12)),
    *(date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 30)),
    *(date(2024, 3, 31), date(2024, 4, 30), date(2024, 8, 31), date(2024, 12, 31)),
    *(date(2024, 5, 17), date(2024, 11, 28), date(2025, 1, 1), date(2025, 2, 10)),
)
LEVELS = (0, 0, 1, 10_000, 15_000, 33_333, 33_334, 250_000, 1_000_001)
STAYS = (1, 31, 89, 90, 90, 91, 120)
"""Days that a pause lasts."""


def ledgers(*, late: bool = False) -> st.SearchStrategy[Ledger]:
    """Draw a ledger; with ``late``, its rows were recorded up to half a year after their day."""
    drawn = st.integers(0, 2**32).map(lambda seed: ledger_of(seed, late=late))
    return drawn.filter(lambda ledger: bool(ledger.rows))  # a file without a row is refused


def ledger_of(seed: int, *, late: bool = False) -> Ledger:
    """Make the ledger of a number, the same each time."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    rows = [row for name in "abcdefg"[: chance.randint(2, 7)] for row in _history(name, chance)]
    if late:
        rows = [_recorded(row, chance) for row in rows]
    chance.shuffle(rows)
    closed = chance.choice([None, *(later(BEGIN, months) for months in range(8, 22))])
    covered = chance.choice([None, None, _any_day(chance), month_of(_any_day(chance))])
    return _cut(Ledger(tuple(rows), closed, covered), chance)


def _cut(ledger: Ledger, chance: random.Random) -> Ledger:
    """Leave out what came after some day, or a month in the middle that nobody imported."""
    end = chance.choice([LAST, LAST, _any_day(chance)])
    hole = month_of(_any_day(chance)) if chance.random() < 0.3 else date.max
    kept = [row for row in ledger.rows if row.day <= end and month_of(row.day) != hole]
    if any(lowest(kept, row.account) < 0 for row in kept):
        return ledger
    return Ledger(tuple(kept), ledger.closed, ledger.covered) if kept else ledger


def lowest(rows: Iterable[Row], account: str) -> int:
    """Return the lowest balance of an account at the end of any day."""
    mine = sorted((row.day, row.amount) for row in rows if row.account == account)
    days = {day for day, _ in mine}
    return min((sum(amount for day, amount in mine if day <= end) for end in days), default=0)


def _any_day(chance: random.Random) -> date:
    """Return a day, most often the first or last of a month."""
    first = later(BEGIN, chance.randrange(22))
    days = (first, first, first, first + timedelta(1), later(first, 1) - timedelta(1))
    return chance.choice([*days, first + timedelta(chance.randrange(28))])


def _history(account: str, chance: random.Random) -> list[Row]:
    rows: list[Row] = []
    balance, day = 0, _any_day(chance)
    while day <= LAST and len(rows) < 12:
        if balance and chance.random() < 0.35:
            rows += _rows(account, day, -balance, "pause", chance)
            balance, day = 0, day + timedelta(chance.choice(STAYS))
        target = chance.choice(LEVELS)
        if day <= LAST and target != balance:
            driver = "" if target else chance.choice(["price", "pause", ""])
            rows += _rows(account, day, target - balance, driver, chance)
            balance = target
        day = max(day + timedelta(1), _any_day(chance))
        if chance.random() < 0.1:
            break
    return rows


def _rows(account: str, day: date, change: int, driver: str, chance: random.Random) -> list[Row]:
    """Return one row, or several of one day that come to the same."""
    attributes = {}
    if chance.random() < 0.4:
        attributes["segment"] = chance.choice(["enterprise", "smb"])
    if chance.random() < 0.3:
        attributes["plan"] = chance.choice(["starter", "growth"])
    row = Row(account, day, change, driver, attributes)
    if chance.random() < 0.8:
        return [row]
    there_and_back = 700
    return [row, Row(account, day, there_and_back), Row(account, day, -there_and_back)]


def _recorded(row: Row, chance: random.Random) -> Row:
    day = row.day + timedelta(chance.choice([0, 0, 0, 20, 40, 180]))
    return Row(row.account, row.day, row.amount, row.driver, row.attributes, day)
