"""Copy of the small tables of a warehouse's ledger, so that the warehouse is asked once for them.

The small tables are copied whenever the warehouse has other data; then every window that was
measured from the old data goes. The large ones stay where they are.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, event, func, insert, select
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, SQLModel, col

from storage.columns.dimension_values import Pair, stored_values
from storage.errors import (
    StoreBusyError,
    StoreHoldsLedgerError,
    WarehouseChangedError,
    WarehouseEmptyError,
    WarehouseUnreachableError,
)
from storage.ledger.elsewhere import put_elsewhere
from storage.store.column_types import day_number
from storage.store.engine import Store
from storage.store.numbering import has_rows
from storage.tables.columns import ColumnBuild, WindowSum
from storage.tables.facts import MovementRow
from storage.tables.ledger import (
    AttributeSet,
    ControlTotal,
    DimensionValue,
    ImportRun,
    WarehouseCopy,
)
from storage.tables.views import Account, AccountAttribute, MrrMovement
from storage.warehouse.connection import Warehouse
from storage.warehouse.tables import BalanceBuild, MonthBalance

LOOK_EVERY = timedelta(minutes=1)  # a look costs one statement, of seconds on Spark

_STAY: tuple[type[SQLModel], ...] = (
    *(Account, AccountAttribute, MrrMovement),
    *(MonthBalance, BalanceBuild, ImportRun),
)
_COPIED = (AttributeSet, ControlTotal)

_CURRENCY_AND_LAST_DAY = select(
    func.min(col(MrrMovement.currency)), func.max(col(MrrMovement.effective_on))
)

Rows = dict[type[SQLModel], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Edition:
    """Version of the data in the warehouse: two that are equal are the same data."""

    data_version: int
    data_as_of: datetime
    closed_through: date | None
    covered_through: date | None
    newest_import: str
    generation: int


class WarehouseReader:
    """Sessions that read small tables and windows from the store, the rest from the warehouse.

    Parameters
    ----------
    store : Store
        One without a ledger of its own.
    now : callable
        The clock.
    """

    def __init__(self, store: Store, warehouse: Warehouse, *, now: Callable[[], datetime]) -> None:
        self._store, self.warehouse, self._now = store, warehouse, now
        self._looking = threading.Lock()
        self._look_at: datetime | None = None
        self.away_since: datetime | None = None
        """When the warehouse was last seen, if it could not be reached when it was asked."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that asks the warehouse only for what the store does not hold.

        Raises
        ------
        WarehouseUnreachableError
            If it has to be asked and does not answer.
        WarehouseChangedError
            If it has to be asked and has other data by then.
        StoreHoldsLedgerError
            If the store has a ledger of its own.
        """
        from storage.warehouse.reads import WarehouseReads  # noqa: PLC0415 - numpy is slow to load

        self._refresh()
        elsewhere = dict.fromkeys(_STAY, self.warehouse.engine)
        with self._store.read(elsewhere=elsewhere) as session:
            edition = _edition_of(session.get_one(WarehouseCopy, 1))

            @event.listens_for(session, "after_begin")
            def require_same_data(
                _session: Session, _transaction: SessionTransaction, connection: Connection
            ) -> None:
                if connection.engine is self.warehouse.engine:
                    self._require(edition, connection)

            reads = WarehouseReads()
            put_elsewhere(session, reads)
            generation = session.get_one(ColumnBuild, 1).generation
            yield session
        if reads.measured:
            reads.keep(self._store, generation=generation)

    def _require(self, edition: Edition, connection: Connection) -> None:
        with Session(connection) as facts:
            if read_edition(facts) != edition:
                self._look_at = self._now()
                raise WarehouseChangedError

    def _refresh(self) -> None:
        known = self._known()
        if known is not None and self._now() < (self._look_at or known.looked_at + LOOK_EVERY):
            return
        # Another thread is looking: its copy of a minute ago will do, if there is one.
        if not self._looking.acquire(blocking=known is None):
            return
        try:
            self._look(known)
            self.away_since = self._look_at = None
        except WarehouseUnreachableError:
            if known is None:
                raise
            self.away_since, self._look_at = known.looked_at, self._now() + LOOK_EVERY
        finally:
            self._looking.release()

    def _known(self) -> WarehouseCopy | None:
        with self._store.read() as session:
            return session.get(WarehouseCopy, 1)

    def _look(self, known: WarehouseCopy | None) -> None:
        looked_at = self._now()
        with self.warehouse.read() as facts:
            edition = read_edition(facts)
            if known is not None and _edition_of(known) == edition:
                self._touch(looked_at)
                return
            currency, last = facts.execute(_CURRENCY_AND_LAST_DAY).one()
            rows, build = _rows(facts), facts.get_one(BalanceBuild, 1)
            values = stored_values(facts)
            if read_edition(facts) != edition:  # loaded while it was copied: half old, half new
                raise WarehouseChangedError
        if currency is None:
            raise WarehouseEmptyError
        copy = WarehouseCopy(
            id=1,
            currency=currency,
            last_movement_on=last,
            looked_at=looked_at,
            **asdict(edition),
        )
        self._keep(copy, build, rows, values)

    def _touch(self, looked_at: datetime) -> None:
        with suppress(StoreBusyError), self._store.write(patient=False) as session:
            session.get_one(WarehouseCopy, 1).looked_at = looked_at

    def _keep(
        self, copy: WarehouseCopy, build: BalanceBuild, rows: Rows, values: set[Pair]
    ) -> None:
        with self._store.write() as session:
            if has_rows(session, MovementRow):
                raise StoreHoldsLedgerError
            generation = session.scalar(select(col(ColumnBuild.generation))) or 0  # not theirs
            session.execute(delete(WindowSum))  # measured from the old data
            for table in _COPIED:
                session.execute(delete(table))
                if rows[table]:
                    session.execute(insert(table), rows[table])
            _add_values(session, values)
            session.merge(
                ColumnBuild(
                    built_through=day_number(build.built_through),
                    tiers=build.tiers,
                    generation=generation + 1,
                    changed_since=day_number(date.min),
                    last_movement=0,
                    last_statement=0,
                    last_parent=0,
                )
            )
            session.merge(copy)


def read_edition(facts: Session) -> Edition:
    """Read the version of the warehouse's data, in one statement.

    Raises
    ------
    WarehouseEmptyError
        If it has none.
    """
    statement = (
        select(
            col(ImportRun.data_version),
            col(ImportRun.finished_at),
            col(ImportRun.closed_through),
            col(ImportRun.covered_through),
            col(ImportRun.sha256),
            col(BalanceBuild.generation),
        )
        .join(BalanceBuild, col(BalanceBuild.id) == 1)
        .order_by(col(ImportRun.data_version).desc())
        .limit(1)
    )
    found = facts.execute(statement).one_or_none()
    if found is None:
        raise WarehouseEmptyError
    return Edition(*found)


def _add_values(session: Session, values: set[Pair]) -> None:
    known = stored_values(session)  # labels are never deleted
    new = [
        {"number": number, "dimension": dimension, "value": value}
        for number, (dimension, value) in enumerate(sorted(values - known), len(known))
    ]
    if new:
        session.execute(insert(DimensionValue), new)


def _edition_of(copy: WarehouseCopy) -> Edition:
    return Edition(**{field.name: getattr(copy, field.name) for field in fields(Edition)})


def _rows(facts: Session) -> Rows:
    return {table: [row.model_dump() for row in facts.scalars(select(table))] for table in _COPIED}
