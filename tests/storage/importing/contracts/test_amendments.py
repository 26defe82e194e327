import pytest

from storage.store.engine import Store
from tests.storage.importing.contracts.test_contracts import C1, contracts, moved, take
from tests.storage.stores import findings, rows


def test_an_amendment_may_come_in_a_later_list(store: Store) -> None:
    take(store, C1)

    amendment = "C-1a,acme,2025-07-01,2025-12-31,9000,USD,C-1"
    assert take(store, amendment, more=",amendment_of") == 1

    assert moved(store)[1] == ("acme", "2025-07-01", 50_000)


def test_amendments_are_kept_and_come_again_as_they_were(store: Store) -> None:
    rows_ = [f"{C1},", "C-1a,acme,2025-07-01,,9000,USD,C-1", "C-1b,acme,2025-10-01,,6000,USD,C-1a"]

    assert take(store, *rows_, more=",amendment_of") == 3
    assert moved(store) == [
        ("acme", "2025-01-01", 100_000),  # 12,000 for twelve months
        ("acme", "2025-07-01", 50_000),  # 9,000 for six
        ("acme", "2025-10-01", 50_000),  # 6,000 for three
        ("acme", "2025-12-31", -200_000),
    ]
    assert take(store, *rows_, more=",amendment_of") == 0
    assert take(store, f"{C1},", more=",amendment_of") == 0  # the others stay as they are
    assert rows(store, "SELECT contract_id, amendment_of FROM contract_term ORDER BY id") == [
        ("C-1", None),
        ("C-1a", "C-1"),
        ("C-1b", "C-1a"),
    ]


@pytest.mark.parametrize("per", ["total", "month"])
def test_an_amendment_begins_before_the_end_that_it_goes_on_with(store: Store, per: str) -> None:
    after = f"C-1a,acme,2026-01-01,,9000,USD,C-1,{per}"

    message = "end is empty, and what it amends is over before it begins: fill it"
    assert findings(
        store, contracts(f"{C1},,", after, more=",amendment_of,per"), source="contracts"
    ) == [(3, message)]


def test_a_fee_beside_an_amended_contract_is_kept_and_no_mrr(store: Store) -> None:
    fee = "C-1,acme,2025-01-01,,500,USD,,once"
    amendment = "C-1a,acme,2025-07-01,,18000,USD,C-1,year"

    assert take(store, f"{C1},,year", fee, amendment, more=",amendment_of,per") == 3
    assert moved(store) == [
        ("acme", "2025-01-01", 100_000),
        ("acme", "2025-07-01", 50_000),  # 18,000 a year
        ("acme", "2025-12-31", -150_000),
    ]
    kept = rows(store, "SELECT cadence, amendment_of, source_row FROM contract_term ORDER BY id")
    assert kept == [(12, None, 2), (-1, None, 3), (12, "C-1", 4)]


def test_an_amendment_of_what_has_no_end_says_what_its_price_is_for(sqlite_store: Store) -> None:
    first = "C-1,acme,2025-01-01,,100,USD,,month"
    after = "C-1a,acme,2026-01-01,,9000,USD,C-1,total"

    message = "end is empty, and so it is in what it amends: fill it, or say per what in per"
    assert findings(
        sqlite_store, contracts(first, after, more=",amendment_of,per"), source="contracts"
    ) == [(3, message)]
