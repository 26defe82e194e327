"""Ledgers that people had trouble with elsewhere, in our own words and numbers."""

from tests.held_out.running import Company, Json, company
from tests.storage.stores import SqliteTemplate

MOVED_ON_THE_OPENING_DAY = """\
account_id,date,amount,currency,plan
anna,2026-01-05,50.00,USD,starter
bert,2026-01-05,50.00,USD,starter
cleo,2026-01-05,150.00,USD,growth
anna,2026-08-01,100.00,USD,growth
"""

FIRST = """\
movement_id,account_id,date,amount,currency
k1,anna,2026-01-05,100.00,USD
k2,bert,2026-01-05,100.00,USD
"""
LATE = """\
movement_id,account_id,date,amount,currency
k3,anna,2026-08-05,-100.00,USD
"""

SWAPPED = """\
account_id,date,amount,currency,plan
anna,2026-06-01,100.00,USD,basic
anna,2026-08-05,-100.00,USD,
anna,2026-08-05,150.00,USD,pro
"""

A_CENT_IS_LEFT = """\
account_id,date,amount,currency
anna,2026-01-05,83.33,USD
bert,2026-01-05,166.67,USD
bert,2026-05-01,-83.33,USD
bert,2026-08-01,-83.33,USD
"""

NEWEST_FIRST = """\
account_id,date,amount,currency
bert,2026-01-05,60.00,USD
anna,2026-08-05,-100.00,USD
anna,2026-08-05,100.00,USD
bert,2026-08-04,-30.00,USD
"""


def august(bot: Company, words: str = "") -> Json:
    return bot.ask(f"{words} 2026-08".strip(), "--today", "2026-11-28")


def test_an_upgrade_on_the_opening_day_opens_on_the_old_plan(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.imports_text(MOVED_ON_THE_OPENING_DAY, "--closed-through", "2026-10")
        found = august(bot, "by plan")

    rows = {row["value"]: (row["opening_mrr"], row["nrr"]) for row in found["breakdown"]}
    assert rows == {"starter": ("100.00", "2.000000"), "growth": ("150.00", "1.000000")}
    assert found["result"]["nrr"] == "1.400000"


def test_a_day_later_it_is_the_same(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        text = MOVED_ON_THE_OPENING_DAY.replace("2026-08-01", "2026-08-02")
        bot.imports_text(text, "--closed-through", "2026-10")
        found = august(bot, "by plan")

    rows = {row["value"]: (row["opening_mrr"], row["nrr"]) for row in found["breakdown"]}
    assert rows == {"starter": ("100.00", "2.000000"), "growth": ("150.00", "1.000000")}


def test_a_late_row_changes_a_closed_month_and_the_import_says_so(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.imports_text(FIRST, "--closed-through", "2026-10")
        before = august(bot)["result"]["nrr"]
        said = " ".join(bot.imports_text(LATE).split())
        after = august(bot)["result"]["nrr"]

    assert (before, after) == ("1.000000", "0.500000")
    assert "100.0% to 50.0%" in said


def test_a_swap_through_a_new_subscription_is_its_net_change(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.imports_text(SWAPPED, "--closed-through", "2026-10")
        found = august(bot)

    assert (found["result"]["nrr"], found["result"]["grr"]) == ("1.500000", "1.000000")
    assert found["activity"]["by_kind"] == {"expansion": "50.00"}


def test_a_cent_that_is_left_keeps_the_account(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.imports_text(A_CENT_IS_LEFT, "--closed-through", "2026-10")
        found = august(bot)["result"]

    assert (found["accounts_opening"], found["accounts_retained"]) == (2, 2)
    assert (found["contraction"], found["churn"]) == ("83.33", "0.00")
    assert (found["opening_mrr"], found["closing_mrr"]) == ("166.67", "83.34")
    assert found["nrr"] == found["grr"] == "0.500030"


def test_rows_of_one_day_come_in_any_order(empty: SqliteTemplate) -> None:
    with company(empty) as bot:
        bot.imports_text(NEWEST_FIRST, "--closed-through", "2026-10")
        found = august(bot)

    assert found["result"]["opening_mrr"] == "60.00"
    assert found["result"]["nrr"] == found["result"]["grr"] == "0.500000"
    assert found["activity"]["by_kind"] == {"contraction": "-30.00"}
