from pathlib import Path

import pytest

from benchmarks.ledgers import GeneratedLedger, Plan, generate
from benchmarks.postgresql import PostgresCluster
from benchmarks.scene import Rivals, Scene
from benchmarks.stores import PostgresShelf, Shelf, SqliteShelf
from tests.postgresql import Server


@pytest.fixture(scope="session")
def ledger() -> GeneratedLedger:
    return generate(Plan(accounts=200))


@pytest.fixture(scope="session")
def rivals(ledger: GeneratedLedger) -> Rivals:
    return Rivals(ledger)


@pytest.fixture(scope="session")
def sqlite_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return SqliteShelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def postgresql_shelf(postgresql_server: Server) -> Shelf:
    def address(name: str) -> str:
        return postgresql_server.url.set(database=name).render_as_string(hide_password=False)

    return PostgresShelf(PostgresCluster(address))


def scene_on(shelf: Shelf, ledger: GeneratedLedger, rivals: Rivals, folder: Path) -> Scene:
    return Scene(
        ledger=ledger,
        shelf=shelf,
        is_usual=True,
        repeats=1,
        seconds=1,
        rate=8,
        folder=folder,
        rivals=rivals,
    )


@pytest.fixture
def scene(sqlite_shelf: Shelf, ledger: GeneratedLedger, rivals: Rivals, tmp_path: Path) -> Scene:
    return scene_on(sqlite_shelf, ledger, rivals, tmp_path)


@pytest.fixture
def postgresql_scene(
    postgresql_shelf: Shelf, ledger: GeneratedLedger, rivals: Rivals, tmp_path: Path
) -> Scene:
    return scene_on(postgresql_shelf, ledger, rivals, tmp_path)
