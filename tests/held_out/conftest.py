import pytest

from tests.storage.at_head import sqlite_at_head
from tests.storage.stores import SqliteTemplate


@pytest.fixture(scope="session")
def empty() -> SqliteTemplate:
    """An empty store that is at head, to be copied for each ledger."""
    return sqlite_at_head()
