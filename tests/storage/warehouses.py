"""Warehouses to test with: any store's database can stand in for a distributed engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, event

from metrics.activity import Activity
from metrics.data_end import DataEnd
from metrics.retention import OutsideCohort, Retention
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.columns.reading import ColumnReader
from storage.ledger.account_changes import CohortMember
from storage.ledger.ledger import Ledger
from storage.ledger.state import LedgerState
from storage.store.column_types import day_of
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from storage.warehouse.publishing import put_month_balances
from storage.warehouse.tables import WAREHOUSE, BalanceBuild, MonthBalance
from tests.storage.stores import NOW

Told = tuple[Retention, OutsideCohort, dict[str, Retention], Activity, list[CohortMember]]
"""All that a ledger says of one period and scope."""


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Outpost:
    """A bot's store beside a warehouse, with a clock that moves when told to."""

    store: Store
    warehouse: Warehouse
    clock: Clock = field(default_factory=Clock)
    asked: list[str] = field(default_factory=list)
    """Every statement that the warehouse was given."""

    def __post_init__(self) -> None:
        self.reader = WarehouseReader(self.store, self.warehouse, now=self.clock)

        @event.listens_for(self.warehouse.engine, "before_cursor_execute")
        def remember(_c: object, _r: object, statement: str, *_rest: object) -> None:
            self.asked.append(statement)

    def state(self) -> LedgerState:
        with self.reader.read() as session:
            return Ledger(session, tiers=Tiers()).state()

    def data_end(self, today: date) -> DataEnd:
        with self.reader.read() as session:
            return Ledger(session, tiers=Tiers()).data_end(today)

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        with self.reader.read() as session:
            return Ledger(session, tiers=Tiers()).vocabulary()

    def tell(
        self, start: date, end: date, scope: Scope = (), *, as_of: datetime | None = None
    ) -> Told:
        with self.reader.read() as session:
            ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
            return tell(ledger, start, end, scope)

    def retention(self, start: date, end: date, scope: Scope = ()) -> Retention:
        with self.reader.read() as session:
            ledger = Ledger(session, tiers=Tiers())
            return ledger.sums(start, end).retention(scope)


def tell(ledger: Ledger, start: date, end: date, scope: Scope = ()) -> Told:
    """Return all that a ledger says of one period and scope."""
    sums = ledger.sums(start, end)
    return (
        sums.retention(scope),
        sums.outside_cohort(scope),
        dict(sums.by("segment", scope)),
        ledger.activity(start, end, scope),
        ledger.cohort(start, end, scope),
    )


def tell_locally(
    store: Store, start: date, end: date, scope: Scope = (), *, as_of: datetime | None = None
) -> Told:
    """Return the same from the store that has the ledger."""
    with store.read() as session:
        return tell(Ledger(session, tiers=Tiers(), as_of=as_of), start, end, scope)


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


@contextmanager
def outpost(store: Store, url: str) -> Iterator[Outpost]:
    """Open an outpost; ``store`` must have no ledger of its own."""
    found = Outpost(store, Warehouse(url))
    yield found
    found.warehouse.engine.dispose()


def publish(company: Store) -> None:
    """Put the tables that only a warehouse has beside a store's ledger, as of now."""
    WAREHOUSE.create_all(company.engine)
    with company.write() as session:
        stored = ColumnReader(session)
        build = stored.build
        for table in (MonthBalance, BalanceBuild):
            session.execute(delete(table))
        if build is None:
            return
        session.add(
            BalanceBuild(
                built_through=day_of(build.built_through),
                tiers=build.tiers,
                generation=build.generation,
            )
        )
        put_month_balances(session, stored.months())
