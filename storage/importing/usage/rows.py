"""Rows of usage that are new, and how they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from sqlmodel import Session

from metrics.segments import NO_VALUE
from storage.importing.comparison import OldRows
from storage.importing.labels import FactLabels
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, Whole
from storage.importing.report import RowFinding
from storage.store.numbering import next_id
from storage.store.statements import bulk_insert
from storage.tables.usage import UsageMovement

_COLUMNS = (
    *("id", "movement_id", "account", "day", "amount_minor", "currency", "product", "recorded"),
    *("source_row", "reverses"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUsage:
    """Rows of a group that the ledger lacks; those that take others back have ``reverses``.

    ``matched`` rows of the file are equal to held ones without ids; of the held ones that it does
    not have, the file says something new of the account and day of ``changed``. ``old`` are
    the rows that are held.
    """

    rows: FileMovements
    reverses: Whole
    findings: Sequence[RowFinding] = ()
    matched: int = 0
    changed: int = 0
    old: OldRows = field(default_factory=OldRows)

    def __len__(self) -> int:
        return len(self.rows)

    def store(
        self,
        session: Session,
        run_id: int,
        accounts: Mapping[str, int],
        labels: FactLabels,
        *,
        recorded: int,
    ) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has.

        Parameters
        ----------
        recorded : int
            The moment of rows that state none.
        """
        rows, texts = self.rows, self.rows.texts
        numbers = np.array([accounts.get(name, NOTHING) for name in texts.account.names], np.int64)
        product = labels.product.of(texts.product, rows.product).tolist()
        currency = labels.currency.of(texts.currency, rows.currency).tolist()
        labels.store()
        first = next_id(session, UsageMovement)
        moments = np.where(rows.recorded == NO_NUMBER, recorded, rows.recorded).tolist()
        cells = zip(
            count(first),
            rows.movement_id,
            *(column.tolist() for column in (numbers[rows.account], rows.day, rows.amount)),
            currency,
            (None if number == NOTHING else number for number in product),
            moments,
            rows.line.tolist(),
            (number or None for number in self.reverses.tolist()),
            strict=False,
        )
        bulk_insert(session, UsageMovement, _COLUMNS, cells, same={"import_id": run_id})


def usage_notes(rows: int) -> list[str]:
    """Say how many rows of a file are usage, if any is."""
    if not rows:
        return []
    counted = "1 row is usage" if rows == 1 else f"{rows:,} rows are usage"
    return [f"{counted}: outside committed MRR, counted where a question says “incl. usage”."]


def plain_usage(rows: FileMovements) -> FileMovements:
    """Leave out what usage has not: drivers, kinds, and a product that is stated to be none."""
    nothing = np.full(len(rows), NOTHING)
    of_none = rows.texts.product.get(NO_VALUE, NOTHING)
    product = np.where(rows.product == of_none, NOTHING, rows.product)
    numbers = {"driver": nothing, "stated_kind": nothing, "product": product}
    numbers["stated_after"] = np.full(len(rows), NO_NUMBER)
    return rows.replaced(numbers)
