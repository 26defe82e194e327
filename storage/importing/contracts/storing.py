"""Storing of terms: the rows of a list that the ledger does not hold as they are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.importing.contracts.held_terms import COLUMNS
from storage.importing.contracts.term_rows import NUMBERS, TermRow
from storage.importing.movements import NO_NUMBER, FileTexts
from storage.store.statements import Row, bulk_insert
from storage.tables.contracts import WITHDRAWN, ContractTerm

_TEXTS = ("source", "contract_id", "amendment_of", "currency", "product")


@dataclass(slots=True)
class NewTerms:
    """Terms of a group of accounts that are stored with an import.

    ``rows`` are of contracts that are new or have changed, ``gone`` those that an account does not
    have any more; ``lines`` say something new.
    """

    source: str
    recorded: int
    texts: FileTexts
    rows: list[TermRow] = field(default_factory=list)
    gone: list[TermRow] = field(default_factory=list)
    lines: Collection[int] = ()

    def __len__(self) -> int:
        return len(self.rows) + len(self.gone)

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        first = (session.scalar(select(func.max(col(ContractTerm.id)))) or 0) + 1
        columns = ("id", "account", "source_row", *_TEXTS, *COLUMNS.values())
        rows = zip(count(first), self._cells(accounts), strict=False)
        bulk_insert(
            session,
            ContractTerm,
            columns,
            ((number, *cells) for number, cells in rows),
            same={"recorded": self.recorded, "import_id": run_id},
        )

    def _cells(self, accounts: Mapping[str, int]) -> Iterator[Row]:
        for row in self.rows:
            yield (*self._labels(row, accounts), *map(_cell, _numbers(row.cells)))
        for row in self.gone:
            status = {"status": WITHDRAWN}
            numbers = (status.get(name, row.value(name)) for name in COLUMNS)
            yield (*self._labels(row, accounts), *map(_cell, numbers))

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


_numbers = itemgetter(*(NUMBERS.index(name) for name in COLUMNS))


def _cell(number: int) -> int | None:
    return None if number == NO_NUMBER else number
