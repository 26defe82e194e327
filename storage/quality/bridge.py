"""Opening + movements = closing, by month and segment: columns against the rows of the ledger.

Opening and closing are the balances that every answer rests on. The movements between them are
added up from the rows of the ledger itself, which no column has gone through.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, literal_column, select, text
from sqlmodel import Session

from metrics.exact_sums import sum_by
from metrics.period_grammar import shift_months
from storage.columns.codec import Whole
from storage.columns.labels import read_currencies
from storage.columns.ledger_rows import last_rows, read_numbers
from storage.columns.reading import ColumnReader
from storage.quality.segments import SegmentCourse, read_segments
from storage.store.column_types import day_number

_AT_ONCE = 50_000  # rows
_BITS = 16
_DAYS = 2**_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRow:
    """MRR of one month, segment and currency, in minor units.

    Accounts that pay when the month opens count in the segment that they are in then, others in
    that of the close.
    """

    month: date
    segment: str
    currency: str
    opening: int
    movements: int
    closing: int

    @property
    def difference(self) -> int:
        """Minor units by which the closing is not the opening and the movements; 0 is right."""
        return self.closing - self.opening - self.movements


def read_bridge(session: Session, dimension: str) -> tuple[BridgeRow, ...]:
    """Read the bridge of every month, by the values of a dimension and by currency.

    Segments without MRR or movements in a month are left out.
    """
    columns = ColumnReader(session)
    months = columns.months()
    segments = read_segments(session, columns, dimension, months)
    return tuple(_Bridge(columns, months, segments, read_currencies(session)).rows(session))


@dataclass(frozen=True, slots=True)
class _Bridge:
    columns: ColumnReader
    months: Sequence[date]
    segments: SegmentCourse
    codes: Sequence[str]

    def rows(self, session: Session) -> Iterator[BridgeRow]:
        """Yield each month's segments and currencies."""
        moved = self._moved(session)
        for place, month in enumerate(self.months):
            own = self.segments.by_month[place]
            opening = self._total(month, own)
            closing = self._total(shift_months(month, 1), own)
            yield from self._of_month(month, opening, moved[place], closing)

    def _of_month(
        self, month: date, opening: Whole, moved: Whole, closing: Whole
    ) -> Iterator[BridgeRow]:
        for cell in np.flatnonzero((opening != 0) | (moved != 0) | (closing != 0)).tolist():
            segment, currency = divmod(cell, len(self.codes))
            yield BridgeRow(
                month=month,
                segment=self.segments.values[segment],
                currency=self.codes[currency],
                opening=int(opening[cell]),
                movements=int(moved[cell]),
                closing=int(closing[cell]),
            )

    def _moved(self, session: Session) -> Whole:
        """Add up the rows of the ledger, whatever the columns say."""
        size = len(self.segments.values) * len(self.codes)
        total = np.zeros(len(self.months) * size, np.int64)
        # A row outside the columns' months is a difference of the first or the last one.
        begins = [day_number(month) for month in self.months[1:]]
        place_of = np.searchsorted(begins, np.arange(_DAYS), side="right")
        course = np.stack([*self.segments.by_month])
        for key, amount in _ledger_rows(session, len(self.codes)):
            position, currency = np.divmod(key, len(self.codes))
            account, place = position >> _BITS, place_of[position & (_DAYS - 1)]
            cell = course[place, account].astype(np.int64) * len(self.codes) + currency
            total += sum_by(place * size + cell, amount, total.size).astype(np.int64)
        return total.reshape(len(self.months), size)

    def _total(self, month: date, own: Whole) -> Whole:
        """Add up the balances at a month start."""
        # Behind the last start that is built nothing moves: it is behind every movement.
        amounts = self.columns.amounts(min(month, self.columns.built_through))
        known = self.columns.positions()
        cell = own[known.owner].astype(np.int64) * len(self.codes) + known.currency
        size = len(self.segments.values) * len(self.codes)
        return sum_by(cell, amounts, size).astype(np.int64)


def _ledger_rows(session: Session, codes: int) -> Iterator[tuple[Whole, Whole]]:
    """Yield the rows of the ledger some at a time: their key and their amount."""
    # Account, day and currency in one number, as short as it may be: each digit is read as text.
    whole = f"(CAST(account AS BIGINT) * {_DAYS} + day) * {codes} + currency"
    key: ColumnElement[int] = literal_column(whole).label("key")
    amount: ColumnElement[int] = literal_column("amount_minor").label("amount")
    statement = select(key, amount).select_from(text("mrr_movement"))
    for after in range(0, last_rows(session).movement, _AT_ONCE):
        some = statement.where(text(f"id > {after} AND id <= {after + _AT_ONCE}"))
        rows = read_numbers(session, some)
        yield rows["key"], rows["amount"]


def differing(rows: Sequence[BridgeRow]) -> list[BridgeRow]:
    """List the rows that do not add up, the largest difference first."""
    wrong = [row for row in rows if row.difference]
    return sorted(wrong, key=lambda row: (-abs(row.difference), row.month, row.segment))


def months_of(rows: Sequence[BridgeRow]) -> list[date]:
    """List the months of some rows, each once."""
    return sorted({row.month for row in rows})
