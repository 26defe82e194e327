"""Columns as a ledger reads them, whether they are stored, replayed or worked out of other rows."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from storage.columns.arrays import (
    MonthMoves,
    Movements,
    Parents,
    PauseSpells,
    Positions,
    Statements,
)
from storage.columns.codec import Whole
from storage.columns.trees import Tree


class ColumnSource(Protocol):
    """All that is known of a ledger at one moment, in arrays: see `ColumnReader`, which is one."""

    @property
    def built_through(self) -> date:
        """The last month start that there are columns of."""

    def positions(self) -> Positions:
        """Read what each position is."""

    def first_paid(self) -> Whole:
        """Read the first day that each account closed with MRR of its own."""

    def amounts(self, month: date) -> Whole:
        """Read the MRR of each position at a month start."""

    def movements(self, month: date) -> Movements:
        """Read the movements of one month, by account and day."""

    def moves(self, month: date) -> Sequence[MonthMoves]:
        """Read the movements of one month in parts, without when they were recorded."""

    def statements(self) -> Statements:
        """Read every statement on attributes, by account and day."""

    def parents(self) -> Parents:
        """Read every statement on parents, by account and day."""

    def pauses(self) -> PauseSpells:
        """Read every pause, by topmost account and day."""

    def tree(self, day: date) -> Tree:
        """Build the tree of accounts at a boundary."""
