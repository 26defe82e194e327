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

from storage.balances.windows import forget_windows
from storage.errors import (
    StoreBusyError,
    StoreHoldsCopyError,
    StoreHoldsLedgerError,
    WarehouseChangedError,
    WarehouseEmptyError,
    WarehouseUnreachableError,
)
from storage.store.engine import Store
from storage.tables.ledger import (
    Account,
    AccountAttribute,
    AttributeSet,
    BalanceBuild,
    ControlTotal,
    DimensionValue,
    ImportRun,
    MonthBalance,
    MrrMovement,
    WarehouseCopy,
)
from storage.warehouse.connection import Warehouse

LOOK_EVERY = timedelta(minutes=1)  # a look costs one statement, of seconds on Spark

_STAY: tuple[type[SQLModel], ...] = (
    Account,
    AccountAttribute,
    MrrMovement,
    MonthBalance,
    ImportRun,
)
_COPIED = (AttributeSet, ControlTotal, DimensionValue, BalanceBuild)

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

            yield session

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
            rows = _rows(facts)
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
        self._keep(copy, rows)

    def _touch(self, looked_at: datetime) -> None:
        with suppress(StoreBusyError), self._store.write(patient=False) as session:
            session.get_one(WarehouseCopy, 1).looked_at = looked_at

    def _keep(self, copy: WarehouseCopy, rows: Rows) -> None:
        with self._store.write() as session:
            if session.scalar(select(col(MrrMovement.id)).limit(1)) is not None:
                raise StoreHoldsLedgerError
            generation = session.scalar(select(col(BalanceBuild.generation))) or 0  # not theirs
            forget_windows(session)  # measured from the old data
            for table in _COPIED:
                session.execute(delete(table))
                if rows[table]:
                    session.execute(insert(table), rows[table])
            build = session.get_one(BalanceBuild, 1)
            build.generation, build.changed_since = generation + 1, date.min
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


def require_no_copy(session: Session) -> None:
    """Check that a store may take imports.

    Raises
    ------
    StoreHoldsCopyError
        If it keeps what a warehouse answered.
    """
    if session.get(WarehouseCopy, 1) is not None:
        raise StoreHoldsCopyError


def read_copy(session: Session) -> WarehouseCopy | None:
    """Return the copied facts of the warehouse's ledger; None where the store has its own.

    Raises
    ------
    StoreHoldsCopyError
        If the session does not read the rest of the ledger from that warehouse.
    """
    copy = session.get(WarehouseCopy, 1)
    if copy is not None and session.get_bind(MonthBalance) is session.get_bind():
        raise StoreHoldsCopyError
    return copy


def _edition_of(copy: WarehouseCopy) -> Edition:
    return Edition(**{field.name: getattr(copy, field.name) for field in fields(Edition)})


def _rows(facts: Session) -> Rows:
    return {table: [row.model_dump() for row in facts.scalars(select(table))] for table in _COPIED}
