"""Rows of usage that are new, and how they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlmodel import Session

from metrics.segments import NO_VALUE
from storage.importing.account_parts import numbers_in_ledger
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.comparison import GroupComparison
from storage.importing.labels import FactLabels
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, Whole
from storage.importing.report import RowFinding
from storage.store.numbering import next_id
from storage.tables.usage import UsageMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUsage:
    """Rows of a group that the ledger lacks; those that take others back have ``reverses``.

    ``found`` is how the group compared with what is held.
    """

    rows: FileMovements
    reverses: Whole
    found: GroupComparison
    findings: Sequence[RowFinding] = ()

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
        cells = ArrayRows(
            first=next_id(session, UsageMovement),
            numbers={
                "account": numbers_in_ledger(texts.account, rows.account, accounts),
                "day": rows.day,
                "amount_minor": rows.amount,
                "currency": labels.currency.of(texts.currency, rows.currency),
                "product": labels.product.of(texts.product, rows.product),
                "recorded": np.where(rows.recorded == NO_NUMBER, recorded, rows.recorded),
                "source_row": rows.line,
                "reverses": self.reverses,
                "import_id": np.full(len(rows), run_id),
            },
            texts={"movement_id": rows.movement_id},
            nothing={"product": NOTHING, "reverses": 0},
        )
        labels.store()
        insert_arrays(session, UsageMovement, cells)


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
    after = np.full(len(rows), NO_NUMBER)
    return replace(rows, product=product, driver=nothing, stated_kind=nothing, stated_after=after)
