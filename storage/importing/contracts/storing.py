"""What lands with the movements of a list: terms, and the attributes of accounts in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from metrics.runs import begins
from storage.importing.account_parts import numbers_in_ledger
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.contracts.term_rows import COLUMNS, TermRow, TermRows
from storage.importing.movements import NO_NUMBER, NOTHING, FileTexts, Whole
from storage.importing.statement_rows import StatementRows
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


def statements_of(rows: TermRows, accounts: Whole, *, today: int, recorded: int) -> StatementRows:
    """List what the terms of accounts say of them, of those that have begun.

    Parameters
    ----------
    accounts : array of whole numbers
        All accounts of the rows, in the order of the statements.
    """
    texts = rows.texts
    if not texts.values:
        return StatementRows(accounts=texts.account)
    rank = np.zeros(len(texts.account.names) + 1, np.int64)
    rank[accounts] = np.arange(accounts.size)
    order = np.lexsort((rows.start, rank[rows.account]))
    order = order[rows.start[order] <= today]
    parts = [_new(rows.account[order], values[order]) for values in rows.attributes.values()]
    number = np.repeat(np.arange(len(parts)), [part.size for part in parts])
    place = order[np.concatenate(parts)]
    said = np.lexsort((number, np.concatenate(parts)))
    return _statements(rows, place[said], number[said], recorded)


def _statements(rows: TermRows, places: Whole, numbers: Whole, recorded: int) -> StatementRows:
    values = rows.texts.values.items()
    first = np.cumsum([0, *(len(known.names) for _, known in values)])
    return StatementRows(
        accounts=rows.texts.account,
        pairs=[(dimension, value) for dimension, known in values for value in known.names],
        line=rows.line[places],
        account=rows.account[places],
        pair=np.stack([*rows.attributes.values()])[numbers, places] + first[numbers],
        day=rows.start[places],
        recorded=np.full(places.size, recorded),
        place=places,
    )


def _new(account: Whole, values: Whole) -> Whole:
    """Find the rows whose value is another than the one that their account had before."""
    stated = np.flatnonzero(values != NOTHING)
    found: Whole = stated[begins(account[stated], values[stated])]
    return found


def future_values(texts: FileTexts, day: int, origin: TermRow | None, today: int) -> Sequence[int]:
    """List the values that wait for their day together with a movement that begins a term."""
    begins = origin is not None and origin.value("start") == day
    if origin is None or not begins or day <= today:
        return (NOTHING,) * len(texts.values)
    return origin.cells[len(TermRows.names()) :]
