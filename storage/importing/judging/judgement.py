"""Judgement of a file of movements: it is refused as a whole where it is something else."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from metrics.month_numbers import first_days, months_of
from metrics.runs import begins, ends
from storage.errors import UnreadableFileError
from storage.importing.judging.totals import FileTotals
from storage.importing.movements import FileMovements, Flags, Whole
from storage.importing.report import RowFinding
from storage.store.column_types import day_of

_FEW, _SOME = 2, 3  # accounts, rows: below them chance can look like a rule
_LONG = 4  # days or months from which an account that gains on each of them has no rule but one
_SYSTEMS_OWN = {"movement_id", "type"}
"""Columns that together only a system writes which knows movements."""


@dataclass(frozen=True, slots=True)
class LevelSigns:
    """Counts of the accounts in a file without a decrease, by currency and product.

    ``begun`` have their first row before the file's last day, ``followed`` have the next one a
    month later or on the file's next day, and ``repeated`` are those whose amount is then the same
    or 0. ``pairs`` are rows before the last day, ``adjacent`` those that are followed in this way,
    ``equal`` the latter with the same amount or 0. ``later`` are rows behind an account's
    first that are not 0, ``large`` those of at least four fifths of its amount.
    """

    rows: int = 0
    accounts: int = 0
    double: int = 0
    begun: int = 0
    followed: int = 0
    repeated: int = 0
    pairs: int = 0
    adjacent: int = 0
    equal: int = 0
    later: int = 0
    large: int = 0

    def __add__(self, other: "LevelSigns") -> "LevelSigns":
        names = [one.name for one in fields(self)]
        return LevelSigns(*(getattr(self, name) + getattr(other, name) for name in names))

    def are_levels(self, days: int) -> bool:
        """Say whether all of a file's signs together leave no doubt.

        Parameters
        ----------
        days : int
            Number of days on which the file has rows.

        Notes
        -----
        Most accounts go on at once, each with one row at a time and amounts of the size that they
        began with: as movements each would double and double again. And either half of them go on
        with the very same amount, or nearly all do so every time, and three times or more.
        """
        if not self._most_go_on:
            return False
        if self.equal >= _SOME and self.repeated * 2 >= self.followed:
            return True
        is_long = days >= _LONG and self.begun >= _SOME
        return is_long and self.adjacent >= max(_SOME * self.begun, self.pairs - self.pairs // 5)

    @property
    def _most_go_on(self) -> bool:
        is_one_a_day = self.double * 50 <= self.rows
        have_begun = self.begun >= _FEW and self.begun * 2 >= self.accounts
        have_followed = self.followed >= _FEW and self.followed * 5 >= self.begun * 3
        return is_one_a_day and have_begun and have_followed and self.large * 2 >= self.later


def level_signs(position: Whole, day: Whole, amount: Whole, days: Whole) -> LevelSigns:
    """Count the signs in all rows of some accounts, none of them a decrease.

    Parameters
    ----------
    position : array of int
        One number for each account, currency and product.
    days : array of int
        All days on which the file has rows, in order.
    """
    order = np.lexsort((day, position))
    position, day, amount = position[order], day[order], amount[order]
    place = np.searchsorted(days, day)
    goes_on = ~ends(position)
    again = goes_on & (np.append(day[1:], 0)[: day.size] == day)
    following = np.append(place[1:], 0)[: day.size] == place + 1
    adjacent = goes_on & ~again & (following | _is_a_month_later(day))
    then = np.append(amount[1:], 0)[: day.size]
    is_same = adjacent & ((then == amount) | (then == 0))
    first = begins(position)
    starts = np.flatnonzero(first)
    opening = amount[starts][np.cumsum(first) - 1]
    is_early = day < days[-1]
    is_later = ~first & (amount > 0)
    return LevelSigns(
        rows=day.size,
        accounts=starts.size,
        double=_count(again),
        begun=_count(first & is_early),
        followed=_count(first & adjacent),
        repeated=_count(first & is_same),
        pairs=_count(is_early),
        adjacent=_count(adjacent),
        equal=_count(is_same),
        later=_count(is_later),
        large=_count(is_later & (amount * 5 >= opening * 4)),
    )


def _is_a_month_later(day: Whole) -> Flags:
    """Tell whether the next row is on the same day of the next month, or at its end as this one."""
    month = months_of(day)
    of_month = day - first_days(month)
    ends = months_of(day + 1) != month
    next_month = np.append(month[1:], month[:1])
    is_same = (np.append(of_month[1:], -1) == of_month) | (np.append(ends[1:], False) & ends)
    later: Flags = (next_month == month + 1) & is_same[: day.size]
    return later


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


@dataclass(slots=True)
class Judgement:
    """Traits that the rows of one file share; all of them are seen before any is judged."""

    columns: Sequence[str]
    typed: str
    totals: FileTotals = field(default_factory=FileTotals)
    days: set[int] = field(default_factory=set)
    signs: LevelSigns = field(default_factory=LevelSigns)
    falls: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the file could be something else by its columns."""
        return not {*self.columns} >= _SYSTEMS_OWN

    @property
    def may_be_levels(self) -> bool:
        """Whether nothing that was read so far speaks against levels."""
        return self.is_due and not self.falls and "mrr_after" not in self.columns

    def add(self, movements: FileMovements) -> None:
        """Take the next rows of the file."""
        if not self.is_due:
            return
        self.totals.add(movements)
        self.falls = self.falls or bool((movements.amount < 0).any())
        if self.may_be_levels:
            self.days.update(movements.day.tolist())

    def findings(self, movements: FileMovements) -> Sequence[RowFinding]:
        """Find rows of totals among all rows of some accounts, and look for signs of levels."""
        if not self.is_due:
            return ()
        if self.may_be_levels and len(movements):
            texts = movements.texts
            products, currencies = len(texts.product.names) + 1, len(texts.currency.names)
            position = movements.account * products + movements.product + 1
            position = position * currencies + movements.currency
            days = np.array(sorted(self.days), np.int64)
            self.signs += level_signs(position, movements.day, movements.amount, days)
        return [*self.totals.findings(movements)]

    def require_movements(self) -> None:
        """Refuse a file that states levels, once all of its rows were looked at.

        Raises
        ------
        UnreadableFileError
            If nothing falls in it, and amounts come back as only levels do.
        """
        if self.may_be_levels and self.signs.are_levels(len(self.days)):
            monthly = len({day_of(day).replace(day=1) for day in self.days}) == len(self.days)
            raise UnreadableFileError(
                f"these look like {'monthly ' if monthly else ''}levels, not movements: none of the"
                f" {self.signs.rows:,} rows is a loss, and {self.signs.followed:,} of"
                f" {self.signs.begun:,} accounts come again on the next date with what they pay:"
                f" import them with `{shlex.join(['nrrbot', 'import', 'balances', self.typed])}`"
            )
