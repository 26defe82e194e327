"""Storing of terms: the rows of a list that the ledger does not hold as they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from sqlmodel import Session

from storage.importing.account_parts import numbers_in_ledger
from storage.importing.alike import alike_apart
from storage.importing.contracts.term_rows import COLUMNS, TermRow, TermRows
from storage.importing.movements import NO_NUMBER, FileTexts
from storage.store.numbering import next_id
from storage.store.statements import Row, bulk_insert
from storage.tables.contracts import WITHDRAWN, ContractTerm

_TEXTS = ("source", "contract_id", "amendment_of", "currency", "product")


@dataclass(slots=True)
class NewTerms:
    """Terms of a group of accounts that are stored with an import.

    ``rows`` are of contracts that are new or have changed, ``gone`` those that an account does not
    have any more, ``plain`` all of accounts of which nothing was held; ``lines`` say something new.
    """

    source: str
    recorded: int
    texts: FileTexts
    rows: list[TermRow] = field(default_factory=list)
    gone: list[TermRow] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    plain: TermRows | None = None

    def __len__(self) -> int:
        return len(self.rows) + len(self.gone) + len(self.plain or ())

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        same = {"recorded": self.recorded, "import_id": run_id}
        if self.plain:
            self._store_plain(session, self.plain, accounts, same)
        columns = ("id", "account", "source_row", *_TEXTS, *COLUMNS.values())
        rows = zip(count(next_id(session, ContractTerm)), self._cells(accounts), strict=False)
        bulk_insert(
            session,
            ContractTerm,
            columns,
            ((number, *cells) for number, cells in rows),
            same=same,
        )

    def _store_plain(
        self,
        session: Session,
        rows: TermRows,
        accounts: Mapping[str, int],
        same: Mapping[str, int],
    ) -> None:
        numbers = {ours: rows.column(name) for name, ours in COLUMNS.items()}
        columns, alike = alike_apart(
            {"source_row": rows.column("line"), **numbers},
            nothing=dict.fromkeys(numbers, NO_NUMBER),
        )
        labels, named_alike = _labels_apart(rows)
        names = rows.texts.account
        account = numbers_in_ledger(names, rows.account, accounts).tolist()
        bulk_insert(
            session,
            ContractTerm,
            ("id", "account", *labels, *columns),
            zip(
                count(next_id(session, ContractTerm)), account, *labels.values(), *columns.values()
            ),
            same={**same, **alike, **named_alike, "source": self.source},
        )

    def _cells(self, accounts: Mapping[str, int]) -> Iterator[Row]:
        for row in self.rows:
            yield (*self._labels(row, accounts), *row.stored())
        for row in self.gone:
            numbers = dict(zip(COLUMNS, row.stored(), strict=True)) | {"status": WITHDRAWN}
            yield (*self._labels(row, accounts), *numbers.values())

    def _labels(self, row: TermRow, accounts: Mapping[str, int]) -> Sequence[int | str | None]:
        line, account, *_ = row.cells
        texts = self.texts
        return (
            accounts[texts.account.names[account]],
            line,
            self.source,
            row.contract or None,
            row.amends or None,
            texts.currency.names[row.value("currency")],
            texts.product.name(row.value("product")),
        )


def _labels_apart(
    rows: TermRows,
) -> tuple[dict[str, Iterable[str | None]], dict[str, str | None]]:
    """Put labels apart from those that are the same in all rows."""
    different: dict[str, Iterable[str | None]] = {
        "contract_id": (key or None for key in rows.contract)
    }
    same: dict[str, str | None] = {"amendment_of": None}
    if any(rows.amends):
        different["amendment_of"] = (key or None for key in rows.amends)
        same.clear()
    for name, texts in (("currency", rows.texts.currency), ("product", rows.texts.product)):
        numbers = rows.column(name)
        found = {number: texts.name(number) for number in np.unique(numbers).tolist()}
        if len(found) == 1:
            same[name] = next(iter(found.values()))
        else:
            different[name] = map(found.__getitem__, numbers.tolist())
    return different, same
