"""Sentences on a file of levels: what was read into it, and rows of it that contradict others."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from metrics.listing import few_of
from metrics.money import to_major
from storage.importing.levels.arithmetic import Changes, Stated
from storage.importing.levels.held import HeldPositions
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, Whole
from storage.importing.report import RowFinding

MOST_NAMED = 3
"""Accounts that have left which are named; the others are counted."""


@dataclass(slots=True)
class LevelCounts:
    """Counts of what a file of levels leaves open, by accounts, cells and rows.

    ``kept`` are accounts that are missing in some of the file's months, or altogether, and pay by
    the ledger; ``gone`` those that have left because a complete file lacks them, each once whatever
    of it ended, and ``named`` the first ones, with what they had.
    """

    emptied: int = 0
    repeated: int = 0
    kept: int = 0
    gone: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    named: list[str] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """How many accounts have left."""
        return self.gone.size

    def sentences(self, units: Units) -> Iterator[str]:
        """Yield a sentence for each count that is not 0."""
        noun = "months" if units.is_monthly else "days"
        if self.emptied:
            yield f"{_cells(self.emptied)} of {noun} that others have: read as no MRR."
        if self.repeated:
            yield f"{_rows(self.repeated)} there twice with the same MRR: counted once."
        if self.kept:
            yield (
                f"{_accounts(self.kept, 'is', 'are')} missing in {noun} that others have, and"
                f" {'keeps its' if self.kept == 1 else 'keep their'} MRR there: if that means"
                " they had left, give each a row with 0, or import the file with --complete."
            )
        if self.ended:
            lacking = _accounts(self.ended, "that the file lacks is", "that the file lacks are")
            yield f"{lacking} at 0: {few_of(self.named, len(self.named), of=self.ended)}."

    def end(self, changes: Changes, positions: HeldPositions, units: Units) -> None:
        """Take note of positions that have left because the file lacks them."""
        texts = positions.texts
        accounts, products, currencies = positions.columns()
        left = np.flatnonzero((changes.line == NO_LINE) & (changes.amount < 0))
        numbers, firsts = np.unique(accounts[changes.position[left]], return_index=True)
        is_new = ~np.isin(numbers, self.gone)
        self.gone = np.append(self.gone, numbers[is_new])
        for place in left[firsts[is_new]][: MOST_NAMED - len(self.named)].tolist():
            position, amount = changes.position[place], -int(changes.amount[place])
            currency = texts.currency.names[currencies[position]]
            product = texts.product.name(int(products[position]))
            name = texts.account.names[accounts[position]]
            since = units.label(int(changes.day[place]))
            owner = name if product is None else f"{name}, {product}"
            self.named.append(f"{owner} from {since} ({to_major(amount, currency)} {currency})")


def contradictions(stated: Stated, positions: HeldPositions, units: Units) -> Iterator[RowFinding]:
    """Find rows that state another level than an earlier row, of the same account and stretch."""
    again, texts = stated.repeats(), positions.texts
    other = np.flatnonzero(again[1:] & (stated.level[1:] != stated.level[:-1])) + 1
    accounts, _, currencies = positions.columns()
    for place in other.tolist():
        position = stated.position[place]
        account = texts.account.names[accounts[position]]
        before = to_major(int(stated.level[place - 1]), texts.currency.names[currencies[position]])
        yield RowFinding(
            int(stated.line[place]),
            f"is {before} on line {stated.line[place - 1]} for the same account, {account}, and"
            f" {units.label(int(stated.since[place]))}: add its rows up, or give each a product",
            "mrr",
            str(to_major(int(stated.level[place]), texts.currency.names[currencies[position]])),
        )


def _accounts(count: int, one: str, many: str) -> str:
    return f"1 account {one}" if count == 1 else f"{count:,} accounts {many}"


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _cells(count: int) -> str:
    return "1 empty cell" if count == 1 else f"{count:,} empty cells"
