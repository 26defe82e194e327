from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, Index, text

from storage.errors import StoreFullError
from storage.importing import indexes
from storage.store.engine import Store
from tests.storage.stores import (
    contents,
    csv_text,
    execute,
    findings,
    import_text,
    movements,
    open_store,
    rows,
)

SQLITE = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql <> ''"
POSTGRESQL = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
LARGE = csv_text(
    *(f"a{n},2026-01-05,5,USD,smb" for n in range(3)),
    header="account_id,date,amount,currency,segment",
)
REFUSED = movements(*["a 2026-01-05 -5"] * 3)
COST_WITH_EACH_ROW = {
    *("ix_mrr_movement_account", "ix_mrr_movement_source_movement_id_import_id"),
    *("ix_account_attribute_account", "ix_contract_term_account", "ix_contract_term_contract_id"),
    "ix_level_span_account",
}


@pytest.fixture(autouse=True)
def _few_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "MANY", 3)


def made(store: Store) -> Mapping[str, str]:
    query = POSTGRESQL if store.sqlite_path is None else SQLITE
    return dict(rows(store, query))


@pytest.mark.parametrize("source", ["movements", "accounts"])
def test_the_first_large_file_makes_the_indexes_after_its_rows(store: Store, source: str) -> None:
    before = made(store)

    import_text(store, LARGE, source=source)
    assert findings(store, movements("a1 2026-02-05 -9"))

    assert made(store) == before
    assert before.keys() >= COST_WITH_EACH_ROW


def test_sqlite_has_its_usual_cache_when_the_indexes_are_made(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    [usual] = rows(sqlite_store, "PRAGMA cache_size")
    during: list[object] = []

    def fail(_: Index, connection: Connection) -> None:
        during.append(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())
        raise StoreFullError

    with monkeypatch.context() as patch:
        patch.setattr(Index, "create", fail)
        with pytest.raises(StoreFullError):
            import_text(sqlite_store, LARGE)
    assert during
    assert usual not in [(size,) for size in during]
    assert rows(sqlite_store, "PRAGMA cache_size") == [usual]

    import_text(sqlite_store, LARGE)
    assert rows(sqlite_store, "PRAGMA cache_size") == [usual]


def test_a_refused_large_file_leaves_the_indexes(sqlite_store: Store) -> None:
    before = made(sqlite_store)

    findings(sqlite_store, REFUSED)

    assert made(sqlite_store) == before


def test_indexes_that_a_refused_large_file_has_dropped_come_back_with_the_next_import(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(postgresql_store)

    findings(postgresql_store, REFUSED)
    assert before.keys() - made(postgresql_store).keys() == COST_WITH_EACH_ROW
    findings(postgresql_store, REFUSED)  # once more, with nothing left to drop

    monkeypatch.setattr(indexes, "MANY", 100)
    import_text(postgresql_store, LARGE)
    assert made(postgresql_store) == before


def test_a_rehearsal_of_a_large_file_leaves_the_indexes(store: Store) -> None:
    before = made(store)

    import_text(store, LARGE, dry_run=True)

    assert made(store) == before


def test_who_reads_the_empty_table_keeps_its_indexes(postgresql_store: Store) -> None:
    before = made(postgresql_store)

    with postgresql_store.read() as session:
        session.execute(text("SELECT count(*) FROM mrr_movement"))
        findings(postgresql_store, REFUSED)
        import_text(postgresql_store, LARGE)

        assert session.scalar(text("SELECT count(*) FROM mrr_movement")) == 0
    assert made(postgresql_store) == before
    assert contents(postgresql_store)["mrr_movement"] == 3


def test_tables_of_another_owner_keep_their_indexes(postgresql_store: Store) -> None:
    before, url = made(postgresql_store), postgresql_store.engine.url
    role = f"guest_of_{url.database}"
    execute(
        postgresql_store,
        f"CREATE ROLE {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}",
    )

    with open_store(url.update_query_dict({"options": f"-c role={role}"})) as guest:
        import_text(guest, LARGE)

    assert made(postgresql_store) == before
    assert contents(postgresql_store)["mrr_movement"] == 3
    execute(postgresql_store, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
