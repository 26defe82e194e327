import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.demo.company import COLUMNS, DemoPlan, movements
from storage.store import schema
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from tests.bot.small_company import answers_from
from tests.storage.stores import TODAY, import_file, open_store
from tests.storage.warehouses import Clock
from tests.warehouse.spark_server import spark_server
from tests.warehouse.spark_tables import load_ledger

PLAN = DemoPlan(accounts=300, months=24, seed=3)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a ledger, imported the ordinary way."""
    folder = tmp_path_factory.mktemp("company")
    file = folder / "movements.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        writer.writerows(movements(PLAN, today=TODAY))
    with open_store(folder / "company.db") as store:
        schema.upgrade(store)
        import_file(store, file, closed_through=TODAY.replace(day=1), max_bytes=2**27)
        yield store


@pytest.fixture(scope="session")
def spark(company: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of a running Spark that holds the company's ledger, and the server's folder."""
    folder = tmp_path_factory.mktemp("spark")
    with spark_server(folder) as url:
        load_ledger(company, url, tmp_path_factory.mktemp("landed"))
        yield url, folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def beside_spark(spark: tuple[str, Path], clock: Clock, tmp_path: Path) -> Iterator[Answers]:
    """A bot whose own store is empty, and whose ledger is in Spark."""
    with open_store(tmp_path / "bot.db") as store:
        schema.upgrade(store)
        yield answers_from(
            store, today=TODAY, warehouse=WarehouseReader(store, Warehouse(spark[0]), now=clock)
        )


@pytest.fixture
def local(company: Store) -> Answers:
    """A bot whose store has the ledger."""
    return answers_from(company, today=TODAY)
