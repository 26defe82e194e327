"""How much the property tests draw, and the database server that tests of every part share.

Enough is drawn for every change, and at length with `make test-slow`.
"""

import gc
import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import settings

from tests.engines import spare_work
from tests.postgresql import Server, running_server
from tests.slow import only_slow

# Workers say that they are 80 columns wide, and what prints would keep to it, whatever a test sets.
os.environ.pop("COLUMNS", None)
# A busy machine pauses any test for a moment: how fast things are is for benchmarks to judge.
settings.register_profile("quick", deadline=None, max_examples=15)
settings.register_profile("slow", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ROOT = Path(__file__).parents[1]
ON_SQLITE = (
    "tests/storage/importing/tables/",
    "tests/storage/importing/judging/",
    "tests/storage/importing/profiles/",
    "tests/storage/importing/test_movements_csv.py",
    "tests/storage/importing/test_rates_csv.py",
    "tests/storage/importing/test_accounts_csv.py",
    "tests/storage/importing/test_without_product.py",
    "tests/storage/importing/contracts/",
    "tests/storage/importing/levels/",
    "tests/storage/importing/signals/",
    "tests/storage/importing/usage/",
    "tests/storage/importing/test_accounts.py",
    "tests/storage/importing/test_closed_months.py",
    "tests/storage/importing/test_doubts.py",
    "tests/storage/importing/test_due.py",
    "tests/storage/importing/test_products.py",
    "tests/storage/importing/test_reversal.py",
    "tests/storage/importing/test_comparison.py",
    "tests/storage/importing/test_contents.py",
    "tests/bot/alerts/telling/",
)
"""What they are about is above the database: on PostgreSQL they run with `make test-slow`."""


def pytest_configure() -> None:
    spare_work()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Leave what is loaded to the session's end: the collector looks at none of it again."""
    gc.disable()  # nothing of it is garbage, and looking for some takes a sixth of it
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000)  # a test makes little garbage: looking for it took 3 % of the run
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Leave modules without an example alone: each is gone through as a whole for one."""
    found = yield
    has_examples = file_path.suffix == ".py" and b">>> " in file_path.read_bytes()
    return [one for one in found if has_examples or not isinstance(one, DoctestModule)]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("postgres") and _place(item).startswith(ON_SQLITE):
            item.add_marker(only_slow)


def _place(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server for the session, started when the first test asks for it."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The URL of an empty database, as a person would write it."""
    with postgresql_server.database() as url:
        yield url.render_as_string(hide_password=False)
