from collections.abc import Iterator

import pytest

from storage.store.engine import Store
from tests.storage.at_head import sqlite_at_head


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store on SQLite, where what is tested is above the database."""
    with sqlite_at_head().fresh() as opened:
        yield opened
