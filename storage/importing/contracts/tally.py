"""Counts of a list of contracts that are told after its import."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from metrics.contracts.terms import STATUSES, Cadence, TermStatus
from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import Flags

_NO_MRR = ("is usage", "are usage"), ("is a one-off fee", "are one-off fees")
_NO_MRR_BY_STATUS = {
    TermStatus.TRIAL: ("is a trial", "are trials"),
    TermStatus.UNSIGNED: ("is not signed", "are not signed"),
}
_Words = tuple[str, str]


class TermTally:
    """Counts terms that count as no MRR, and the renewals of those that are new or changed."""

    def __init__(self) -> None:
        self._no_mrr: Counter[_Words] = Counter()
        self._renewed = self._renewed_alike = 0

    def add_rows(self, rows: TermRows) -> None:
        """Count rows of the list that count as no MRR, each by the first reason of several."""
        open_ = np.ones(len(rows), bool)
        for words, is_one in _reasons(rows):
            self._no_mrr[words] += int((open_ & is_one).sum())
            open_ &= ~is_one

    def add_renewals(self, renewed: int, alike: int) -> None:
        """Count terms that were renewed, and those of them of which the MRR stayed what it was."""
        self._renewed += renewed
        self._renewed_alike += alike

    def sentences(self) -> Iterator[str]:
        """Yield what there is to tell."""
        parts = [f"{count:,} {words[count != 1]}" for words, count in self._no_mrr.items() if count]
        if parts:
            rows = "row" if parts[0].startswith("1 ") else "rows"
            first, *others = parts
            number, _, words = first.partition(" ")
            yield f"{', '.join([f'{number} {rows} {words}', *others])}: no committed MRR."
        if self._renewed:
            terms = "term was" if self._renewed == 1 else "terms were"
            yield f"{self._renewed:,} {terms} renewed, {self._renewed_alike:,} at the same MRR."


def _reasons(rows: TermRows) -> Iterator[tuple[_Words, Flags]]:
    usage, fee = _NO_MRR
    yield usage, rows.is_usage == 1
    yield fee, rows.cadence == Cadence.ONCE.value
    for status, words in _NO_MRR_BY_STATUS.items():
        yield words, rows.status == STATUSES.index(status)
