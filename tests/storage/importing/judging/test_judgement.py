"""Files of movements that are something else: levels, and rows of totals."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from metrics.period_grammar import shift_months
from storage.importing.report import ImportReport
from storage.store.engine import Store
from tests.storage.stores import csv_text, findings, import_text, movements, refusal

JANUARY = date(2025, 1, 1)
LEVELS = "these look like monthly levels, not movements"


def grid(accounts: int, months: int, *, zero_from: int = 99) -> Iterator[str]:
    """Write what accounts pay at the first of each month: each rises once, the first ends."""
    for account in range(accounts):
        for month in range(months):
            amount = 100 * (account + 1) + (50 if month > months // 2 + account % 2 else 0)
            is_over = account == 0 and month >= zero_from
            day = shift_months(JANUARY, month)
            yield f"a{account} {day} {0 if is_over else amount}"


@pytest.mark.parametrize(
    "rows",
    [
        [*grid(2, 4, zero_from=2)],
        [*grid(3, 2)],
        [*grid(40, 12)],
        [*grid(40, 12)][::-1],
        [row for row in grid(40, 12, zero_from=6) if not row.endswith(" 0")],
    ],
)
def test_levels_sent_as_movements_are_refused_with_the_command_to_type(
    store: Store, rows: list[str]
) -> None:
    said = refusal(store, movements(*rows))

    assert said.startswith(LEVELS)
    assert "`nrrbot import balances import.csv`" in said


def test_the_same_rows_are_taken_as_levels(store: Store) -> None:
    content = movements(*grid(2, 4)).replace("date,amount", "month,mrr")

    assert import_text(store, content, source="balances").imported == 8


def test_amounts_that_come_on_a_day_of_their_own_each_month_are_levels(store: Store) -> None:
    days = {"anna": 3, "bert": 17, "cleo": 28}
    rows = [f"{who} 2026-0{m}-{day:02} 90" for who, day in days.items() for m in range(1, 5)]

    assert "look like levels" in refusal(store, movements(*rows))


def test_usage_that_changes_with_every_month_is_levels_too(store: Store) -> None:
    random = Random(7)  # noqa: S311 - nothing here is a secret
    rows = [
        f"a{account} {shift_months(JANUARY, month)} {random.randint(80, 120)}"
        for account in range(10)
        for month in range(6)
    ]

    assert refusal(store, movements(*rows)).startswith(LEVELS)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_a_file_of_new_accounts_and_expansions_alone_is_taken(store: Store, share: float) -> None:
    random = Random(str(share))  # noqa: S311 - nothing here is a secret
    rows = []
    for account in range(60):
        begins = random.randrange(12)
        rows.append(f"a{account} {shift_months(JANUARY, begins)} {random.randrange(100, 900)}")
        rows += [
            f"a{account} {shift_months(JANUARY, month)} {random.choice((20, 40, 75))}"
            for month in range(begins + 1, 12)
            if random.random() < share
        ]

    assert import_text(store, movements(*rows)).imported == len(rows)


def test_real_accounts_that_only_ever_grew_are_taken(store: Store) -> None:
    path = Path("tests/reference/uk_gcloud/movements.csv")
    by_account: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        by_account.setdefault(row["account_id"], []).append(row)
    growing = [rows for rows in by_account.values() if all(row["amount"][0] != "-" for row in rows)]
    lines = [
        f"{row['account_id']} {row['date']} {row['amount']}" for rows in growing for row in rows
    ]

    assert len(lines) > 100
    assert import_text(store, movements(*lines)).imported == len(lines)


def test_one_decrease_says_that_they_are_movements(store: Store) -> None:
    rows = [*grid(2, 4), "a1 2025-05-01 -10"]

    assert import_text(store, movements(*rows)).imported == len(rows)


def test_a_file_with_ids_and_types_is_not_judged(store: Store) -> None:
    header = "account_id,date,amount,currency,movement_id,type"
    rows = (
        f"{who},2026-0{month}-01,{100 if month == 1 else 0},USD,{who}{month},{kind}"
        for who in ("anna", "bert")
        for month, kind in ((1, "new"), (2, "renewal"), (3, "renewal"))
    )

    assert import_text(store, csv_text(*rows, header=header)).imported == 6


ROWS = ("anna 2026-01-05 100", "bert 2026-01-05 60", "bert 2026-02-07 -10")


@pytest.mark.parametrize("name", ["Total", "Summe", "TOTAL:", "Gesamt", "Grand_total"])
def test_a_row_of_totals_is_refused_by_its_name(store: Store, name: str) -> None:
    said = "account_id is a row of totals: delete it"

    # 150 is all that the file comes to
    assert findings(store, movements(*ROWS, f"{name} 2026-02-28 150")) == [(5, said)]


def test_a_row_of_totals_in_the_middle_is_refused_where_it_is_its_day_s(store: Store) -> None:
    rows = (*ROWS[:2], "Total 2026-01-05 160", "bert 2026-02-07 20")

    assert [line for line, _ in findings(store, movements(*rows))] == [4]


def test_a_customer_with_the_name_of_a_total_and_sums_of_its_own_is_taken(store: Store) -> None:
    rows = ("Total 2026-01-05 70", *ROWS)

    assert import_text(store, movements(*rows)).imported == 4


def test_an_account_that_comes_to_all_others_each_day_is_refused_whatever_its_name(
    store: Store,
) -> None:
    rows = [
        f"{who} 2026-0{month}-{3 + month:02} {amount * month * month}"
        for month in (1, 2, 3)
        for who, amount in (("anna", 7), ("bert", 20), ("ours", 27))
    ]

    found = findings(store, movements(*rows))

    assert [line for line, _ in found] == [4, 7, 10]
    assert {"as much as all others of its day together" in said for _, said in found} == {True}


def test_levels_have_rows_of_totals_too(store: Store) -> None:
    header = "account_id,currency,m_2026_06,m_2026_07"
    rows = ("anna,USD,100,120", "bert,USD,60,0", "Total,USD,160,120")

    found = findings(store, csv_text(*rows, header=header), source="balances")

    assert [line for line, _ in found] == [4]


def test_levels_that_stay_what_they_are_may_be_half_of_all_by_chance(store: Store) -> None:
    header = "account_id,currency,m_2026_06,m_2026_07,m_2026_08"
    rows = ("anna,USD,100,100,100", "bert,USD,60,60,60", "cleo,USD,40,40,40")

    assert import_text(store, csv_text(*rows, header=header), source="balances").imported == 3


def test_a_day_on_which_one_account_is_half_by_chance_is_taken(store: Store) -> None:
    rows = ("anna 2026-01-05 100", "bert 2026-01-05 60", "cleo 2026-01-05 40")
    report: ImportReport = import_text(store, movements(*rows, "anna 2026-02-05 1"))

    assert report.imported == 4
