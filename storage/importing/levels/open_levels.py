"""What a file of levels leaves open, or without a product, as movements for the landing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from metrics.runs import ends
from metrics.segments import NO_VALUE
from storage.importing.levels.arithmetic import Changes, Stated
from storage.importing.levels.book import Book
from storage.importing.levels.held import HeldPositions, Losses, Unit
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, FileMovements, Whole, of_products
from storage.importing.product_days import ProductStep, are_spread, product_days, stated_steps

_Rows = list[tuple[int, int, int]]


def filled(stated: Stated, positions: int, units: Units) -> Stated:
    """Let positions have no MRR wherever the file states none."""
    is_stated = np.zeros((positions, len(units)), bool)
    is_stated[stated.position, np.searchsorted(units.since, stated.since)] = True
    position, place = np.nonzero(~is_stated)
    nothing = np.zeros(position.size, np.int64)
    filling = position, units.since[place], units.until[place], nothing, nothing + NO_LINE
    return Stated.joined([stated, Stated(*filling)]).in_order()


def kept_positions(stated: Stated, book: Book, units: Units) -> Whole:
    """List the positions that pay where the file has days and states nothing of them."""
    place = np.searchsorted(units.since, stated.since)
    following = ~ends(stated.position)
    expected = np.where(following, np.append(place[1:], 0)[: place.size], len(units))
    is_open = (expected > place + 1) & (stated.level > 0)
    others = np.setdiff1d(book.position, stated.position)
    last = np.full(others.size, units.until.max(initial=0) - 1)
    others = others[book.balances(others, last) > 0]
    found: Whole = np.concatenate([stated.position[is_open], others])
    return found


def movements_of(changes: Changes, positions: HeldPositions, *, by_product: bool) -> FileMovements:
    """Put changes into the form that a file's movements have.

    Parameters
    ----------
    by_product : bool
        Whether levels without a product are of none; else they are of all that an account has.
    """
    columns = zip(("account", "product", "currency"), positions.columns(), strict=True)
    cells = {name: column[changes.position] for name, column in columns}
    if by_product:
        cells["product"] = of_products(cells["product"], positions.texts)
    cells |= {"line": changes.line, "day": changes.day, "amount": changes.amount}
    return FileMovements.stating(positions.texts, cells)


def restated_losses(
    changes: Changes, held: Losses, positions: HeldPositions
) -> tuple[Changes, Changes]:
    """Find what states losses by product that the changes would spread in another way.

    Parameters
    ----------
    held : Losses
        The movements of accounts with such losses, in the order of the ledger.

    Returns
    -------
    tuple of Changes
        What each product loses by them, and what takes them back, which is of no stated product.
    """
    own = _steps(changes, held, positions)
    parts: _Rows = []
    back: _Rows = []
    for unit, steps in held.items():
        new = own.get(unit, [])
        every = [*steps, *new]
        if not are_spread(every) or _nets(every) == _nets([*stated_steps(steps), *new]):
            continue
        for day, product, amount in _losses(steps):
            rows = back if product is None else parts
            rows.append((positions.of(unit[0], product, unit[1]), day, amount))
    return _changes(parts), _changes(back)


def _steps(
    changes: Changes, units: Iterable[Unit], positions: HeldPositions
) -> Mapping[Unit, list[ProductStep]]:
    found: dict[Unit, list[ProductStep]] = {unit: [] for unit in units}
    named = [*positions]
    cells = (column.tolist() for column in (changes.position, changes.day, changes.amount))
    for position, day, amount in zip(*cells, strict=True):
        account, product, currency = named[position]
        if (account, currency) in found:
            name = positions.texts.product.name(product) or NO_VALUE
            found[account, currency].append(ProductStep(day, amount, name))
    return found


def _nets(steps: Sequence[ProductStep]) -> Mapping[tuple[int, str], int]:
    return {
        (one.day, product): net
        for one in product_days(steps)
        for product in one.after
        if (net := one.after[product] - one.before[product])
    }


def _losses(steps: Sequence[ProductStep]) -> Iterator[tuple[int, str | None, int]]:
    """Yield what days lose without a product, once as a gain, and by product as it was spread."""
    for one in product_days(steps):
        said: Counter[str | None] = Counter()
        for step in one.steps:
            said[step.product] += step.amount
        if said[None] >= 0:
            continue
        yield one.day, None, -said[None]
        for product in one.after:
            if part := one.after[product] - one.before[product] - said[product]:
                yield one.day, product, part


def _changes(rows: _Rows) -> Changes:
    position, day, amount = np.array(rows, np.int64).reshape(len(rows), 3).T
    return Changes(position, day, amount, np.full(len(rows), NO_LINE))
