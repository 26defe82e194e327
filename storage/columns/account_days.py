"""The day of each account: its net change, its kind, its first paid day and its pauses."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.movements import KINDS, MovementKind
from metrics.runs import begins
from storage.columns.arrays import NEVER, PauseSpells
from storage.columns.codec import Whole
from storage.columns.trees import Tree

Truth = NDArray[np.bool_]


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
        is_first = begins(account, day)
        starts = np.flatnonzero(is_first)
        net = _sums(amount, starts)
        owner = account[starts]
        opens = np.flatnonzero(begins(owner))
        carried = np.cumsum(net)  # may run over and back: each account's own part is right
        earlier = np.repeat(carried[opens] - net[opens], np.diff(np.append(opens, owner.size)))
        after = held[owner] + carried - earlier
        row = np.cumsum(is_first) - 1
        return cls(account=owner, day=day[starts], before=after - net, after=after, row=row)


def first_days(days: Days, known: Whole) -> None:
    """Enter the first day on which accounts closed with MRR, where ``known`` has none yet."""
    paid = np.flatnonzero((days.after > 0) & (known[days.account] == NEVER))
    account = days.account[paid]
    firsts = paid[begins(account)]
    known[days.account[firsts]] = days.day[firsts]


def units(days: Days, opening: Tree, closing: Tree) -> Whole:
    """Find the topmost account under which each account counts on a day.

    One that pays when the day opens counts by the tree then, another by the tree at its close.
    """
    return np.where(days.before > 0, opening.roots(days.account), closing.roots(days.account))


def kinds(days: Days, changes: "CurrencyChanges", *, has_paid: Truth, has_pause: Truth) -> Whole:
    """Name the changes by the balances around their days, as `metrics.movements.classify` does."""
    net, of = changes.net, changes.of
    found = np.where(
        net > 0, KINDS.index(MovementKind.EXPANSION), KINDS.index(MovementKind.CONTRACTION)
    )
    is_gone = (days.after == 0) & ~has_pause  # a pause keeps the logo for a while
    found[is_gone[of]] = KINDS.index(MovementKind.CHURN)
    is_from_nothing = days.before == 0
    found[(is_from_nothing & has_paid)[of]] = KINDS.index(MovementKind.REACTIVATION)
    found[(is_from_nothing & ~has_paid)[of]] = KINDS.index(MovementKind.NEW)
    found[net == 0] = KINDS.index(MovementKind.UNCHANGED)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyChanges:
    """Net changes of days by currency: its number, the change, and the place of its day.

    ``row`` has the place of each movement's change.
    """

    currency: Whole
    net: Whole
    of: Whole
    row: Whole

    @classmethod
    def of_days(cls, days: Days, currency: Whole, amount: Whole) -> "CurrencyChanges":
        """Split the changes of days, from the movements on them and their currencies."""
        most = int(currency.max(initial=0)) + 1
        keys, row = np.unique(days.row * most + currency, return_inverse=True)
        net = np.zeros(keys.size, np.int64)
        np.add.at(net, row, amount)
        return cls(currency=keys % most, net=net, of=keys // most, row=row)


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

    def follow(self, days: Days, has_pause: Truth, changes: "CurrencyChanges") -> None:
        """Go through days that begin or end a pause."""
        if not has_pause.any() and not self.open:
            return
        losses: dict[int, list[tuple[int, int]]] = {}
        lost = np.flatnonzero(has_pause[changes.of] & (changes.net < 0))
        for place in lost.tolist():
            currency, net = int(changes.currency[place]), int(changes.net[place])
            losses.setdefault(int(changes.of[place]), []).append((currency, -net))
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


def pausing(days: Days, is_pause: Truth) -> Truth:
    """Tell of each day whether one of the movements that begin a pause is on it."""
    has_pause = np.zeros(days.day.size, np.bool_)
    has_pause[days.row[is_pause]] = True
    return has_pause


def _sums(amounts: Whole, starts: Whole) -> Whole:
    return np.add.reduceat(amounts.astype(np.int64), starts) if starts.size else amounts[:0]
