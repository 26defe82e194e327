"""What the stores of a test session share, and what they go without.

A statement is compiled once, as in a process with its one store: SQLAlchemy keeps what it compiled
by engine, and nearly every test opens a store of its own. Nobody needs the files after a power
cut: what is written waits for no disk, and is there all the same when a process is killed.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event


class Compiled(dict[Any, Any]):
    """Keeps by kind of dialect what SQLAlchemy asks for by the dialect of one engine."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - SQLAlchemy's keys
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:  # noqa: ANN401 - the same
        super().__setitem__(_of_any_engine(key), compiled)


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return type(dialect), *rest


_compiled = Compiled()


def spare_work() -> None:
    """See to it on every connection that an engine of this process hands out from now on."""
    event.listen(Engine, "engine_connect", _spare)


def _spare(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
    if connection.dialect.driver == "pysqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous = OFF")
