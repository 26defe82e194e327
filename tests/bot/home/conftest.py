from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store.engine import Store
from tests.bot.alerts.scene import low_segment
from tests.bot.edge import Scene
from tests.bot.home.scene import HomeScene, home_scene


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return low_segment(tmp_path)


@pytest.fixture
def lobby(scene: Scene, store: Store) -> Iterator[HomeScene]:
    with home_scene(scene, store) as running:
        yield running
