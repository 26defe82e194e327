"""Accounts listed by what became of them, held against balances added up one by one."""

from datetime import date
from random import Random

import pytest

from metrics.moved import Moved
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text, reading

Q2 = date(2026, 4, 1), date(2026, 7, 1)
SMB = (("segment", "smb"),)
HEADER = "account_id,date,amount,currency,driver,segment"
EVERY = 1_000
ROWS = (
    "left 2026-01-05 100 - smb",
    "left 2026-05-01 -100 price -",
    "shrank 2026-01-05 100 - smb",
    "shrank 2026-05-02 -30 downgrade -",
    "paused 2026-01-05 40 - smb",
    "paused 2026-06-20 -40 pause -",
    "grew 2026-01-05 100 - smb",
    "grew 2026-05-03 25 seats -",
    "stayed 2026-01-05 70 - smb",
    "new 2026-05-04 60 new_logo smb",
    "back 2025-01-05 10 - smb",
    "back 2025-03-05 -10 price -",
    "back 2026-05-05 15 win_back -",
    "resumed 2026-01-05 20 - smb",
    "resumed 2026-02-20 -20 pause -",
    "resumed 2026-05-05 20 resume -",
    "other 2026-01-05 900 - ent",
    "other 2026-05-06 -900 competitor -",
)
"""Of smb in the second quarter: opening 410, expansion 25, contraction 30 + 40, churn 100."""


def land(store: Store, rows: tuple[str, ...] = ROWS) -> None:
    lines = []
    for row in rows:
        account, day, amount, driver, segment = row.split()
        lines.append(f"{account},{day},{amount},USD,{driver.strip('-')},{segment.strip('-')}")
    fill(store, csv_text(*lines, header=HEADER))


@pytest.mark.parametrize(
    ("moved", "listed", "change"),
    [
        (Moved.CHURNED, ["left"], -100_00),
        (Moved.CONTRACTED, ["paused", "shrank"], -70_00),
        (Moved.PAUSED, ["paused"], -40_00),
        (Moved.EXPANDED, ["grew"], 25_00),
        (Moved.NEW, ["new"], 60_00),
        (Moved.RETURNED, ["back"], 15_00),
        (Moved.RESUMED, ["resumed"], 20_00),
        (None, ["left", "paused", "shrank", "grew"], -145_00),
    ],
)
def test_each_outcome_lists_its_accounts_and_what_they_come_to(
    store: Store, moved: Moved | None, listed: list[str], change: int
) -> None:
    land(store)
    with reading(store) as ledger:
        found = ledger.moved_accounts(*Q2, SMB, moved=moved, most=EVERY)

    assert [one.account_id for one in found.listed] == listed
    assert (found.count, found.change) == (len(listed), change)


def test_an_account_has_its_drivers_and_the_segment_that_it_counts_in(sqlite_store: Store) -> None:
    land(sqlite_store)
    with reading(sqlite_store) as ledger:
        [left] = ledger.moved_accounts(*Q2, SMB, moved=Moved.CHURNED, most=EVERY).listed
        [new] = ledger.moved_accounts(*Q2, SMB, moved=Moved.NEW, most=EVERY).listed

    assert (left.drivers, left.attributes["segment"]) == ({"price": -100_00}, "smb")
    assert (new.drivers, new.attributes["segment"]) == ({"new_logo": 60_00}, "smb")


def test_of_equal_changes_the_first_by_id_is_first_on_whatever_page(sqlite_store: Store) -> None:
    rows = [f"{name} 2026-01-05 10 - smb" for name in "dbac"]
    land(sqlite_store, (*rows, *(f"{name} 2026-05-01 -10 price -" for name in "cadb")))
    with reading(sqlite_store) as ledger:
        pages = [
            ledger.moved_accounts(*Q2, moved=Moved.CHURNED, first=first, most=2).listed
            for first in (0, 2, 4)
        ]

    assert [[one.account_id for one in page] for page in pages] == [["a", "b"], ["c", "d"], []]


def test_a_base_that_nobody_is_in_lists_no_accounts(sqlite_store: Store) -> None:
    land(sqlite_store)
    with reading(sqlite_store) as ledger:
        nobody_yet = ledger.base_accounts(date(2025, 1, 1), date(2025, 4, 1))
        nobody_there = ledger.base_accounts(*Q2, (("segment", "unheard-of"),))

    assert nobody_yet == nobody_there == ()


def test_products_are_of_the_outcome_of_their_own_balance(sqlite_store: Store) -> None:
    rows = (
        "a,2026-01-05,100,USD,core",
        "a,2026-05-05,5,USD,addon",
        "b,2026-01-05,50,USD,addon",
        "b,2026-01-05,50,USD,core",
        "b,2026-05-05,-50,USD,addon",
    )
    import_text(sqlite_store, csv_text(*rows, header="account_id,date,amount,currency,product"))
    addon = (("product", "addon"),)
    with reading(sqlite_store) as ledger:
        whole = ledger.retention(*Q2, addon)
        given_up, sold = (
            ledger.moved_accounts(*Q2, addon, moved=moved, most=EVERY)
            for moved in (Moved.CONTRACTED, Moved.EXPANDED)
        )

    assert (whole.contraction, whole.expansion) == (50_00, 5_00)
    assert [(one.account_id, one.change) for one in given_up.listed] == [("b", -50_00)]
    assert [(one.account_id, one.change) for one in sold.listed] == [("a", 5_00)]


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_the_terms_of_the_ledger_on_any_scope_and_days(
    sqlite_store: Store, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - a company, no secret
    rows = []
    for number in range(40):
        balance, segment = 0, random.choice(["smb", "ent"])
        for month in range(1, 11):
            to = random.choice([balance, balance, 0, 10, 25, 40])
            if to != balance:
                day = f"2026-{month:02}-{random.randint(1, 28):02}"
                driver = random.choice(["price", "pause", "seats"])
                rows.append(f"a{number} {day} {to - balance} {driver} {segment}")
            balance = to
    land(sqlite_store, tuple(rows))
    with reading(sqlite_store) as ledger:
        for _ in range(12):
            start = date(2026, random.randint(2, 6), random.choice([1, 1, 9]))
            end = date(2026, random.randint(7, 10), random.choice([1, 1, 23]))
            scope = random.choice([(), SMB])
            whole = ledger.retention(start, end, scope)
            outside = ledger.outside_cohort(start, end, scope)
            sums = {
                moved: sum(
                    one.change
                    for one in ledger.moved_accounts(
                        start, end, scope, moved=moved, most=EVERY
                    ).listed
                )
                for moved in Moved
            }
            del sums[Moved.PAUSED]
            assert list(sums.values()) == [
                -whole.churn - whole.contraction,
                *(-whole.churn, -whole.contraction, whole.expansion),
                *(outside.new, outside.returning, outside.resumed),
            ]
