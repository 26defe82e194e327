from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store.engine import Store
from tests.postgresql import Server
from tests.storage.at_head import postgresql_at_head, sqlite_at_head
from tests.storage.stores import PostgresqlTemplate, SqliteTemplate, Template, open_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def sqlite_template() -> SqliteTemplate:
    return sqlite_at_head()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> PostgresqlTemplate:
    return postgresql_at_head(postgresql_server)


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
