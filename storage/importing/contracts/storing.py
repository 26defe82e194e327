"""Storing of terms: the rows of a list that the ledger does not hold as they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from storage.importing.account_parts import numbers_in_ledger
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.contracts.term_rows import COLUMNS, TermRows
from storage.importing.movements import NO_NUMBER
from storage.store.numbering import next_id
from storage.tables.contracts import ContractTerm


@dataclass(frozen=True, slots=True)
class NewTerms:
    """Terms of a group of accounts that are stored with an import; ``lines`` say something new."""

    source: str
    recorded: int
    rows: TermRows
    lines: Collection[int]

    def __len__(self) -> int:
        return len(self.rows)

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        rows, texts = self.rows, self.rows.texts
        alike = {"recorded": self.recorded, "import_id": run_id}
        cells = ArrayRows(
            first=next_id(session, ContractTerm),
            numbers={
                "account": numbers_in_ledger(texts.account, rows.account, accounts),
                "source_row": rows.line,
                **{ours: getattr(rows, name) for name, ours in COLUMNS.items()},
                **{name: np.full(len(rows), number) for name, number in alike.items()},
            },
            texts={
                "source": [self.source] * len(rows),
                "contract_id": rows.contract,
                "amendment_of": rows.amends,
                "currency": [*map(texts.currency.name, rows.currency.tolist())],
                "product": [*map(texts.product.name, rows.product.tolist())],
            },
            nothing=dict.fromkeys(COLUMNS.values(), NO_NUMBER),
        )
        insert_arrays(session, ContractTerm, cells)
