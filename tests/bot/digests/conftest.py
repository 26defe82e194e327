import pytest

from storage.store.engine import Store
from tests.bot.digests.planning import PlanningScene
from tests.storage.conftest import (  # noqa: F401 - fixtures
    postgresql_store,
    postgresql_template,
    sqlite_store,
    sqlite_template,
    store,
    template,
)


@pytest.fixture
def desk(sqlite_store: Store) -> PlanningScene:  # noqa: F811
    return PlanningScene(sqlite_store)


@pytest.fixture
def any_desk(store: Store) -> PlanningScene:  # noqa: F811
    """The same, on each kind of database."""
    return PlanningScene(store)
