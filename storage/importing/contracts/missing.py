"""Contracts that a complete list lacks: those that still run are cancelled as of today."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from metrics.contracts.terms import STATUSES, TermStatus
from metrics.listing import few_of
from storage.errors import EndsMostError
from storage.importing.contracts.term_rows import TermRow, TermRows
from storage.importing.movements import NO_NUMBER, FileTexts

MOST_NAMED = 3
_OVER = {STATUSES.index(status) for status in (TermStatus.CANCELLED, TermStatus.UNSIGNED)}


@dataclass(slots=True)
class MissingTerms:
    """Finds them; ``running`` counts the terms that ran before, ``ended`` those that end by it.

    ``today`` is the number of the day.
    """

    today: int
    may_end_most: bool = True
    running: int = 0
    ended: int = 0
    named: list[str] = field(default_factory=list)

    def among(self, rows: TermRows, held: TermRows) -> TermRows:
        """Return the held terms that are not in a list, as they stand now.

        Parameters
        ----------
        rows : TermRows
            All rows that the list has of the accounts whose terms are held.
        """
        listed = {(row.value("account"), row.key) for row in rows.rows()}
        places, changed = [], []
        for place, row in enumerate(held.rows()):
            runs = self._runs(row)
            self.running += runs
            if (row.value("account"), row.key) not in listed:
                places.append(place)
                changed.append(runs)
                if runs:
                    self._end(row, held.texts)
        missing = held.pick(np.array(places, np.int64))
        return self._cancelled(missing, np.array(changed, bool))

    def sentences(self) -> Collection[str]:
        """List what there is to tell.

        Raises
        ------
        EndsMostError
            If most of what ran would end, and that may not be.
        """
        if not self.may_end_most and 2 * self.ended > self.running:
            raise EndsMostError(self.ended, self.running, "contracts that run")
        if not self.ended:
            return ()
        are = (
            "1 contract that the list lacks is"
            if self.ended == 1
            else (f"{self.ended:,} contracts that the list lacks are")
        )
        return (
            f"{are} cancelled as of today: {few_of(self.named, len(self.named), of=self.ended)}.",
        )

    def _runs(self, row: TermRow) -> bool:
        if row.value("status") in _OVER or row.value("cancelled_on") != NO_NUMBER:
            return False
        last = row.value("last")
        return last == NO_NUMBER or last >= self.today or row.value("auto_renew") == 1

    def _end(self, row: TermRow, texts: FileTexts) -> None:
        self.ended += 1
        if len(self.named) < MOST_NAMED:
            account = texts.account.names[row.value("account")]
            self.named.append(f"{row.contract} of {account}" if row.contract else account)

    def _cancelled(
        self, rows: TermRows, is_ended: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> TermRows:
        """Give notice today; what was to begin later never does. Of attributes they say nothing."""
        begins_later = rows.start > self.today
        status = np.where(
            begins_later, *(map(STATUSES.index, (TermStatus.UNSIGNED, TermStatus.CANCELLED)))
        )
        return replace(
            rows,
            status=np.where(is_ended, status, rows.status),
            cancelled_on=np.where(is_ended, self.today, rows.cancelled_on),
        )
