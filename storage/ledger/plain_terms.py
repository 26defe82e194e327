"""Terms of accounts that have none but plain ones, in arrays; of the others, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.contracts.plain_columns import PlainColumns
from metrics.contracts.plain_renewals import is_plain_end
from metrics.contracts.terms import STATUSES, Cadence, TermStatus
from metrics.tier_codes import Whole
from storage.columns.arrays import Columns
from storage.columns.live import reversed_runs
from storage.store.column_types import moment_number
from storage.store.statements import binary_chunks

_ACTIVE = STATUSES.index(TermStatus.ACTIVE)
_UNSAID = (
    *("discount_last", "escalator", "cancelled_on", "paused_on", "resumed_on", "trial_last"),
    *("past_due_since", "amendment_of"),
)
_PLAIN = " AND ".join(
    (
        f"status = {_ACTIVE} AND is_usage = 0 AND cadence <> {Cadence.ONCE.value}",
        "last > start AND amount_minor > 0 AND discount_minor = 0 AND discount_share = 0",
        "coalesce(auto_renew, 0) = 0",
        *(f"{name} IS NULL" for name in _UNSAID),
    )
)
_NUMBERS = (
    *("account", "import_id", "start", "coalesce(last, 0)", "amount_minor", "cadence"),
    f"CASE WHEN {_PLAIN} THEN 1 ELSE 0 END",
)
_TEXTS = ("source", "product", "currency")
_SELECT = f"SELECT {', '.join(_NUMBERS + _TEXTS)} FROM contract_term WHERE id > 0"  # noqa: S608 # nosec
Kind = tuple[str, str | None, str]
"""Source, product and currency of a term."""


@dataclass(frozen=True, slots=True)
class _StoredTerms(Columns):
    """Terms as they are stored, in arrays; ``kind`` is the place of a term's own in a list."""

    account: Whole
    run: Whole
    start: Whole
    last: Whole
    amount: Whole
    cadence: Whole
    is_plain: Whole
    kind: Whole

    @classmethod
    def read(cls, session: Session, as_of: datetime | None) -> tuple[Self, Sequence[Kind]]:
        """Read all terms, and the list of their kinds."""
        until = "" if as_of is None else f" AND recorded <= {moment_number(as_of)}"
        places: dict[Kind, int] = {}
        parts = [np.zeros((len(_NUMBERS) + 1, 0), np.int64)]
        for rows in binary_chunks(session, f"{_SELECT}{until}"):
            columns = [*zip(*rows, strict=True)]
            kinds = zip(*columns[len(_NUMBERS) :], strict=True)
            kind = [places.setdefault(one, len(places)) for one in kinds]
            parts.append(np.array([*columns[: len(_NUMBERS)], kind], np.int64))
        return cls(*np.concatenate(parts, axis=1)), [*places]

    def ordered(self) -> Self:
        return self.pick(np.lexsort((self.start, self.account)))

    def busy(self) -> Whole:
        """Find the accounts with a term that is not plain, or with terms not in one line."""
        is_same = self.account[1:] == self.account[:-1]
        # Of one import, source, product and currency, and one after the other.
        follows = (self.run[1:] == self.run[:-1]) & (self.kind[1:] == self.kind[:-1])
        follows &= self.start[1:] > self.last[:-1]
        is_odd = self.is_plain == 0
        is_odd[1:] |= is_same & ~follows
        return np.unique(self.account[is_odd])

    def columns(self) -> PlainColumns:
        return PlainColumns(
            account=self.account,
            position=self.account,  # each has one
            start=self.start,
            last=self.last,
            amount=self.amount,
            cadence=self.cadence,
            seats=np.zeros(self.account.size, np.int64),
            goes_on=np.zeros(self.account.size, np.bool_),
        )


@dataclass(frozen=True, slots=True)
class StoredPlainTerms:
    """Terms by account and day; ``busy`` are all other accounts.

    ``kind`` is the place of a term's source, product and currency in ``kinds``.
    """

    columns: PlainColumns
    kind: Whole
    kinds: Sequence[Kind]
    busy: frozenset[int]


def read_plain_terms(session: Session, *, as_of: datetime | None = None) -> StoredPlainTerms:
    """Read the terms of all accounts of which each says no more than what is paid until when.

    Those of an account are of one product and currency, do not overlap, and came with one import.
    """
    gone = reversed_runs(session, by=as_of)
    every, kinds = _StoredTerms.read(session, as_of)
    held = every.pick(_apart(every.run, np.array([*gone], np.int64))).ordered()
    busy = held.busy()
    kept = held.pick(_apart(held.account, busy))
    odd = np.unique(kept.account[~is_plain_end(kept.start, kept.last)])
    kept = kept.pick(_apart(kept.account, odd)) if odd.size else kept
    others = frozenset([*busy.tolist(), *odd.tolist()])
    return StoredPlainTerms(kept.columns(), kept.kind, kinds, others)


def _apart(cells: Whole, others: Whole) -> Whole:
    is_among: NDArray[np.bool_] = np.isin(cells, others)
    return np.flatnonzero(~is_among)
