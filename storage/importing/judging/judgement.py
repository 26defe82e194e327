"""Judgement of a file of movements: it is refused as a whole where it is something else."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from storage.errors import UnreadableFileError
from storage.importing.judging.level_signs import LevelSigns, level_signs
from storage.importing.judging.totals import FileTotals
from storage.importing.movements import FileMovements
from storage.importing.report import RowFinding
from storage.store.column_types import day_of

_SYSTEMS_OWN = {"movement_id", "type"}
"""Columns that together only a system writes which knows movements."""


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
