from storage.store.engine import Store
from storage.store.statements import bulk_insert
from storage.tables.facts import AccountRow, Driver
from tests.storage.stores import rows

HARD = [
    "\\N",
    "a\\b",
    "\\",
    "tab\there",
    "line\nbreak",
    "carriage\rreturn",
    "Zürich ☃",
    "",
    "'; --",
]


def test_texts_arrive_as_they_are(store: Store) -> None:
    cells = [(number, f"id {number}", name) for number, name in enumerate([*HARD, None])]

    with store.write() as session:
        bulk_insert(session, AccountRow, ("number", "account_id", "name"), cells)

    assert [name for (name,) in rows(store, "SELECT name FROM account ORDER BY number")] == [
        *HARD,
        None,
    ]


def test_a_column_of_plain_texts_may_hold_a_backslash(store: Store) -> None:
    with store.write() as session:
        bulk_insert(session, Driver, ("number", "name"), [(0, "plain"), (1, "a\\b")])

    assert rows(store, "SELECT name FROM driver ORDER BY number") == [("plain",), ("a\\b",)]


def test_cells_that_are_alike_in_all_rows_are_said_once(store: Store) -> None:
    ids = ((f"a{number}", number) for number in range(2_500))

    with store.write() as session:
        bulk_insert(
            session, AccountRow, ("account_id", "number"), ids, same={"created_on": None, "name": 7}
        )

    assert rows(store, "SELECT DISTINCT name, created_on FROM account") == [("7", None)]
    assert rows(store, "SELECT max(number), count(*) FROM account") == [(2_499, 2_500)]


def test_a_text_that_is_alike_in_all_rows_arrives_as_it_is(store: Store) -> None:
    hard = "'; -- ?1 \\N ☃"

    with store.write() as session:
        bulk_insert(
            session, AccountRow, ("number", "account_id"), [(0, "a"), (1, "b")], same={"name": hard}
        )

    assert rows(store, "SELECT name FROM account") == [(hard,), (hard,)]
