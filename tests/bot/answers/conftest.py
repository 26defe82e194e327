from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from storage.store.engine import Store
from tests.bot.small_company import answers_from, small_company


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A small company's; some tests have another one."""
    made = small_company(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def answers(store: Store) -> Answers:
    return answers_from(store)
