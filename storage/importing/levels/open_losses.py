"""Losses that the ledger has without a product, beside levels that say one: spread as they were."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from metrics.segments import NO_VALUE
from storage.importing.levels.arithmetic import Changes
from storage.importing.levels.held import HeldPositions, Losses, Unit, number_of
from storage.importing.movements import NO_LINE, FileTexts
from storage.importing.product_days import ProductStep, are_spread, product_days, stated_steps

_Rows = list[tuple[int, int, int]]


def restated_losses(
    changes: Changes,
    held: Losses,
    positions: HeldPositions,
    texts: FileTexts,
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
    own = _steps(changes, held, positions, texts)
    parts: _Rows = []
    back: _Rows = []
    for unit, steps in held.items():
        new = own.get(unit, [])
        every = [*steps, *new]
        if not are_spread(every) or _nets(every) == _nets([*stated_steps(steps), *new]):
            continue
        for day, product, amount in _losses(steps):
            position = unit[0], number_of(product, texts), unit[1]
            rows = back if product is None else parts
            rows.append((positions[position], day, amount))
    return _changes(parts), _changes(back)


def _steps(
    changes: Changes, units: Iterable[Unit], positions: HeldPositions, texts: FileTexts
) -> Mapping[Unit, list[ProductStep]]:
    found: dict[Unit, list[ProductStep]] = {unit: [] for unit in units}
    named = [*positions]
    cells = (column.tolist() for column in (changes.position, changes.day, changes.amount))
    for position, day, amount in zip(*cells, strict=True):
        account, product, currency = named[position]
        if (account, currency) in found:
            name = texts.product.name(product) or NO_VALUE
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
