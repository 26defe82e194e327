import pytest

from storage.store.engine import Store
from tests.postgresql import Server
from tests.storage.stores import (
    PostgresqlTemplate,
    Template,
    contents,
    execute,
    import_text,
    movements,
    rows,
)

SESSION = """
SELECT pg_backend_pid(), current_setting('work_mem'), count(*) FROM pg_locks
WHERE locktype = 'advisory' AND pid = pg_backend_pid()
"""


def session_of(store: Store) -> tuple[int, str, int]:
    ((process, setting, locks),) = rows(store, SESSION)
    return process, setting, locks


def test_the_next_store_has_nothing_of_the_one_before_it(template: Template) -> None:
    reports = []
    for _ in range(2):
        with template.fresh() as store:
            assert set(contents(store).values()) == {0}
            reports.append(import_text(store, movements("acme 2026-01-05 100")))

    assert reports[0] == reports[1]


@pytest.mark.postgres
def test_its_connection_does_the_same_work_again_and_has_forgotten_its_session(
    postgresql_template: PostgresqlTemplate,
) -> None:
    with postgresql_template.fresh() as store:
        process, usual, locks = session_of(store)
        execute(store, "SET work_mem = '77MB'", "SELECT pg_advisory_lock(77)")
        assert session_of(store) == (process, "77MB", locks + 1)

    with postgresql_template.fresh() as store:
        assert session_of(store) == (process, usual, locks)


@pytest.mark.postgres
def test_a_connection_that_was_ended_meanwhile_is_replaced(
    postgresql_template: PostgresqlTemplate, postgresql_server: Server
) -> None:
    with postgresql_template.fresh() as store:
        process, *_ = session_of(store)
    postgresql_server.execute(f"SELECT pg_terminate_backend({process}, 30000)")

    with postgresql_template.fresh() as store:
        assert session_of(store)[0] != process
