"""Board packs of the small company, which is worked out by hand."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.board.measuring import build_pack
from bot.board.pack import BoardPack
from tests.bot.small_company import answers_from, import_text, small_company

TWO_CURRENCIES = """\
account_id,date,amount,currency
us,2025-01-10,125.00,USD
us,2026-08-01,25.00,USD
eu,2025-01-10,100.00,EUR
eu,2026-08-01,-40.00,EUR
"""
RATES = "date,currency,rate\n2025-01-01,USD,1.10\n2026-06-30,USD,1.25\n2026-09-30,USD,1.20\n"


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


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> BoardPack:
    """Return the pack of Q3 2026 of a company that is paid in dollars and euros."""
    store = small_company(tmp_path_factory.mktemp("converted") / "company", TWO_CURRENCIES)
    import_text(store, RATES, source="rates")
    return build_pack(answers_from(store), "Q3 2026", visibility=EVERYTHING)
