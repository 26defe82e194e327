import sqlite3
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlmodel import Session, SQLModel, col

from storage.store.prepared import Prepared
from storage.tables.facts import Product


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
