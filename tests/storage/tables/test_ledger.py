import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from storage.store.engine import Store
from tests.storage.stores import csv_text, execute, import_text, rows

COLUMNS = (
    "source, movement_id, account_id, effective_on, kind, amount_minor, currency, recorded_at,"
    " import_id"
)
GOOD = {
    "source": "'movements'",
    "movement_id": "'m2'",
    "account_id": "'acme'",
    "effective_on": "'2026-01-05'",
    "kind": "'new'",
    "amount_minor": "100",
    "currency": "'USD'",
    "recorded_at": "'2026-01-05T00:00:00.000000+00:00'",
    "import_id": "1",
}


@pytest.fixture
def ledger(store: Store) -> Store:
    header = "account_id,date,amount,currency,movement_id,segment"
    import_text(store, csv_text("acme,2026-01-05,100,USD,m1,smb", header=header))
    return store


def insert(**changed: str) -> str:
    values = ", ".join({**GOOD, **changed}.values())
    return f"INSERT INTO mrr_movement ({COLUMNS}) VALUES ({values})"  # noqa: S608


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
        pytest.param({"amount_minor": "1000000000001"}, "amount_in_range", id="too-large"),
        pytest.param({"amount_minor": "-1000000000001"}, "amount_in_range", id="too-small"),
        pytest.param({"amount_minor": "NULL"}, "(?i)not.null", id="no-amount"),
        pytest.param(
            {"effective_on": "x'00'"}, "cannot store BLOB|type date", id="bytes-as-a-date"
        ),
        pytest.param({"kind": "'upgrade'"}, "kind_is_known", id="unknown-kind"),
        pytest.param({"currency": "'DOLLAR'"}, "currency_is_a_code", id="no-code"),
        pytest.param({"movement_id": "'m1'"}, "(?i)unique|append only", id="an-id-twice"),
        pytest.param({"account_id": "'nobody'"}, "(?i)foreign key", id="unknown-account"),
        pytest.param({"import_id": "7"}, "(?i)foreign key", id="unknown-import"),
    ],
)
def test_the_database_itself_refuses_a_row_that_breaks_a_rule(
    ledger: Store, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(DatabaseError, match=why):
        execute(ledger, insert(**changed))


def test_sqlite_refuses_a_fraction_of_a_cent(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError, match="cannot store REAL"):
        execute(sqlite_store, insert(amount_minor="1.5"))


def test_the_same_id_from_another_source_is_another_movement(ledger: Store) -> None:
    execute(ledger, insert(movement_id="'m1'", source="'stripe'"))

    assert rows(ledger, "SELECT count(*) FROM mrr_movement") == [(2,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE month_balance SET mrr_minor = 0",
        "UPDATE balance_build SET id = 2",
    ],
)
def test_derived_tables_have_rules_too(ledger: Store, statement: str) -> None:
    with pytest.raises(IntegrityError):
        execute(ledger, statement)
