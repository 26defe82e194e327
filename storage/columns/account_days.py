"""What each account does on a day: its net change, its kind, its first paid day and its pauses."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.movements import MovementKind
from storage.columns.arrays import NEVER, PauseSpells
from storage.columns.codec import Whole
from storage.columns.trees import Tree

Truth = NDArray[np.bool_]
_CODES = {kind: place for place, kind in enumerate(MovementKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Account by account the days on which it moves, in order; ``row`` has each movement's place.

    ``day`` counts from 1970-01-01; ``before`` and ``after`` are the balances around the day, of all
    currencies together: only whether they are zero has a meaning.
    """

    account: Whole
    day: Whole
    before: Whole
    after: Whole
    row: Whole

    @classmethod
    def of(cls, account: Whole, day: Whole, amount: Whole, held: Whole) -> "Days":
        """Add up movements that are sorted by account and day; ``held`` is before them."""
        is_first = np.append(True, (account[1:] != account[:-1]) | (day[1:] != day[:-1]))
        starts = np.flatnonzero(is_first[: account.size])
        net = _sums(amount, starts)
        owner = account[starts]
        opens = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: owner.size])
        carried = np.cumsum(net)  # may run over and back: each account's own part is right
        earlier = np.repeat(carried[opens] - net[opens], np.diff(np.append(opens, owner.size)))
        after = held[owner] + carried - earlier
        row = np.cumsum(is_first[: account.size]) - 1
        return cls(account=owner, day=day[starts], before=after - net, after=after, row=row)


def first_days(days: Days, known: Whole) -> None:
    """Enter the first day on which accounts closed with MRR, where ``known`` has none yet."""
    paid = np.flatnonzero((days.after > 0) & (known[days.account] == NEVER))
    account = days.account[paid]
    firsts = paid[np.append(True, account[1:] != account[:-1])[: account.size]]
    known[days.account[firsts]] = days.day[firsts]


def units(days: Days, opening: Tree, closing: Tree) -> Whole:
    """Find the topmost account under which each account counts on a day.

    One that pays when the day opens counts by the tree then, another by the tree at its close.
    """
    return np.where(days.before > 0, opening.roots(days.account), closing.roots(days.account))


def kinds(days: Days, *, has_paid: Truth, has_pause: Truth, net: Whole, of: Whole) -> Whole:
    """Name the days by the balances around them, as `metrics.movements.classify` does.

    Parameters
    ----------
    net, of : array of int
        Net changes to name, one for each day and currency, and the place of its day in ``days``.
    """
    found = np.where(net > 0, _CODES[MovementKind.EXPANSION], _CODES[MovementKind.CONTRACTION])
    is_gone = (days.after == 0) & ~has_pause  # a pause keeps the logo for a while
    found[is_gone[of]] = _CODES[MovementKind.CHURN]
    is_from_nothing = days.before == 0
    found[(is_from_nothing & has_paid)[of]] = _CODES[MovementKind.REACTIVATION]
    found[(is_from_nothing & ~has_paid)[of]] = _CODES[MovementKind.NEW]
    found[net == 0] = _CODES[MovementKind.UNCHANGED]
    return found


@dataclass(slots=True)
class PauseBook:
    """Pauses so far, each a row of `PauseSpells`, and those that are not over."""

    rows: list[list[int]] = field(default_factory=list)
    open: dict[int, list[list[int]]] = field(default_factory=dict)

    @classmethod
    def before(cls, spells: PauseSpells, day: int) -> "PauseBook":
        """Take up the pauses that began before a day, as they stood when it began."""
        book = cls()
        cells = (spells.account, spells.currency, spells.paused_on, spells.before, spells.back_on)
        for row in zip(*(column.tolist() for column in cells), strict=True):
            account, currency, paused_on, before, back_on = row
            if paused_on < day:
                ends = back_on if back_on < day else NEVER
                book._begin([account, currency, paused_on, before, ends])
                if ends != NEVER:
                    book.open.pop(account, None)
        return book

    def follow(
        self, days: Days, has_pause: Truth, losses: dict[int, list[tuple[int, int]]]
    ) -> None:
        """Go through days that begin or end a pause.

        A group that has come to pay through another account ends one, too, with its next day.

        Parameters
        ----------
        losses : mapping
            By place of a day that begins one: the currencies that were lost, and how much of each.
        """
        begins = (days.before > 0) & (days.after == 0) & has_pause
        concerned = np.append(days.account[begins], np.array(list(self.open), np.int64))
        pays = (days.before > 0) | (days.after > 0)
        events = np.flatnonzero(pays & np.isin(days.account, concerned))
        for place in events.tolist():
            account, day = int(days.account[place]), int(days.day[place])
            for row in self.open.pop(account, ()):
                row[-1] = day
            if begins[place]:
                for currency, before in losses[place]:
                    self._begin([account, currency, day, before, NEVER])

    def move(self, tree: Tree) -> None:
        """Put pauses that are not over under the topmost account that their accounts have now."""
        rows = [row for some in self.open.values() for row in some]
        roots = tree.roots(np.array([row[0] for row in rows], np.int64)).tolist()
        self.open = {}
        for root, row in zip(roots, rows, strict=True):
            self.open.setdefault(root, []).append(row)

    def spells(self) -> PauseSpells:
        """List all pauses by account, day and currency."""
        rows = sorted(self.rows, key=lambda row: (row[0], row[2], row[1]))
        account, currency, paused_on, before, back_on = np.array(rows, np.int64).reshape(-1, 5).T
        return PauseSpells(
            account=account,
            currency=currency,
            paused_on=paused_on,
            before=before,
            back_on=back_on,
        )

    def _begin(self, row: list[int]) -> None:
        self.rows.append(row)
        self.open.setdefault(row[0], []).append(row)


def _sums(amounts: Whole, starts: Whole) -> Whole:
    return np.add.reduceat(amounts.astype(np.int64), starts) if starts.size else amounts[:0]
