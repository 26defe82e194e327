import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store.engine import Store
from tests.bot.alerts.scene import low_segment
from tests.bot.edge import Scene
from tests.bot.home.scene import HomeScene, home_scene


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return low_segment(tmp_path_factory.mktemp("home"))


@pytest.fixture
def store(imported: Path, tmp_path: Path) -> Store:
    return Store(f"sqlite:///{shutil.copy(imported, tmp_path / 'nrrbot.db')}")


@pytest.fixture
def lobby(scene: Scene, store: Store) -> Iterator[HomeScene]:
    with home_scene(scene, store) as running:
        yield running
