from datetime import date

from storage.importing.held import HeldBalance, held_balances
from storage.importing.held_ahead import balances_before
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text, rows

FIRST = csv_text(
    "anna,2026-01-05,100,USD",
    "anna,2026-10-20,-40,USD",
    "bert,2026-02-05,70,USD",
    "carl,2026-02-05,30,USD",
    "carl,2026-10-02,-30,USD",
    "dora,2026-10-03,5,EUR",
)
NAMES = ("anna", "bert", "carl", "dora", "ella")


def of_october(day: int) -> int:
    return day_number(date(2026, 10, day))


def before(store: Store, days: dict[str, int]) -> dict[tuple[str, str], HeldBalance]:
    numbers = dict(rows(store, "SELECT account_id, number FROM account"))
    with store.read() as session:
        return balances_before(session, days, numbers | {"ella": len(numbers)})


def test_who_pays_is_read_from_the_columns_and_who_does_not_from_the_ledger(store: Store) -> None:
    import_text(store, FIRST)

    assert before(store, dict.fromkeys(NAMES, of_october(21))) == {
        ("anna", "USD"): HeldBalance(of_october(20), 6_000, has_paid=True),
        ("bert", "USD"): HeldBalance(0, 7_000, has_paid=True),  # it last moved long before
        ("carl", "USD"): HeldBalance(of_october(2), 0, has_paid=True),
        ("dora", "EUR"): HeldBalance(of_october(3), 500, has_paid=True),
    }


def test_rows_of_long_ago_have_all_accounts_looked_up_in_the_ledger(store: Store) -> None:
    import_text(store, FIRST)
    days = dict.fromkeys(NAMES, of_october(21)) | {"bert": day_number(date(2026, 3, 1))}

    with store.read() as session:
        assert before(store, days) == held_balances(session, NAMES)
