import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage.benchmarks.expectations import read_expectations
from storage.columns.build_state import read_build
from storage.ledger.elsewhere import read_copy
from storage.store.engine import Store
from storage.store.messages import Rows, beginning, kept_by, rows_together
from storage.store.statements import binary_rows, binary_rows_of
from tests.storage.stores import execute


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the messages to PostgreSQL that carry statements of ours."""
    found, execute = list[str](), psycopg.Connection.execute

    def note(self: object, query: str, *rest: object, **how: object) -> object:
        found.append(query)
        return execute(self, query, *rest, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(psycopg.Connection, "execute", note)
    return found


@pytest.mark.postgres
def test_what_every_answer_reads_goes_with_the_words_that_begin(
    postgresql_store: Store, sent: list[str]
) -> None:
    with postgresql_store.read() as session:
        assert (read_build(session), read_copy(session)) == (None, None)
        assert read_expectations(session).are_none

    assert len(sent) == 1
    assert sent[0].startswith("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT")


@pytest.mark.postgres
def test_a_glance_is_one_statement_without_a_transaction(
    postgresql_store: Store, sent: list[str]
) -> None:
    with postgresql_store.glance() as session:
        assert (read_build(session), read_copy(session)) == (None, None)
        assert read_expectations(session).are_none

    assert len(sent) == 1
    assert sent[0].startswith("SELECT ARRAY(SELECT")


@pytest.mark.postgres
def test_a_glance_sees_the_same_rows_as_a_session(postgresql_store: Store) -> None:
    copy = (
        "id, currency, data_version, data_as_of, closed_through, generation, newest_import,"
        " looked_at"
    )
    moment = "2026-11-29T23:59:59.123456+02:00"
    for rows in (
        "column_build VALUES (1, 20788, 'acv_tier', 1, -5, 9, 8, 7)",
        f"warehouse_copy ({copy}) VALUES (1, 'EUR', 3, '{moment}', '2026-11-01', 4, 'ab', now())",
        """goal VALUES ('[]', 1050000, 'U1', now()), ('[["a", "b c"]]', 990000, 'U1', now())""",
    ):
        execute(postgresql_store, f"INSERT INTO {rows}")
    with postgresql_store.read() as session:
        read_build(session)
        read = kept_rows(session)

    with postgresql_store.glance() as session:
        assert kept_rows(session) == read

    assert sum(map(len, read)) == 4


def kept_rows(session: Session) -> list[Rows]:
    kept = kept_by(session)
    assert kept is not None
    return [*kept.rows.values()]


@pytest.mark.postgres
def test_a_writer_says_with_the_words_that_begin_how_long_it_waits(
    postgresql_store: Store, sent: list[str]
) -> None:
    with postgresql_store.write() as session:
        assert session.execute(text("SHOW lock_timeout")).scalar_one() == "5s"

    assert sent == ["BEGIN; SET LOCAL lock_timeout = 5000"]


@pytest.mark.postgres
def test_a_new_connection_that_is_lost_at_once_is_not_replaced_for_ever(
    postgresql_store: Store, sent: list[str]
) -> None:
    lose = "SELECT pg_terminate_backend(pg_backend_pid())"
    engine = postgresql_store.engine.execution_options(**beginning(lose))
    with postgresql_store.read() as session:
        session.connection()  # leaves a connection in the pool

    with pytest.raises(psycopg.OperationalError), engine.begin():
        pass

    assert sent[1:] == [lose, lose]


@pytest.mark.postgres
def test_statements_of_one_message_are_answered_in_their_order(postgresql_store: Store) -> None:
    asked = ["SELECT 1", "SELECT 2 WHERE false", "SELECT current_setting('transaction_isolation')"]
    with postgresql_store.read() as session:
        for _ in range(2):  # as the first message, and as another one
            assert rows_together(session, asked) == [[(1,)], [], [("repeatable read",)]]


@pytest.mark.postgres
def test_arrays_come_the_same_together_as_one_by_one(postgresql_store: Store) -> None:
    execute(
        postgresql_store,
        "INSERT INTO account_column (chunk, first_paid) VALUES (0, '\\x0001ff'), (1, '\\x02')",
    )
    asked = ["SELECT first_paid, chunk FROM account_column ORDER BY chunk", "SELECT 7"]
    with postgresql_store.read() as session:
        alone = [binary_rows(session, each) for each in asked]

        assert binary_rows_of(session, asked) == alone == [[(b"\0\1\xff", 0), (b"\2", 1)], [(7,)]]
        assert binary_rows_of(session, asked) == alone
