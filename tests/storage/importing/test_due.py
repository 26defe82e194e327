from datetime import date, timedelta

from metrics.segments import Tiers
from storage.importing.asking import Overlap
from storage.importing.due import land_due
from storage.importing.landing import ImportOptions
from storage.importing.report import RowFinding
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.storage.stores import NOW, contents, csv_text, import_text, movements, retention, rows

FILE = movements("anna 2026-01-05 100", "bert 2026-12-01 10", "anna 2027-01-01 50")
RUNS = "SELECT kind, rows FROM import_run ORDER BY id"
WAITING = "SELECT account_id FROM due_movement WHERE landed IS NULL AND withdrawn IS NULL"


def options(today: date) -> ImportOptions:
    now = NOW + timedelta(days=60)
    return ImportOptions(clock=lambda: now, today=today, started_at=now, tiers=Tiers())


def land(store: Store, today: date) -> list[RowFinding]:
    with store.write() as session:
        return land_due(session, options(today))


def test_rows_of_coming_days_wait_and_are_told(store: Store) -> None:
    report = import_text(store, FILE, agreed=frozenset())

    assert (report.imported, report.waiting.count) == (3, 2)
    assert [(row.account_id, row.day) for row in report.waiting.first] == [
        ("bert", date(2026, 12, 1)),
        ("anna", date(2027, 1, 1)),
    ]
    assert contents(store)["mrr_movement"] == 1


def test_a_row_that_waits_is_held(store: Store) -> None:
    import_text(store, FILE)

    grown = import_text(store, FILE + "carl,2026-12-02,7,USD\n", agreed=frozenset())

    assert (grown.imported, grown.known, grown.waiting.count) == (1, 3, 1)


def test_a_row_lands_on_its_day_as_an_import_of_its_own(store: Store) -> None:
    import_text(store, FILE)

    assert land(store, date(2026, 11, 30)) == []
    assert land(store, date(2026, 12, 1)) == []
    assert land(store, date(2026, 12, 1)) == []

    assert rows(store, RUNS) == [("file", 3), ("due", 1)]
    assert retention(store, "2026-12-01", "2027-01-01").opening == 10_000
    assert rows(store, WAITING) == [("anna",)]
    again = import_text(store, FILE + "\n", today=date(2026, 12, 5), agreed=frozenset())
    assert (again.imported, again.known) == (0, 3)


def test_the_next_import_lands_what_is_due_first(store: Store) -> None:
    import_text(store, FILE)

    import_text(store, movements("bert 2026-12-02 -10"), today=date(2026, 12, 3))

    assert rows(store, RUNS) == [("file", 3), ("due", 1), ("file", 1)]


def test_attributes_wait_with_their_row(store: Store) -> None:
    header = "account_id,date,amount,currency,plan"
    import_text(store, csv_text("anna,2026-12-01,5,USD,pro", header=header))
    assert contents(store)["account_attribute"] == 0

    land(store, date(2026, 12, 1))

    plans = "SELECT account_id, value, valid_from FROM ledger_attribute"
    assert rows(store, plans) == [("anna", "pro", "2026-12-01")]


def test_a_row_that_cannot_land_waits_on_and_says_why_while_others_land(store: Store) -> None:
    import_text(store, movements("anna 2026-12-01 -5", "bert 2026-12-01 5"))

    [finding] = land(store, date(2026, 12, 2))

    assert finding.sentence == (
        "amount takes anna below zero on 1 Dec 2026: has 0.00, would be -5.00"
    )
    assert rows(store, WAITING) == [("anna",)]


def test_a_row_with_an_id_that_still_waits_may_change(store: Store) -> None:
    header = "movement_id,account_id,date,amount,currency"
    import_text(store, csv_text("m1,anna,2026-12-01,5,USD", header=header))

    import_text(store, csv_text("m1,anna,2026-12-15,6,USD", header=header))

    assert rows(store, f"{WAITING} AND day = 20802") == [("anna",)]
    assert len(rows(store, WAITING)) == 1


def test_a_reversal_takes_rows_back_that_wait_and_those_that_landed(store: Store) -> None:
    import_text(store, FILE)
    land(store, date(2026, 12, 1))

    with store.write() as session:
        reverse(session, 1, options(date(2026, 12, 2)))

    assert rows(store, WAITING) == []
    assert rows(store, "SELECT sum(amount_minor) FROM mrr_movement") == [(0,)]

    with store.write() as session:
        reverse(session, 3, options(date(2026, 12, 2)))

    assert rows(store, WAITING) == [("anna",)]
    assert rows(store, "SELECT sum(amount_minor) FROM mrr_movement") == [(11_000,)]


def test_a_replacement_takes_a_waiting_row_back_that_the_file_has_no_more(store: Store) -> None:
    import_text(store, FILE)
    fewer = movements("anna 2026-01-05 100", "anna 2027-01-01 50")

    import_text(store, fewer, overlap=Overlap.REPLACE)

    assert rows(store, WAITING) == [("anna",)]


def test_a_row_that_waits_alone_and_cannot_land_leaves_no_import(sqlite_store: Store) -> None:
    import_text(sqlite_store, movements("anna 2026-12-01 -5"))

    assert len(land(sqlite_store, date(2026, 12, 2))) == 1
    assert rows(sqlite_store, RUNS) == [("file", 1)]
    assert rows(sqlite_store, WAITING) == [("anna",)]
