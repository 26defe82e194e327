"""Terms of accounts that have none but plain ones, in arrays; of the others, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from sqlmodel import Session

from metrics.contracts.plain_columns import PlainColumns
from metrics.contracts.plain_renewals import is_plain_end
from metrics.contracts.terms import Cadence, TermStatus
from storage.columns.codec import Whole
from storage.columns.live import reversed_runs
from storage.store.column_types import moment_number
from storage.store.statements import binary_rows

_ACTIVE = list(TermStatus).index(TermStatus.ACTIVE)
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
_SELECT = (
    "SELECT account, import_id, source, contract_id, product, currency, start, last,"  # noqa: S608 # nosec B608
    f" amount_minor, cadence, CASE WHEN {_PLAIN} THEN 1 ELSE 0 END FROM contract_term WHERE id > 0"
)


class _Row(NamedTuple):
    account: int
    import_id: int
    source: str
    contract_id: str | None
    product: str | None
    currency: str
    start: int
    last: int
    amount: int
    cadence: int
    is_plain: int


@dataclass(frozen=True, slots=True)
class StoredPlainTerms:
    """Terms by account and day; ``currency`` is that of each, ``busy`` are all other accounts."""

    columns: PlainColumns
    currency: Sequence[str]
    busy: frozenset[int]


def read_plain_terms(session: Session, *, as_of: datetime | None = None) -> StoredPlainTerms:
    """Read the terms of all accounts of which each says no more than what is paid until when.

    Those of an account are of one product and currency, do not overlap, and came with one import.
    """
    gone = reversed_runs(session, by=as_of)
    until = "" if as_of is None else f" AND recorded <= {moment_number(as_of)}"
    found = binary_rows(session, f"{_SELECT}{until} ORDER BY account, start, id")
    rows = [row for row in map(_Row._make, found) if row.import_id not in gone]
    busy = _busy(rows)
    kept = [row for row in rows if row.account not in busy]
    odd = _accounts_with_day_ends(_columns(kept))
    kept = [row for row in kept if row.account not in odd] if odd else kept
    return StoredPlainTerms(_columns(kept), [row.currency for row in kept], busy | odd)


def _columns(rows: Sequence[_Row]) -> PlainColumns:
    cells = [(row.account, row.start, row.last, row.amount, row.cadence) for row in rows]
    account, start, last, amount, cadence = np.array(cells, np.int64).reshape(len(cells), 5).T
    return PlainColumns(
        account=account,
        position=account,  # each has one
        start=start,
        last=last,
        amount=amount,
        cadence=cadence,
        seats=np.zeros(account.size, np.int64),
        goes_on=np.zeros(account.size, np.bool_),
    )


def _busy(rows: Sequence[_Row]) -> frozenset[int]:
    """Find the accounts with a term that is not plain, or with terms that are not in one line."""
    busy = {row.account for row in rows if not row.is_plain}
    before: _Row | None = None
    for row in rows:
        if before is not None and before.account == row.account and not _follows(before, row):
            busy.add(row.account)
        before = row
    return frozenset(busy)


def _follows(before: _Row, row: _Row) -> bool:
    # Of one import, source, product and currency; one without an end is not plain.
    is_same = before[1:3] + before[4:6] == row[1:3] + row[4:6]
    return is_same and (not before.is_plain or row.start > before.last)


def _accounts_with_day_ends(plain: PlainColumns) -> frozenset[int]:
    found: Whole = plain.account[~is_plain_end(plain.start, plain.last)]
    return frozenset(found.tolist())
