"""Board packs of the small company, which is worked out by hand."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.board.measuring import build_pack
from bot.board.pack import BoardPack
from tests.bot.small_company import answers_from, small_company


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder: Path = tmp_path_factory.mktemp("board")
    return answers_from(small_company(folder / "company"))


@pytest.fixture(scope="session")
def build(company: Answers) -> Callable[..., BoardPack]:
    return partial(build_pack, company, visibility=EVERYTHING)


@pytest.fixture(scope="session")
def pack(build: Callable[..., BoardPack]) -> BoardPack:
    """Return the pack of Q3 2026: 1,660.00 at the opening, 1,710.00 of it at the close."""
    return build("Q3 2026")
