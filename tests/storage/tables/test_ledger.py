import hashlib

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import csv_text, execute, import_text, rows

GOOD = {
    "id": "7",
    "source": "0",
    "movement_id": "'m2'",
    "account": "0",
    "day": "20458",
    "kind": "0",
    "amount_minor": "100",
    "currency": "0",
    "recorded": "1767571200000000",
    "import_id": "1",
    "source_row": "2",
}


@pytest.fixture
def ledger(store: Store) -> Store:
    header = "account_id,date,amount,currency,movement_id,segment"
    fill(store, csv_text("acme,2026-01-05,100,USD,m1,smb", header=header))
    return store


def insert(**changed: str) -> str:
    values = ", ".join({**GOOD, **changed}.values())
    return f"INSERT INTO mrr_movement ({', '.join(GOOD)}) VALUES ({values})"  # noqa: S608


@pytest.mark.parametrize("table", ["mrr_movement", "account_attribute", "import_run"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_rewrite_history(
    ledger: Store, table: str, statement: str
) -> None:
    before = rows(ledger, f"SELECT * FROM {table}")  # noqa: S608

    with pytest.raises(DatabaseError, match=f"{table} is append only"):
        execute(ledger, statement.format(table))

    assert rows(ledger, f"SELECT * FROM {table}") == before  # noqa: S608


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["mrr_movement", "account_attribute", "import_run"])
def test_postgresql_refuses_to_empty_a_table_of_history(
    postgresql_store: Store, table: str
) -> None:
    with pytest.raises(DatabaseError, match=f"{table} is append only"):
        execute(postgresql_store, f"TRUNCATE {table} CASCADE")


def test_a_row_as_it_should_be_is_taken(ledger: Store) -> None:
    execute(ledger, insert())

    assert rows(ledger, "SELECT count(*) FROM mrr_movement") == [(2,)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param(
            {"amount_minor": "'much'"}, "cannot store TEXT|type bigint", id="text-as-an-amount"
        ),
        pytest.param({"amount_minor": "1000000000000001"}, "amount_in_range", id="too-large"),
        pytest.param({"amount_minor": "-1000000000000001"}, "amount_in_range", id="too-small"),
        pytest.param({"amount_minor": "NULL"}, "(?i)not.null", id="no-amount"),
        pytest.param({"day": "x'00'"}, "cannot store BLOB|type integer", id="bytes-as-a-day"),
        pytest.param({"kind": "7"}, "kind_is_known", id="unknown-kind"),
        pytest.param({"movement_id": "'m1'"}, "(?i)unique|append only", id="an-id-twice"),
    ],
)
def test_the_database_itself_refuses_a_row_that_breaks_a_rule(
    ledger: Store, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(DatabaseError, match=why):
        execute(ledger, insert(**changed))


def test_a_currency_is_a_code_of_three_letters(ledger: Store) -> None:
    with pytest.raises(DatabaseError, match="code_is_a_code"):
        execute(ledger, "INSERT INTO currency (number, code) VALUES (7, 'DOLLAR')")


def test_an_account_may_get_another_name_but_no_other_number(ledger: Store) -> None:
    execute(ledger, "UPDATE account SET name = 'Acme'")
    with pytest.raises(DatabaseError, match="account is append only"):
        execute(ledger, "UPDATE account SET number = 7")

    assert rows(ledger, "SELECT number, name FROM account") == [(0, "Acme")]


def test_people_read_texts_dates_and_moments(store: Store) -> None:
    content = csv_text(
        "acme,2026-01-05,1.50,USD,m1,seats,core,2026-01-06T07:08:09.000001Z,smb",
        "acme,2026-02-05,-0.50,USD,,,,1969-12-31T23:59:59.9Z,",
        header="account_id,date,amount,currency,movement_id,driver,product,recorded_at,segment",
    )
    import_text(store, content)
    sha256 = hashlib.sha256(content.encode()).hexdigest()

    assert rows(store, "SELECT * FROM ledger_movement ORDER BY id") == [
        (
            *(1, "movements", "m1", "acme", "core", "2026-01-05", "new", "seats", 150, "USD"),
            *("2026-01-06T07:08:09.000001+00:00", 1, 2),
        ),
        (
            *(2, "movements", f"{sha256}:3", "acme", None, "2026-02-05", "contraction", None),
            *(-50, "USD", "1969-12-31T23:59:59.900000+00:00", 1, 3),
        ),
    ]
    statements = "SELECT * FROM ledger_attribute WHERE dimension = 'segment'"
    assert rows(store, statements) == [
        (1, "acme", "segment", "smb", "2026-01-05", "2026-01-06T07:08:09.000001+00:00", 1)
    ]


def test_sqlite_refuses_a_fraction_of_a_cent(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError, match="cannot store REAL"):
        execute(sqlite_store, insert(amount_minor="1.5"))


def test_the_same_id_from_another_source_is_another_movement(ledger: Store) -> None:
    execute(ledger, insert(movement_id="'m1'", source="1"))

    assert rows(ledger, "SELECT count(*) FROM mrr_movement") == [(2,)]


def test_rows_without_an_id_of_their_own_are_all_taken(ledger: Store) -> None:
    execute(ledger, insert(movement_id="NULL"), insert(movement_id="NULL", id="8"))

    assert rows(ledger, "SELECT count(*) FROM mrr_movement") == [(3,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE column_build SET id = 2",
    ],
)
def test_derived_tables_have_rules_too(ledger: Store, statement: str) -> None:
    with pytest.raises(IntegrityError):
        execute(ledger, statement)
