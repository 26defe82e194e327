"""Two segments of twelve accounts, of which all but three of the second pause for some time."""

from collections.abc import Iterable
from pathlib import Path

from metrics.rollup import Scope
from storage.store.engine import Store
from tests.bot.small_company import small_company

MID: Scope = (("segment", "mid"),)
REST: Scope = (("segment", "rest"),)
Row = tuple[int, str, str]
"""The number of an account, a day, and an amount; the first twelve accounts are of mid."""


def paused_company(folder: Path, *, until: str = "2026-04-10", more: Iterable[Row] = ()) -> Store:
    """Return a store in which nine of rest pause from June 2024 until a day.

    Each account pays 100.00 from January 2024 on. Nine that pause: who comes new is of another
    cohort, which tells the three apart.
    """
    rows: list[Row] = [(account, "2024-01-10", "100.00") for account in range(24)]
    for account in range(15, 24):
        rows += [(account, "2024-06-10", "-100.00"), (account, until, "100.00")]
    text = "movement_id,account_id,date,amount,currency,segment\n"
    for number, (account, day, amount) in enumerate([*rows, *more]):
        text += f"m{number},a{account},{day},{amount},USD,{'mid' if account < 12 else 'rest'}\n"
    return small_company(folder, text)
