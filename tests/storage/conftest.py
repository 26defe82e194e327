import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import schema
from storage.engine import Store
from tests.storage.stores import open_store


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store that is at head, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    with open_store(path) as store:
        schema.upgrade(store)
        schema.backup(store, path.with_name("template.db"))
    return path.with_name("template.db")


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store that is at head."""
    with open_store(Path(shutil.copy(template, tmp_path / "nrrbot.db"))) as opened:
        yield opened
