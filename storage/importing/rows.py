"""News into the tables, by the driver's bulk path, and what the tables are told afterwards."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from storage.importing.examination import NewRows
from storage.importing.held import LedgerContents
from storage.importing.progress import Progress, counted
from storage.store.statements import batches, bulk_insert
from storage.tables.ledger import Account, AccountAttribute, ImportRun, MrrMovement

MANY = 100_000
"""From how many rows on an index is made faster after them than with each of them."""
_MOVEMENT_COLUMNS = (
    "source",
    "movement_id",
    "account_id",
    "product",
    "effective_on",
    "kind",
    "driver",
    "amount_minor",
    "currency",
    "recorded_at",
    "import_id",
)
_STATEMENT_COLUMNS = (
    "account_id",
    "dimension",
    "value",
    "valid_from",
    "recorded_at",
    "import_id",
)


@dataclass(slots=True)
class ImportEffect:
    """What an import has changed so far."""

    accounts: set[str] = field(default_factory=set)
    moved_roots: set[str] = field(default_factory=set)
    amounts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    values: set[tuple[str, str]] = field(default_factory=set)
    first_value_from: str = ""

    def add(self, new_rows: NewRows) -> None:
        """Take note of what is new."""
        self.accounts.update(new_rows.movements.account_id)
        self.moved_roots |= new_rows.accounts.moved
        amounts = self.amounts
        rows = zip(new_rows.movements.effective_on, new_rows.movements.amount_minor, strict=True)
        for day, amount in rows:
            amounts[day] += amount
        for said in new_rows.statements:
            self.accounts.add(said.account_id)
            self.values.add((said.dimension, said.value))
            self.first_value_from = min(self.first_value_from or said.valid_from, said.valid_from)

    def since(self, *, otherwise: date) -> date:
        """Return the earliest date that anything changes on."""
        if self.moved_roots:
            return date.min
        days = [*self.amounts, *filter(None, [self.first_value_from])]
        return date.fromisoformat(min(days)) if days else otherwise

    def roots(self, session: Session) -> set[str]:
        """Return the topmost accounts of all that is touched, old and new."""
        roots = set(self.moved_roots)
        for some in batches(sorted(self.accounts)):
            statement = select(col(Account.root_id)).where(col(Account.account_id).in_(some))
            roots.update(session.scalars(statement))
        return roots

    def totals(self) -> Iterator[tuple[date, int]]:
        """Yield what moved on each day."""
        for day, amount in self.amounts.items():
            yield date.fromisoformat(day), amount


def store_rows(
    session: Session,
    new_rows: NewRows,
    run: ImportRun,
    *,
    recorded_at: str,
    progress: Progress,
    stored: int,
) -> None:
    """Write what is new.

    Parameters
    ----------
    recorded_at : str
        The moment of movements that state none.
    stored : int
        How many rows of the same file were stored already.
    """
    new_rows.accounts.apply(session)
    movements = _movement_rows(new_rows, run, recorded_at)
    shown = counted(movements, progress, stored=stored, total=run.rows)
    bulk_insert(session, MrrMovement, _MOVEMENT_COLUMNS, shown)
    statements = ((*said[1:6], run.id) for said in new_rows.statements)
    bulk_insert(session, AccountAttribute, _STATEMENT_COLUMNS, statements)


def _movement_rows(
    new_rows: NewRows, run: ImportRun, recorded_at: str
) -> Iterator[tuple[int | str | None, ...]]:
    new = new_rows.movements
    keys = (
        key or f"{run.sha256}:{line}" for key, line in zip(new.movement_id, new.line, strict=True)
    )
    moments = (moment or recorded_at for moment in new.recorded_at)
    return zip(
        repeat(run.source),
        keys,
        new.account_id,
        new.product,
        new.effective_on,
        new_rows.kinds,
        new.driver,
        new.amount_minor,
        new.currency,
        moments,
        repeat(run.id),
        strict=False,  # what is the same for all rows has no end
    )


@contextmanager
def indexes_later(session: Session, contents: LedgerContents, *, rows: int) -> Iterator[None]:
    """Make the indexes of tables that are still empty after many rows, not with each of them.

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
    yield
    for index in indexes:
        index.create(session.connection())
