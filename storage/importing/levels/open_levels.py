"""Levels that a file leaves open, and movements as the landing takes them."""

import numpy as np

from metrics.runs import ends
from storage.importing.levels.arithmetic import Changes, Stated
from storage.importing.levels.book import Book
from storage.importing.levels.held import HeldPositions
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, FileMovements, FileTexts, Whole, of_products


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


def movements_of(
    changes: Changes, positions: HeldPositions, texts: FileTexts, *, by_product: bool
) -> FileMovements:
    """Put changes into the form that a file's movements have.

    Parameters
    ----------
    by_product : bool
        Whether levels without a product are of none; else they are of all that an account has.
    """
    columns = zip(("account", "product", "currency"), positions.columns(), strict=True)
    cells = {name: column[changes.position] for name, column in columns}
    if by_product:
        cells["product"] = of_products(cells["product"], texts)
    cells |= {"line": changes.line, "day": changes.day, "amount": changes.amount}
    return FileMovements.stating(texts, cells)
