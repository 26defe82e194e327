"""A store's ledger as tables of Spark, as a company's own pipeline would put it there."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, text
from sqlmodel import SQLModel

from storage.store.column_types import IsoDate, UtcDateTime
from storage.store.engine import Store
from storage.tables.views import VIEWS
from storage.warehouse.tables import WAREHOUSE
from tests.storage.warehouses import publish

TABLES = (
    *("ledger_account", "ledger_attribute", "ledger_movement", "import_run", "attribute_set"),
    *("month_balance", "balance_build", "control_total", "dimension_value"),
)
PARTITIONED = {"month_balance": "as_of"}


def load_ledger(store: Store, url: str, folder: Path) -> None:
    """Put the whole ledger of a store into Spark, in place of what is there."""
    engine = create_engine(url)
    publish(store)
    known = {**SQLModel.metadata.tables, **VIEWS.tables, **WAREHOUSE.tables}
    with engine.connect() as spark:
        for name in TABLES:
            load_table(store, spark, known[name], folder)
    engine.dispose()


def load_table(store: Store, spark: Connection, table: Table, folder: Path) -> None:
    file = folder / f"{table.name}.json"
    with store.read() as session, file.open("w", encoding="utf-8") as target:
        for row in session.execute(table.select()).mappings():
            cells = {name: cell(value) for name, value in row.items()}
            target.write(json.dumps(cells, ensure_ascii=False) + "\n")
    columns = ", ".join(f"`{column.name}` {kind(column.type)}" for column in table.columns)
    partition = PARTITIONED.get(table.name)
    layout = f"USING parquet PARTITIONED BY ({partition})" if partition else "USING parquet"
    for statement in (
        "SET spark.sql.session.timeZone=UTC",
        f"DROP TABLE IF EXISTS landed_{table.name}",
        f"CREATE TABLE landed_{table.name} ({columns}) USING json LOCATION '{file}'",
        f"DROP TABLE IF EXISTS {table.name}",
        f"CREATE TABLE {table.name} {layout} AS SELECT * FROM landed_{table.name}",  # noqa: S608
    ):
        spark.execute(text(statement))


def cell(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if hasattr(value, "isoformat") else value


def kind(column_type: object) -> str:
    """Return the type that a column has in Spark."""
    if isinstance(column_type, IsoDate):
        return "DATE"
    if isinstance(column_type, UtcDateTime):
        return "TIMESTAMP"
    python: type = column_type.python_type  # type: ignore[attr-defined]
    return {int: "BIGINT", str: "STRING"}[python]
