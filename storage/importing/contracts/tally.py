"""Counts of a list of contracts that are told after its import."""

from collections import Counter
from collections.abc import Iterator, Sequence

from metrics.contracts.terms import Cadence, TermStatus
from storage.importing.contracts.account_difference import AccountDifference
from storage.importing.contracts.term_rows import TermRow

_NO_MRR = {
    "usage": ("is usage", "are usage"),
    "once": ("is a one-off fee", "are one-off fees"),
    TermStatus.TRIAL: ("is a trial", "are trials"),
    TermStatus.UNSIGNED: ("is not signed", "are not signed"),
}
_STATUSES = tuple(TermStatus)


class TermTally:
    """Counts terms that count as no MRR, and renewals, over all accounts of a list."""

    def __init__(self) -> None:
        self._no_mrr: Counter[str] = Counter()
        self._renewed = self._renewed_alike = 0

    def add(self, rows: Sequence[TermRow], found: AccountDifference) -> None:
        """Count one account's."""
        self.add_renewals(found.schedule.renewed, found.schedule.renewed_alike)
        for row in rows:
            if reason := _reason(row):
                self._no_mrr[reason] += 1

    def add_renewals(self, renewed: int, alike: int) -> None:
        """Count terms that were renewed, and those of them of which the MRR stayed what it was."""
        self._renewed += renewed
        self._renewed_alike += alike

    def sentences(self) -> Iterator[str]:
        """Yield what there is to tell."""
        parts = [
            f"{self._no_mrr[reason]:,} {words[self._no_mrr[reason] != 1]}"
            for reason, words in _NO_MRR.items()
            if self._no_mrr[reason]
        ]
        if parts:
            rows = "row" if parts[0].startswith("1 ") else "rows"
            first, *others = parts
            number, _, words = first.partition(" ")
            yield f"{', '.join([f'{number} {rows} {words}', *others])}: no committed MRR."
        if self._renewed:
            terms = "term was" if self._renewed == 1 else "terms were"
            yield f"{self._renewed:,} {terms} renewed, {self._renewed_alike:,} at the same MRR."


def _reason(row: TermRow) -> str:
    if row.value("is_usage"):
        return "usage"
    if row.value("cadence") == Cadence.ONCE.value:
        return "once"
    status = _STATUSES[row.value("status")]
    return status if status in _NO_MRR else ""
