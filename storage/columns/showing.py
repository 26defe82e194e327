"""One month of the columns in words: each position with its attributes and its movements."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlmodel import Session

from metrics.movements import KINDS, MovementKind
from metrics.rollup import Attributes
from storage.columns.arrays import NEVER, NONE, Movements
from storage.columns.codec import Whole
from storage.columns.combinations import read_attribute_sets
from storage.columns.reading import ColumnReader
from storage.errors import EmptyLedgerError, MonthNotBuiltError
from storage.store.column_types import day_of
from storage.store.statements import binary_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMovement:
    """A movement in words, in signed minor units."""

    day: date
    kind: MovementKind
    amount_minor: int
    driver: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPosition:
    """An account's balance in one product and currency at a month start, and what moved it.

    ``under`` is the topmost account that it counts under, where that is another; ``attributes`` are
    those that it counts by there, ``first_paid`` is its own.
    """

    account: str
    product: str | None
    currency: str
    mrr_minor: int
    under: str | None
    attributes: Attributes
    first_paid: date | None
    movements: tuple[ShownMovement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMonth:
    """Positions that have MRR at a month start, or move in the month, in order of account."""

    month: date
    count: int
    positions: tuple[ShownPosition, ...]


def show_month(session: Session, month: date, *, most: int | None) -> ShownMonth:
    """Read a month of the columns, at most so many positions of it.

    Raises
    ------
    EmptyLedgerError, MonthNotBuiltError
        If nothing is built, or this month is not.
    """
    reader = ColumnReader(session)
    first, through = reader.first_month(), reader.built_through
    if first is None:
        raise EmptyLedgerError
    if not first <= month <= through:
        raise MonthNotBuiltError(month, first, through)
    moved = reader.movements(month)
    shown = np.union1d(np.flatnonzero(reader.amounts(month)), moved.position)
    labels = _Labels(session)
    owners = reader.positions().account[shown]
    order = sorted(range(shown.size), key=lambda place: (labels.accounts[owners[place]], place))
    chosen = shown[order[:most]]
    return ShownMonth(
        month=month,
        count=shown.size,
        positions=tuple(_positions(reader, month, chosen, labels, moved)),
    )


class _Labels:
    def __init__(self, session: Session) -> None:
        self.sets = read_attribute_sets(session)
        self.accounts, self.products, self.drivers, self.currencies = (
            dict(binary_rows(session, f"SELECT number, {name} FROM {table}"))  # noqa: S608 # nosec
            for table, name in (
                ("account", "account_id"),
                ("product", "name"),
                ("driver", "name"),
                ("currency", "code"),
            )
        )


def _positions(
    reader: ColumnReader, month: date, chosen: Whole, labels: _Labels, moved: Movements
) -> Iterator[ShownPosition]:
    positions, amounts = reader.positions(), reader.amounts(month)
    place = _cell(reader.places(month), 0)
    first_paid = _cell(reader.first_paid(), NEVER)
    tree = reader.tree(month)
    movements = _by_position(
        moved.pick(np.flatnonzero(np.isin(moved.position, chosen))), month, labels
    )
    for position in chosen.tolist():
        account = int(positions.account[position])
        root = int(tree.roots(np.array([account]))[0])
        paid = first_paid(account)
        yield ShownPosition(
            account=labels.accounts[account],
            product=labels.products.get(int(positions.product[position])),
            currency=labels.currencies[int(positions.currency[position])],
            mrr_minor=int(amounts[position]),
            under=None if root == account else labels.accounts[root],
            attributes=labels.sets[place(root)],
            first_paid=None if paid == NEVER else day_of(paid),
            movements=movements.get(position, ()),
        )


def _cell(cells: Whole, missing: int) -> Callable[[int], int]:
    return lambda place: int(cells[place]) if place < cells.size else missing


def _by_position(
    moved: Movements, month: date, labels: _Labels
) -> Mapping[int, tuple[ShownMovement, ...]]:
    found: dict[int, tuple[ShownMovement, ...]] = {}
    columns = (moved.position, moved.day, moved.kind, moved.amount, moved.driver)
    for position, day, kind, amount, driver in zip(*(c.tolist() for c in columns), strict=True):
        movement = ShownMovement(
            day=month + timedelta(days=day),
            kind=KINDS[kind],
            amount_minor=amount,
            driver=None if driver == NONE else labels.drivers[driver],
        )
        found[position] = (*found.get(position, ()), movement)
    return found
