from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store.engine import Store
from tests.bot.small_company import small_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Store]:
    """The small company, which is worked out by hand."""
    store = small_company(tmp_path / "company")
    yield store
    store.engine.dispose()
