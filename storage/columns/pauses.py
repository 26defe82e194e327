"""Pauses as a period has them: of the accounts that count together in it, whatever day it was."""

from dataclasses import replace
from datetime import date

import numpy as np

from metrics.pauses import LONGEST_DAYS
from storage.columns.account_days import CurrencyChanges, Days, PauseBook, Truth, pausing
from storage.columns.arrays import PauseSpells
from storage.columns.codec import Whole
from storage.columns.standings import Standings, by_account
from storage.store.column_types import day_number, day_of


def pauses_by_unit(standings: Standings, root: Whole | None, start: date, end: date) -> PauseSpells:
    """List the pauses that can count in ``[start, end)``.

    The stored ones are those of each day's groups. Groups that split or merge since the longest
    pause could have begun are followed anew, as the accounts that they have in the period.

    Parameters
    ----------
    root : array of whole numbers, optional
        The topmost account under which each account counts in the period; itself when left out.

    Returns
    -------
    PauseSpells
        By that account; in any order.
    """
    spells = standings.source.pauses()
    if not len(standings.source.parents()):  # the usual ledger
        return spells
    unit = np.arange(standings.names.accounts) if root is None else root.astype(np.int64)
    since = day_number(start) - LONGEST_DAYS
    is_moved = _moved(standings, since, day_number(end))
    kept = spells.pick(np.flatnonzero(~is_moved[spells.account]))
    kept = replace(kept, account=unit[kept.account])
    if not is_moved.any():
        return kept
    followed = _followed(standings, np.where(is_moved, unit, -1), day_of(since), end)
    return PauseSpells.joined([kept, followed])


def _moved(standings: Standings, since: int, end: int) -> Truth:
    """Tell of each account whether another was put into its group, or taken out, between days."""
    said, found = standings.source.parents(), np.zeros(standings.names.accounts, np.bool_)
    rows = np.flatnonzero((said.day >= since) & (said.day < end))
    if rows.size:
        roots = standings.source.tree(day_of(since)).roots(np.arange(found.size))
        named = np.concatenate([said.account[rows], said.parent[rows]])
        found = np.isin(roots, roots[named[named >= 0]])
    return found


def _followed(standings: Standings, unit: Whole, start: date, end: date) -> PauseSpells:
    """Follow groups of accounts; those whose unit is below zero are left out."""
    positions, rows = standings.source.positions(), standings.movements(start, end)
    of_row = unit[positions.account[rows.position]]
    order = np.lexsort((rows.day, of_row))
    order = order[of_row[order] >= 0]
    rows, of_row = rows.pick(order), of_row[order]
    held, own = np.zeros(unit.size, np.int64), np.flatnonzero(unit >= 0)
    np.add.at(held, unit[own], by_account(standings.amounts(start), positions, unit.size)[own])
    days = Days.of(of_row, rows.day.astype(np.int64), rows.amount, held)
    changes = CurrencyChanges.of_days(days, positions.currency[rows.position], rows.amount)
    is_pause = (rows.driver == standings.names.pause) & (rows.amount < 0)
    book = PauseBook()
    book.follow(days, pausing(days, is_pause), changes)
    return book.spells()
