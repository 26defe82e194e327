"""Small companies in arrays, and movements of one month to carry them on with."""

from datetime import date

import numpy as np

from metrics.movements import MovementKind
from storage.columns.arrays import NONE, Movements, Parents, Positions, Statements
from storage.columns.company import Company, Names
from storage.store.column_types import day_number

JANUARY, FEBRUARY = day_number(date(2026, 1, 1)), day_number(date(2026, 2, 1))
PAUSE, SEATS = 0, 1
PAIRS = (("segment", "smb"), ("segment", "enterprise"), ("region", "EMEA"), ("region", "US"))
Row = tuple[int, int, int] | tuple[int, int, int, int]
"""Position, day of the month, amount in minor units, and driver."""


def arrays(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    return list(np.array(rows, np.int64).reshape(-1, width).T)


def company(
    *positions: tuple[int, int, int] | int,
    parents: tuple[tuple[int, int, int], ...] = (),
) -> Company:
    """Build a company of positions (account, product, currency), or of accounts alone.

    ``parents`` are account, day and parent.
    """
    known = [(of, NONE, 0) if isinstance(of, int) else of for of in positions]
    account, product, currency = arrays(list(known), 3)
    child, day, parent = arrays(sorted(parents), 3)
    most = max([*account.tolist(), *parent.tolist()], default=0)
    return Company(
        Positions(account=account, product=product, currency=currency),
        Parents(account=child, day=day, parent=parent, recorded=np.zeros(child.size, np.int64)),
        Names(accounts=most + 1, pairs=PAIRS, pause=PAUSE),
    )


def moved(*rows: Row) -> Movements:
    """Build movements, which are given by account and day, the first of a month being 1."""
    cells = [(*row, NONE)[:4] for row in rows]
    position, day, amount, driver = arrays(cells, 4)
    zeros = np.zeros(position.size, np.int8)
    return Movements(
        position=position,
        day=day - 1,
        amount=amount,
        kind=zeros,
        driver=driver,
        spread=zeros,
        recorded=zeros,
    )


def stated(*rows: tuple[int, int, int]) -> Statements:
    """Build statements from account, day and pair, which are given by account and day."""
    account, day, pair = arrays(list(rows), 3)
    return Statements(account=account, day=day, pair=pair, recorded=np.zeros(len(rows), np.int64))


def kinds(found: Movements) -> list[str]:
    names = list(MovementKind)
    return [names[code].value for code in found.kind.tolist()]


def parts(found: Movements) -> list[tuple[int, int]]:
    """Return the position and amount of each movement."""
    return list(zip(found.position.tolist(), found.amount.tolist(), strict=True))
