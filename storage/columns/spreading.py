"""Spreading of a decrease without a product over the products that an account has."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from storage.columns.arrays import NONE, STATED, Movements, Positions
from storage.columns.codec import Whole
from storage.columns.position_numbers import PositionNumbers

_FIRST, _OTHER = 1, 2


def spread(rows: Movements, amounts: Whole, positions: Positions) -> Movements:
    """Split decreases without a product over what an account has in products of their currency.

    That is in proportion to the balances behind the day's other rows, by the largest remainder; of
    equal ones the first position is raised. What the day gains without a product is taken back
    first: rows of one day may come in any order. Whoever has no product keeps rows as they are, and
    so do rows that are stated to be of none.

    Parameters
    ----------
    rows : Movements
        By account and day, as the ledger has them.
    amounts : array of int
        MRR of each position before these rows.
    """
    is_unstated = (positions.product[rows.position] == NONE) & (rows.spread != STATED)
    is_open = (rows.amount < 0) & is_unstated
    if not is_open.any() or (positions.product == NONE).all():
        return rows
    account = positions.account[rows.position]
    with_products = np.unique(positions.account[positions.product != NONE])
    concerned = np.isin(account, np.intersect1d(account[is_open], with_products))
    if not concerned.any():
        return rows
    held = _Held.of(np.unique(account[concerned]), amounts, positions)
    places = np.flatnonzero(concerned)
    split = {
        row: parts
        for row, parts in held.run(rows.pick(places), account[places], is_unstated[places], places)
        if set(parts) != {int(rows.position[row])}
    }
    return _with_parts(rows, split)


def together(rows: Movements, numbers: PositionNumbers) -> Movements:
    """Put parts together again, so that rows are as the ledger has them."""
    if not (rows.spread == _FIRST).any():
        return rows
    starts = np.flatnonzero(rows.spread != _OTHER)
    whole = rows.pick(starts)
    was_split = whole.spread == _FIRST
    position = whole.position.astype(np.int64)
    position[was_split] = numbers.without_product(position[was_split])
    amount = np.add.reduceat(rows.amount.astype(np.int64), starts)
    marks = np.where(was_split, 0, whole.spread)
    return replace(whole, position=position, amount=amount, spread=marks)


@dataclass(slots=True)
class _Held:
    """Balances of some accounts by account and currency, then by position."""

    balances: dict[tuple[int, int], dict[int, int]]
    currency: dict[int, int]

    @classmethod
    def of(cls, accounts: Whole, amounts: Whole, positions: Positions) -> "_Held":
        own = np.flatnonzero(np.isin(positions.account, accounts))
        balances: defaultdict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        cells = (own, positions.account[own], positions.currency[own], amounts[own])
        currencies: dict[int, int] = {}
        for position, account, currency, amount in zip(*(c.tolist() for c in cells), strict=True):
            balances[account, currency][position] = amount
            currencies[position] = currency
        return cls(balances, currencies)

    def run(
        self, rows: Movements, account: Whole, is_unstated: Whole, places: Whole
    ) -> Iterator[tuple[int, dict[int, int]]]:
        """Yield each decrease's place with its parts by position, after the day's other rows."""
        currency = [self.currency[position] for position in rows.position.tolist()]
        cells = (column.tolist() for column in (account, rows.day, rows.position, rows.amount))
        steps = zip(*cells, currency, is_unstated.tolist(), places.tolist(), strict=True)
        for (owner, _), day in groupby(steps, key=lambda step: step[:2]):
            unstated: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
            for _, _, position, amount, code, is_without, place in day:
                if is_without:
                    unstated[code].append((position, amount, place))
                else:
                    self.balances[owner, code][position] += amount
            for code, some in unstated.items():
                yield from _allotted(some, self.balances[owner, code])


def _allotted(
    rows: list[tuple[int, int, int]], balances: dict[int, int]
) -> Iterator[tuple[int, dict[int, int]]]:
    """Spread what a day's rows without a product take away; each decrease fills its own parts."""
    position = rows[0][0]
    gained = sum(amount for _, amount, _ in rows if amount > 0)
    lost = -sum(amount for _, amount, _ in rows if amount < 0)
    left = _parts(lost - gained, balances, position) if lost > gained else {}
    balances[position] += max(0, gained - lost)
    for number, part in left.items():
        balances[number] += part
    left[position] = left.get(position, 0) - min(gained, lost)
    for _, amount, place in rows:
        if amount < 0:
            yield place, _taken(left, amount)


def _taken(left: dict[int, int], amount: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for number in sorted(left):
        part = max(left[number], amount - sum(found.values()))
        left[number] -= part
        if part:
            found[number] = part
    return found


def _parts(loss: int, balances: dict[int, int], position: int) -> dict[int, int]:
    held = {number: balance for number, balance in sorted(balances.items()) if balance > 0}
    total = sum(held.values())
    if loss > total:  # of a past moment: the gain that it took is not known yet
        return {position: -loss}
    shares = {number: divmod(loss * balance, total) for number, balance in held.items()}
    missing = loss - sum(whole for whole, _ in shares.values())
    raised = set(sorted(shares, key=lambda number: -shares[number][1])[:missing])
    found = {number: whole + (number in raised) for number, (whole, _) in shares.items()}
    return {number: -part for number, part in found.items() if part}


def _with_parts(rows: Movements, split: dict[int, dict[int, int]]) -> Movements:
    counts = np.ones(len(rows), np.int64)
    counts[list(split)] = [len(parts) for parts in split.values()]
    found = rows.pick(np.repeat(np.arange(len(rows)), counts))
    starts = np.append(0, np.cumsum(counts))
    position, amount = found.position.astype(np.int64), found.amount.astype(np.int64)
    marks = found.spread.astype(np.int8)
    for row, parts in split.items():
        own = slice(starts[row], starts[row + 1])
        position[own], amount[own] = list(parts), list(parts.values())
        marks[own] = _OTHER
        marks[starts[row]] = _FIRST
    return replace(found, position=position, amount=amount, spread=marks)
