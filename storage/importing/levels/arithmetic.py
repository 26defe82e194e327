"""Levels that a source states to the movements that lead from what is held to them, and no further.

A stated level holds from its stretch of days on until the ledger knows better: until the next day
on which the position moved, or for which a source has stated what it comes to.
"""

from dataclasses import dataclass

import numpy as np

from metrics.runs import begins, ends
from storage.columns.arrays import Columns
from storage.importing.levels.book import Book, Spans, moments
from storage.importing.movements import Flags, Whole


@dataclass(frozen=True, slots=True)
class Stated(Columns):
    """Levels at the close of stretches of days ``[since, until)``, in minor units.

    ``line`` is that of the file which states them.
    """

    position: Whole
    since: Whole
    until: Whole
    level: Whole
    line: Whole

    def in_order(self) -> "Stated":
        """Put them in order of position, day and line."""
        return self.pick(np.lexsort((self.line, self.since, self.position)))

    def repeats(self) -> Flags:
        """Tell which of them, in order, state the same stretch as the one before them."""
        return ~begins(self.position, self.since)


@dataclass(frozen=True, slots=True)
class Changes:
    """Movements by position and day, in minor units; ``line`` is that of the level behind each."""

    position: Whole
    day: Whole
    amount: Whole
    line: Whole


def changes_to(stated: Stated, held: Book, covered: Spans) -> Changes:
    """Work out the movements after which the ledger answers with the levels stated.

    No balance changes at the close of a day that is held to move, or covered, and for which
    nothing is stated.

    Parameters
    ----------
    stated : Stated
        In order, no stretch of a position twice.
    covered : Spans
        Days for which levels were stated before.
    """
    if not stated.line.size:  # all that the file states is of the other series
        none = np.zeros(0, np.int64)
        return Changes(none, none, none, none)
    day = held.last_days(stated.position, stated.since, stated.until)
    back = _returns(stated, covered)
    again = np.flatnonzero(back >= 0)
    position = np.concatenate([held.position, stated.position[again], stated.position])
    moment = moments(position, np.concatenate([held.day, back[again], day]))
    level = np.concatenate(
        [held.balance, held.balances(stated.position[again], back[again]), stated.level]
    )
    source = np.concatenate([np.full(held.day.size, -1), again, np.arange(stated.line.size)])
    order = np.argsort(moment, kind="stable")  # of one day the level stated is the last
    moment, level, source = moment[order], level[order], source[order]
    lasts = ends(moment)
    behind = np.maximum.accumulate(source)  # the newest level stated before, of any position
    position, moment, level = position[order][lasts], moment[lasts], level[lasts]
    return _differences(position, moment, level, stated.line[behind[lasts]], held)


def _returns(stated: Stated, covered: Spans) -> Whole:
    """Find the day on which each level ends because another was stated for it; -1 if none."""
    back = covered.next_days(stated.position, stated.until)
    follows = ~ends(stated.position)
    is_next = follows & (np.append(stated.since[1:], 0)[: back.size] <= back)
    return np.where(is_next, -1, back)


def _differences(position: Whole, moment: Whole, level: Whole, line: Whole, held: Book) -> Changes:
    before = np.append(0, level[:-1])[: level.size]
    before[begins(position)] = 0
    amount = level - before
    place = np.searchsorted(moment, held.moment)
    amount[place] -= held.net
    some = np.flatnonzero(amount)
    day = moment[some] - moments(position[some], np.zeros(some.size, np.int64))
    return Changes(position[some], day, amount[some], line[some])
