"""Storing of new rows by the driver's bulk path, and a record of the change for derived data."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from storage.balances.derivation import LedgerChange
from storage.importing.examination import NewRows
from storage.importing.held import LedgerContents
from storage.importing.report import Progress, counted
from storage.store.statements import batches, bulk_insert
from storage.tables.ledger import Account, AccountAttribute, ImportRun, MrrMovement

MANY = 100_000  # rows from which an index is made faster after them than with each of them
_MOVEMENT_COLUMNS = (
    *("source", "movement_id", "account_id", "product", "effective_on", "kind", "driver"),
    *("amount_minor", "currency", "recorded_at", "import_id"),
)
_STATEMENT_COLUMNS = (
    *("account_id", "dimension", "value", "valid_from", "recorded_at", "import_id"),
)


@dataclass(slots=True)
class ImportEffect:
    """Accounts, days and values that an import has changed so far; days are ISO text."""

    accounts: set[str] = field(default_factory=set)
    moved_roots: set[str] = field(default_factory=set)
    amounts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    values: set[tuple[str, str]] = field(default_factory=set)
    first_value_from: str = ""

    def add(self, new_rows: NewRows) -> None:
        """Take note of rows that were stored."""
        content = new_rows.movements.content
        self.accounts.update(content.account_id)
        self.moved_roots |= new_rows.accounts.moved
        amounts = self.amounts
        for day, amount in zip(content.effective_on, content.amount_minor, strict=True):
            amounts[day] += amount
        for said in new_rows.statements:
            self.accounts.add(said.account_id)
            self.values.add((said.dimension, said.value))
            self.first_value_from = min(self.first_value_from or said.valid_from, said.valid_from)

    def change(self, session: Session, *, otherwise: date) -> LedgerChange:
        """Sum up the change; ``otherwise`` is its day when nothing has one."""
        return LedgerChange(
            roots=self._roots(session),
            since=self._since(otherwise),
            amounts={date.fromisoformat(day): amount for day, amount in self.amounts.items()},
            values=self.values,
        )

    def _roots(self, session: Session) -> set[str]:
        roots = set(self.moved_roots)
        for some in batches(sorted(self.accounts)):
            statement = select(col(Account.root_id)).where(col(Account.account_id).in_(some))
            roots.update(session.scalars(statement))
        return roots

    def _since(self, otherwise: date) -> date:
        if self.moved_roots:  # a moved account counts under its new parent from its first day on
            return date.min
        days = [*self.amounts, *filter(None, [self.first_value_from])]
        return date.fromisoformat(min(days)) if days else otherwise


def store_rows(
    session: Session,
    new_rows: NewRows,
    run: ImportRun,
    *,
    recorded_at: str,
    progress: Progress,
    stored: int,
) -> None:
    """Insert the rows of one group that the ledger lacks.

    Parameters
    ----------
    recorded_at : str
        The moment of movements that state none.
    stored : int
        How many rows of the same file were stored already.
    """
    new_rows.accounts.apply(session)  # first: movements and statements refer to accounts
    movements = _movement_rows(new_rows, run, recorded_at)
    shown = counted(movements, progress, stored=stored, total=run.rows)
    bulk_insert(session, MrrMovement, _MOVEMENT_COLUMNS, shown)
    statements = ((*said[1:6], run.id) for said in new_rows.statements)
    bulk_insert(session, AccountAttribute, _STATEMENT_COLUMNS, statements)


def _movement_rows(
    new_rows: NewRows, run: ImportRun, recorded_at: str
) -> Iterator[tuple[int | str | None, ...]]:
    movements, content = new_rows.movements, new_rows.movements.content
    # Without an id a row is known by its place in this very file, which lands only once.
    keys = (
        key or f"{run.sha256}:{line}"
        for key, line in zip(movements.movement_id, movements.line, strict=True)
    )
    return zip(
        repeat(run.source),
        keys,
        content.account_id,
        movements.attributes.get("product") or repeat(None),
        content.effective_on,
        new_rows.kinds,
        content.driver,
        content.amount_minor,
        content.currency,
        (moment or recorded_at for moment in content.recorded_at),
        repeat(run.id),
        strict=False,  # a value that is the same for all rows is repeated without end
    )


@contextmanager
def indexes_later(session: Session, contents: LedgerContents, *, rows: int) -> Iterator[None]:
    """On an empty table, build the indexes once after many rows, not row by row.

    Only on SQLite, where readers go on meanwhile: PostgreSQL would lock them out. A table that
    holds something keeps its indexes, because new rows are compared with what it holds.
    """
    empty = []
    if session.connection().dialect.name == "sqlite" and rows >= MANY:
        empty += [] if contents.has_movements else [MrrMovement.__tablename__]
        empty += [] if contents.has_attributes else [AccountAttribute.__tablename__]
    tables = SQLModel.metadata.tables
    indexes = [index for name in empty for index in tables[str(name)].indexes]
    for index in indexes:
        index.drop(session.connection())
    yield  # an error needs no new indexes: the rollback brings the dropped ones back
    for index in indexes:
        index.create(session.connection())
