import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from storage import schema
from storage.engine import Store
from storage.errors import StorageError, StoreNotReadyError
from tests.storage.stores import contents, execute, import_text, movements, open_store, rows

NEXT = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "0002", None, None
def upgrade():
    op.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY)")
    {then}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A version of nrrbot with one more migration, which does what is written into the file."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    path = folder / "versions" / "9999_extra.py"
    path.write_text(NEXT.format(then=""))
    return path


def tables(store: Store) -> set[str]:
    return {name for (name,) in rows(store, "SELECT name FROM sqlite_master")}


def test_a_new_store_is_set_up_once(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        assert schema.current_revision(store) is None
        assert [schema.upgrade(store), schema.upgrade(store)] == [True, False]
        schema.require_head(store)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["store.db"]


def test_a_store_that_is_not_set_up_is_refused_and_left_alone(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store, pytest.raises(StoreNotReadyError):
        schema.require_head(store)

    assert list(tmp_path.iterdir()) == []


def test_the_migrated_schema_is_that_of_the_models(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_table_is_strict(store: Store) -> None:
    loose = [
        name
        for name, statement in rows(store, "SELECT name, sql FROM sqlite_master WHERE type='table'")
        if "STRICT" not in statement
    ]

    assert loose == ["alembic_version"]


def test_an_upgrade_keeps_what_is_there_and_a_copy_of_it(store: Store, next_version: Path) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    assert next_version.exists()

    assert schema.upgrade(store)

    assert (contents(store)["mrr_movement"], "extra" in tables(store)) == (1, True)
    assert store.sqlite_path is not None
    with open_store(store.sqlite_path.with_name("nrrbot.before-9999.db")) as copy:
        assert schema.current_revision(copy) == "0002"
        assert (contents(copy)["mrr_movement"], "extra" in tables(copy)) == (1, False)


def test_an_upgrade_that_fails_leaves_the_old_state_and_may_be_tried_again(
    store: Store, next_version: Path
) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    good = next_version.read_text()
    next_version.write_text(NEXT.format(then="1 / 0"))

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            schema.upgrade(store)
        assert schema.current_revision(store) == "0002"
        assert (contents(store)["mrr_movement"], "extra" in tables(store)) == (1, False)

    next_version.write_text(good)
    assert schema.upgrade(store)
    assert store.sqlite_path is not None
    copies = sorted(path.name for path in store.sqlite_path.parent.glob("*.before-*.db"))
    assert copies == [
        "nrrbot.before-9999.2.db",
        "nrrbot.before-9999.3.db",
        "nrrbot.before-9999.db",
    ]


def test_a_kill_during_an_upgrade_leaves_the_old_state(store: Store, next_version: Path) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    good = next_version.read_text()
    next_version.write_text(NEXT.format(then="import os; os.kill(os.getpid(), 9)"))
    script = textwrap.dedent(
        f"""
        from pathlib import Path

        from storage import schema
        from storage.engine import Store

        schema.MIGRATIONS = Path({str(next_version.parents[1])!r})
        schema.upgrade(Store({str(store.engine.url)!r}))
        """
    )

    root = Path(schema.__file__).parents[1]
    killed = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], cwd=root, check=False, env=os.environ
    )

    assert killed.returncode == -signal.SIGKILL
    assert schema.current_revision(store) == "0002"
    assert (contents(store)["mrr_movement"], "extra" in tables(store)) == (1, False)
    next_version.write_text(good)
    assert schema.upgrade(store)


def test_a_store_of_a_later_version_is_refused_and_left_alone(store: Store) -> None:
    execute(store, "UPDATE alembic_version SET version_num = '9999'")
    assert store.sqlite_path is not None
    before = set(store.sqlite_path.parent.iterdir())

    with pytest.raises(StorageError) as refused:
        schema.upgrade(store)

    assert str(refused.value) == (
        "the store was set up by a later version of nrrbot: install that one"
    )
    assert set(store.sqlite_path.parent.iterdir()) == before


def test_a_backup_holds_everything_while_the_store_is_in_use(store: Store, tmp_path: Path) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    with store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM month_balance")

        schema.backup(store, tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db") as copy:
        schema.require_head(copy)
        assert contents(copy)["mrr_movement"] == 1
        assert contents(copy)["month_balance"] > 0


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (
            "there.db",
            "there is a file of that name already: choose another for the backup",
        ),
        (
            "nrrbot.db",
            "there is a file of that name already: choose another for the backup",
        ),
        ("nowhere/copy.db", "the backup cannot be written there: check folder and space"),
    ],
)
def test_a_backup_that_cannot_be_made_is_refused(
    store: Store, tmp_path: Path, target: str, sentence: str
) -> None:
    (tmp_path / "there.db").write_text("mine")

    with pytest.raises(schema.BackupError) as refused:
        schema.backup(store, tmp_path / target)

    assert str(refused.value) == sentence
    assert (tmp_path / "there.db").read_text() == "mine"
    assert contents(store)["account"] == 0


def test_a_store_that_is_not_set_up_has_no_backup(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store, pytest.raises(StoreNotReadyError):
        schema.backup(store, tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_only_a_sqlite_file_is_backed_up_by_nrrbot(tmp_path: Path) -> None:
    with pytest.raises(schema.BackupError, match="pg_dump"):
        schema.backup(Store("sqlite://"), tmp_path / "copy.db")


def test_reading_the_revision_does_not_wait_for_alembic(store: Store) -> None:
    script = (
        "import sys; from storage import schema; from storage.engine import Store;"
        f"schema.require_head(Store({str(store.engine.url)!r}));"
        "sys.exit('alembic' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own interpreter
