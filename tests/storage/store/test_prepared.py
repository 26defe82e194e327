import sqlite3
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlmodel import Session, SQLModel, col

from storage.store.engine import Store
from storage.store.prepared import Prepared
from storage.tables.facts import Product
from tests.storage.stores import execute


class CursorsAlone:
    """A driver's connection, as of most warehouses, that has no way to run a statement itself."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver has
        if name == "execute":
            raise AttributeError(name)
        return getattr(self._connection, name)


def test_a_warehouse_whose_driver_has_cursors_alone_is_read_by_them() -> None:
    engine = create_engine("sqlite://", creator=CursorsAlone)
    engine.dialect.driver = "thrift"
    with Session(engine) as session:
        bind = session.connection()
        assert isinstance(bind, Connection)
        SQLModel.metadata.tables["product"].create(bind)
        session.add(Product(number=0, name="core"))

        assert Prepared(select(col(Product.name))).rows(session) == [("core",)]
    engine.dispose()


def test_a_reading_session_reads_a_statement_once(store: Store) -> None:
    names = Prepared(select(col(Product.name)))
    with store.read() as session:
        first = names.rows(session)

        assert names.rows(session) is first

    execute(store, "INSERT INTO product (number, name) VALUES (0, 'core')")
    with store.read() as session:
        assert names.rows(session) == [("core",)]


def test_a_writing_session_reads_what_it_wrote(store: Store) -> None:
    names = Prepared(select(col(Product.name)))
    with store.write() as session:
        assert names.rows(session) == []

        session.add(Product(number=0, name="core"))

        assert names.rows(session) == [("core",)]
