"""Two sides as they are measured where little is known."""

from pathlib import Path

from bot.comparing.comparison import Comparison
from metrics.data_end import Declared
from tests.bot.small_company import answers_from, small_company

YEARS_APART = """\
account_id,date,amount,currency,segment
alpha,2024-01-10,100.00,USD,large
beta,2024-01-10,100.00,USD,mid
alpha,2026-10-10,50.00,USD,
"""


def test_two_sides_have_no_twelve_months_of_which_nothing_is_in(tmp_path: Path) -> None:
    store = small_company(tmp_path, YEARS_APART, declared=Declared())

    found = answers_from(store).reply("large vs mid 2024-01..2025-12")

    assert isinstance(found, Comparison)
    assert (found.left.year, found.right.year) == (None, None)
    store.engine.dispose()
