"""Storing of new rows by the driver's bulk path, and a record of the change for derived data."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from sqlmodel import Session

from metrics.exact_sums import sum_by
from storage.columns.arrays import NONE, LedgerMovements, Parents, Statements
from storage.columns.build_state import read_build
from storage.columns.derived import LedgerChange
from storage.columns.labels import read_currencies
from storage.columns.ledger_rows import LedgerRows
from storage.importing.account_parts import numbers_in_ledger
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.examination import NewRows
from storage.importing.labels import FactLabels
from storage.importing.movements import NO_NUMBER
from storage.importing.report import ImportPhase, Progress
from storage.store.column_types import day_of
from storage.store.numbering import next_id
from storage.tables.facts import AttributeRow, MovementRow
from storage.tables.ledger import ImportRun

_HELD = 5_000_000  # new movements that are kept for the columns; more of them are read again


_OPEN = {"product": NONE, "driver": NONE, "reverses": 0}
"""Columns that can be NULL, and what stands for it."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Rows that were stored, as the ledger has them and in its order.

    ``first`` is the number of the first movement; those behind it have the next ones.
    """

    movements: LedgerMovements
    statements: Statements
    parents: Parents
    first: int


@dataclass(slots=True)
class ImportEffect:
    """Rows that an import has added so far, and the first day of its rates.

    ``amounts`` are their net by day and number of currency. ``stored`` is empty once there are so
    many movements that the columns read them again: memory does not grow with the file.
    """

    amounts: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    rates_since: int | None = None
    stored: list[StoredRows] = field(default_factory=list)
    count: int = 0

    def add(self, stored: StoredRows) -> None:
        """Take note of rows that were stored."""
        movements = stored.movements
        self.stored.append(stored)
        self.count += len(movements)
        if self.count > _HELD:
            self.stored.clear()
        for currency in np.unique(movements.currency).tolist():
            is_own = movements.currency == currency
            days, amounts = movements.day[is_own], movements.amount[is_own]
            first = int(days.min())
            sums = sum_by(days - first, amounts, int(days.max()) - first + 1)
            for place in np.flatnonzero(np.bincount(days - first)).tolist():
                self.amounts[first + place, currency] += int(sums[place])

    def change(self, session: Session, *, is_all: bool) -> LedgerChange:
        """Sum up the change.

        Parameters
        ----------
        is_all : bool
            Whether the ledger was empty before.
        """
        are_new = is_all or read_build(session) is not None
        codes = read_currencies(session)
        return LedgerChange(
            amounts={(day_of(day), codes[own]): net for (day, own), net in self.amounts.items()},
            rates_since=None if self.rates_since is None else day_of(self.rates_since),
            rows=self._rows() if are_new else None,
        )

    def _rows(self) -> LedgerRows | None:
        if self.count > _HELD:
            return None
        return LedgerRows(
            movements=[part.movements for part in self.stored if len(part.movements)],
            statements=Statements.joined([part.statements for part in self.stored]),
            parents=Parents.joined([part.parents for part in self.stored]),
        )


def store_rows(
    session: Session,
    new_rows: NewRows,
    run: ImportRun,
    labels: FactLabels,
    *,
    recorded: int,
    progress: Progress,
    stored: int,
) -> StoredRows:
    """Insert the rows of one group that the ledger lacks.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    stored : int
        How many rows of the same file were stored already.
    """
    accounts = new_rows.accounts
    accounts.apply(session, run.id or 0)
    movements = _ledger_movements(new_rows, labels, recorded)
    statements = _ledger_statements(new_rows, labels)
    source = labels.source[run.source] if len(movements) else 0
    labels.store()
    if new_rows.usage:
        new_rows.usage.store(session, run.id or 0, accounts.numbers, labels, recorded=recorded)
    first, size = next_id(session, MovementRow), len(movements)
    rows = ArrayRows(
        first=first,
        numbers={
            **{name: getattr(movements, name) for name in ("account", "day", "recorded")},
            **{name: getattr(movements, name) for name in ("product", "driver", "currency")},
            "amount_minor": movements.amount,
            "kind": new_rows.kinds,
            "source_row": new_rows.movements.line,
            "reverses": new_rows.reverses,
            "source": np.broadcast_to(source, size),
            "import_id": np.broadcast_to(run.id or 0, size),
        },
        # Without an id of its own a row is known by its place in this very file.
        texts={"movement_id": new_rows.movements.movement_id},
        nothing=_OPEN,
    )
    told = partial(progress, ImportPhase.STORING, total=run.rows)
    insert_arrays(session, MovementRow, rows, lambda done: told(done=stored + done))
    _store_statements(session, statements, run)
    if new_rows.beside:
        new_rows.beside.store(session, run.id or 0, accounts.numbers)
    parents = [[NONE if cell is None else cell for cell in row] for row in accounts.parent_cells()]
    account, parent, day, moment = np.array(parents, np.int64).reshape(len(parents), 4).T
    above = Parents(account=account, day=day, parent=parent, recorded=moment)
    return StoredRows(movements, statements, above, first)


def _store_statements(session: Session, statements: Statements, run: ImportRun) -> None:
    cells = {
        "account": statements.account,
        "pair": statements.pair,
        "valid_from": statements.day,
        "recorded": statements.recorded,
        "import_id": np.broadcast_to(run.id or 0, len(statements)),
    }
    first = next_id(session, AttributeRow)
    insert_arrays(session, AttributeRow, ArrayRows(first=first, numbers=cells))


def _ledger_movements(new_rows: NewRows, labels: FactLabels, recorded: int) -> LedgerMovements:
    movements, texts = new_rows.movements, new_rows.movements.texts
    return LedgerMovements(
        account=numbers_in_ledger(texts.account, movements.account, new_rows.accounts.numbers),
        product=labels.product.of(texts.product, movements.product),
        currency=labels.currency.of(texts.currency, movements.currency),
        day=movements.day,
        amount=movements.amount,
        driver=labels.driver.of(texts.driver, movements.driver),
        recorded=np.where(movements.recorded == NO_NUMBER, recorded, movements.recorded),
    )


def _ledger_statements(new_rows: NewRows, labels: FactLabels) -> Statements:
    said = new_rows.statements
    pair = np.zeros(len(said.pairs), np.int64)
    used, firsts = np.unique(said.pair, return_index=True)
    for number in used[np.argsort(firsts)].tolist():
        pair[number] = labels.pair[said.pairs[number]]
    return Statements(
        account=numbers_in_ledger(said.accounts, said.account, new_rows.accounts.numbers),
        day=said.day,
        pair=pair[said.pair],
        recorded=said.recorded,
    )
