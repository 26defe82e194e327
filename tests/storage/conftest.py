from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import schema
from storage.store.engine import Store
from tests.postgresql import Server
from tests.storage.stores import PostgresqlTemplate, SqliteTemplate, Template, open_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    path = tmp_path_factory.mktemp("template") / "store.db"
    with open_store(path) as store:
        schema.upgrade(store)
        schema.backup(store, path.with_name("template.db"))
    return SqliteTemplate(path.with_name("template.db"))


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> Iterator[PostgresqlTemplate]:
    with postgresql_server.database() as url:
        with open_store(url) as store:
            schema.upgrade(store)
        yield PostgresqlTemplate(postgresql_server, str(url.database))


@pytest.fixture(scope="session", params=BOTH)
def template(request: pytest.FixtureRequest) -> Template:
    """An empty store that is at head, to be copied: for properties, one for each example."""
    found: Template = request.getfixturevalue(f"{request.param}_template")
    return found


@pytest.fixture
def store(template: Template) -> Iterator[Store]:
    """An empty store that is at head; the test runs on each kind of database."""
    with template.fresh() as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Store]:
    """The same for a test that is about SQLite, or about its file in ``tmp_path``."""
    with open_store(sqlite_template.copy(tmp_path / "nrrbot.db")) as opened:
        yield opened


@pytest.fixture
def postgresql_store(postgresql_template: PostgresqlTemplate) -> Iterator[Store]:
    """The same for a test that is about PostgreSQL."""
    with postgresql_template.fresh() as opened:
        yield opened
