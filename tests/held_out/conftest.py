import pytest

from storage.store import schema
from tests.storage.stores import SqliteTemplate, open_store


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """An empty store that is at head, to be copied for each ledger."""
    path = tmp_path_factory.mktemp("held-out") / "store.db"
    with open_store(path) as store:
        schema.upgrade(store)
        schema.backup(store, path.with_name("template.db"))
    return SqliteTemplate(path.with_name("template.db"))
