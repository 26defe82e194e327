"""Contracts that a list lacks which is said to be complete: they are cancelled as of today."""

from datetime import date

from storage.importing.report import ImportReport
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.storage.importing.contracts.test_contracts import contracts, moved
from tests.storage.stores import import_text, rows

KEPT = "C-1,acme,2026-01-01,2026-12-31,12000,USD,no,"
RENEWED = "C-2,beta,2025-04-01,2026-03-31,6000,USD,yes,"
WITHOUT_ID = ",cube,2026-02-01,2027-01-31,2400,USD,no,"
OVER = "C-4,dune,2025-01-01,2025-12-31,1200,USD,no,"
FIXED = "C-5,echo,2026-06-01,2027-05-31,3600,USD,no,"


def take(store: Store, *lines: str, is_complete: bool = False) -> ImportReport:
    more = ",auto_renew,product"
    text = contracts(*lines, more=more)
    return import_text(
        store, text, source="contracts", today=date(2026, 11, 21), is_complete=is_complete
    )


def due(store: Store) -> list[tuple[object, ...]]:
    return rows(
        store,
        "SELECT account_id, day, amount_minor FROM due_movement WHERE withdrawn IS NULL"
        " ORDER BY account_id, day",
    )


def test_one_that_renews_itself_ends_with_what_is_paid_for_and_the_past_stays(store: Store) -> None:
    take(store, KEPT, RENEWED, WITHOUT_ID, OVER, FIXED)
    before = moved(store)

    report = take(store, KEPT, WITHOUT_ID, is_complete=True)

    # beta renewed itself on 1 April 2026: paid through 31 March 2027; echo ends when it was to
    assert [row for row in due(store) if row[0] == "beta"] == [
        ("beta", day_number(date(2027, 3, 31)), -50_000)
    ]
    assert [row for row in due(store) if row[0] == "echo"] == [
        ("echo", day_number(date(2027, 5, 31)), -30_000)
    ]
    assert moved(store) == before
    assert report.notes[-1] == (
        "2 contracts that the list lacks are cancelled as of today: C-2 of beta, C-5 of echo."
    )


def test_the_same_complete_list_again_changes_nothing(store: Store) -> None:
    take(store, KEPT, RENEWED, FIXED)
    take(store, KEPT, is_complete=True)
    held = due(store), moved(store)

    again = take(store, KEPT, is_complete=True)

    assert (again.imported, again.number, again.notes) == (0, None, ())
    assert (due(store), moved(store)) == held


def test_one_that_has_moved_to_another_account_is_there_and_not_cancelled(store: Store) -> None:
    take(store, KEPT, RENEWED)

    report = take(store, KEPT.replace("acme", "fern"), RENEWED, is_complete=True)

    assert report.notes == ()
    assert {row[0] for row in due(store)} == {"fern"}


def test_without_an_id_it_is_missed_by_its_product_currency_and_start(store: Store) -> None:
    take(store, KEPT, WITHOUT_ID.replace(",no,", ",yes,"))
    assert [row for row in due(store) if row[0] == "cube"] == []

    report = take(store, KEPT, is_complete=True)

    assert report.notes == ("1 contract that the list lacks is cancelled as of today: cube.",)
    assert [row for row in due(store) if row[0] == "cube"] == [
        ("cube", day_number(date(2027, 1, 31)), -20_000)
    ]


def test_in_a_list_with_attributes_what_is_missed_ends_and_keeps_its_own(store: Store) -> None:
    def take_segments(*lines: str) -> ImportReport:
        text = contracts(*lines, more=",auto_renew,product,segment")
        day = date(2026, 11, 21)
        return import_text(store, text, source="contracts", today=day, is_complete=True)

    take_segments(f"{KEPT},smb", f"{RENEWED},mid")

    report = take_segments(f"{KEPT},smb")

    assert report.notes[-1] == (
        "1 contract that the list lacks is cancelled as of today: C-2 of beta."
    )
    assert ("beta", day_number(date(2027, 3, 31)), -50_000) in due(store)
    said = rows(
        store,
        "SELECT account_id, value FROM account_attribute"
        " JOIN account ON account.number = account"
        " JOIN dimension_value ON dimension_value.number = pair ORDER BY account_id",
    )
    assert said == [("acme", "smb"), ("beta", "mid")]


def test_of_many_the_first_are_named_and_the_others_counted(sqlite_store: Store) -> None:
    every = [f"C-{at},acme{at},2026-01-01,2026-12-31,12000,USD,no," for at in range(12)]
    take(sqlite_store, *every)

    report = take(sqlite_store, *every[:7], is_complete=True)

    assert report.notes[-1] == (
        "5 contracts that the list lacks are cancelled as of today:"
        " C-7 of acme7, C-8 of acme8, C-9 of acme9 and 2 more."
    )
