from datetime import date

from metrics.segments import Tiers
from storage.ledger.ahead import LENGTHS, fill_ahead
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.stores import import_text, movements, rows

TODAY, NOVEMBER = date(2026, 11, 21), date(2026, 11, 1)
ROWS = ("a 2026-01-05 100", "b 2026-02-05 50", "a 2026-08-05 20", "b 2026-09-05 -50")
STARTS = (date(2026, 10, 1), date(2026, 8, 1), date(2025, 11, 1))


def test_the_windows_that_are_asked_for_most_are_there_before_anybody_asks(store: Store) -> None:
    import_text(store, movements(*ROWS), today=TODAY, closed_through=NOVEMBER)

    fill_ahead(store, tiers=Tiers(), today=TODAY)

    assert LENGTHS == (1, 3, 12)
    found = rows(store, "SELECT DISTINCT start_on, end_on FROM retention_window")
    assert sorted(found) == sorted((f"{day}", f"{NOVEMBER}") for day in STARTS)
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        ledger.measure(STARTS[0], NOVEMBER)
    assert not ledger.measured


def test_they_end_with_the_last_month_that_is_in(store: Store) -> None:
    import_text(store, movements(*ROWS), today=TODAY)

    fill_ahead(store, tiers=Tiers(), today=TODAY)

    assert rows(store, "SELECT DISTINCT end_on FROM retention_window") == [("2026-09-01",)]


def test_windows_of_a_store_whose_balances_are_of_other_tiers_are_not_kept(store: Store) -> None:
    import_text(store, movements(*ROWS), today=TODAY)

    fill_ahead(store, tiers=Tiers((7,)), today=TODAY)

    assert rows(store, "SELECT * FROM retention_window") == []
