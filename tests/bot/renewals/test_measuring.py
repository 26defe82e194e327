"""Renewals that a list of contracts tells of, and those that it cannot know."""

from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.renewals.calendar import RenewalCalendar
from bot.renewals.wording import rate_line
from tests.bot.small_company import answers_from, import_text, reply_of, small_company

TODAY = "contract_id,account_id,start,end,amount,currency,per,status\n"
GOES_ON = "S1,a,2025-01-01,,100.00,USD,month,active\n"
IS_OVER = "S2,b,2025-01-01,2026-06-30,100.00,USD,month,cancelled\n"
COMES_UP = "S3,c,2026-01-01,2026-12-31,100.00,USD,month,active\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(GOES_ON + IS_OVER, "No signed term is known to have come up", id="of-today"),
        pytest.param(IS_OVER + COMES_UP, "0.0% of 1 term", id="with-terms-that-come-up"),
    ],
)
def test_a_list_that_knows_ends_alone_has_no_renewal_rate(
    tmp_path: Path, rows: str, said: str
) -> None:
    store = small_company(tmp_path)
    import_text(store, TODAY + rows, source="contracts")

    found = reply_of(RenewalCalendar, answers_from(store), "renewals", visibility=EVERYTHING)

    assert said in rate_line(found)
