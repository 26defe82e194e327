import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, inspect
from sqlmodel import SQLModel

from storage.errors import StorageError, StoreBusyError, StoreNotReadyError, StoreTooOldError
from storage.store import schema
from storage.store.engine import Store
from tests.postgresql import Server
from tests.storage.conftest import BOTH
from tests.storage.stores import contents, execute, open_store, rows, url_of

NEXT = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None
def upgrade():
    op.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY)")
    {then}
"""


@pytest.fixture(params=BOTH)
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database of its own in which nothing is yet."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "nrrbot.db"))
        return
    server: Server = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture
def own_store(nothing: URL) -> Iterator[Store]:
    """A store at head whose tables may be changed: nobody uses it again."""
    with open_store(nothing) as store:
        schema.upgrade(store)
        yield store


@dataclass
class NextVersion:
    """A version of nrrbot with one more migration."""

    folder: Path
    head: str

    def does(self, then: str) -> None:
        """Say what the migration does after it has made a table."""
        path = self.folder / "versions" / "9999_extra.py"
        path.write_text(NEXT.format(head=self.head, then=then))


@pytest.fixture
def next_version(own_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextVersion:
    version = NextVersion(tmp_path / "migrations", str(schema.current_revision(own_store)))
    shutil.copytree(schema.MIGRATIONS, version.folder)
    monkeypatch.setattr(schema, "MIGRATIONS", version.folder)
    version.does("pass")
    return version


def has_extra(store: Store) -> bool:
    return inspect(store.engine).has_table("extra")


def test_a_new_store_is_set_up_once(nothing: URL) -> None:
    with open_store(nothing) as store:
        assert schema.current_revision(store) is None
        assert [schema.upgrade(store), schema.upgrade(store)] == [True, False]
        schema.require_head(store)


def test_setting_up_a_sqlite_store_leaves_no_copy(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        schema.upgrade(store)

    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["store.db"]


def test_a_store_that_is_not_set_up_is_refused_and_left_alone(nothing: URL) -> None:
    with open_store(nothing) as store, pytest.raises(StoreNotReadyError):
        schema.require_head(store)

    with open_store(nothing) as store:
        assert schema.current_revision(store) is None


def test_looking_for_a_sqlite_store_makes_no_file(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store, pytest.raises(StoreNotReadyError):
        schema.require_head(store)

    assert list(tmp_path.iterdir()) == []


def test_the_migrated_schema_is_that_of_the_models(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_sqlite_table_is_strict(sqlite_store: Store) -> None:
    loose = [
        name
        for name, statement in rows(
            sqlite_store, "SELECT name, sql FROM sqlite_master WHERE type='table'"
        )
        if "STRICT" not in statement
    ]

    assert loose == ["alembic_version"]


ACCOUNT = "INSERT INTO account (number, account_id) VALUES (0, 'acme')"


@pytest.mark.parametrize("revision", ["0001", "0014"])
def test_a_store_of_an_earlier_ledger_is_told_to_import_again_and_left_alone(
    own_store: Store, revision: str
) -> None:
    execute(own_store, ACCOUNT, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608
    before = contents(own_store)

    for step in (schema.upgrade, schema.require_head):
        with pytest.raises(StoreTooOldError) as refused:
            step(own_store)
        assert str(refused.value) == (
            "the store was set up by an earlier version of nrrbot, whose ledger is kept otherwise:"
            " set DATABASE_URL to a new store, run `nrrbot db upgrade`, and import your files again"
        )

    assert schema.current_revision(own_store) == revision
    assert contents(own_store) == before


def test_an_upgrade_keeps_what_is_there(own_store: Store, next_version: NextVersion) -> None:
    execute(own_store, ACCOUNT)
    assert schema.current_revision(own_store) == next_version.head

    assert schema.upgrade(own_store)

    assert schema.current_revision(own_store) == "9999"
    assert (contents(own_store)["account"], has_extra(own_store)) == (1, True)


@pytest.mark.parametrize("nothing", ["sqlite"], indirect=True)
def test_an_upgrade_of_a_sqlite_store_leaves_a_copy_of_it(
    own_store: Store, next_version: NextVersion, tmp_path: Path
) -> None:
    execute(own_store, ACCOUNT)

    schema.upgrade(own_store)

    with open_store(tmp_path / "nrrbot.before-9999.db") as copy:
        assert schema.current_revision(copy) == next_version.head
        assert (contents(copy)["account"], has_extra(copy)) == (1, False)


def test_an_upgrade_that_fails_leaves_the_old_state_and_may_be_tried_again(
    own_store: Store, next_version: NextVersion
) -> None:
    execute(own_store, ACCOUNT)
    next_version.does("1 / 0")

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            schema.upgrade(own_store)
        assert schema.current_revision(own_store) == next_version.head
        assert (contents(own_store)["account"], has_extra(own_store)) == (1, False)

    next_version.does("pass")
    assert schema.upgrade(own_store)


@pytest.mark.parametrize("nothing", ["sqlite"], indirect=True)
def test_each_upgrade_of_a_sqlite_store_leaves_a_copy_under_a_name_of_its_own(
    own_store: Store, next_version: NextVersion, tmp_path: Path
) -> None:
    next_version.does("1 / 0")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            schema.upgrade(own_store)

    next_version.does("pass")
    schema.upgrade(own_store)

    assert sorted(path.name for path in tmp_path.glob("*.before-*.db")) == [
        "nrrbot.before-9999.2.db",
        "nrrbot.before-9999.3.db",
        "nrrbot.before-9999.db",
    ]


def test_a_kill_during_an_upgrade_leaves_the_old_state(
    own_store: Store, next_version: NextVersion
) -> None:
    execute(own_store, ACCOUNT)
    next_version.does("import os; os.kill(os.getpid(), 9)")
    script = textwrap.dedent(
        f"""
        from pathlib import Path

        from storage.store import schema
        from storage.store.engine import Store

        schema.MIGRATIONS = Path({str(next_version.folder)!r})
        schema.upgrade(Store({url_of(own_store)!r}))
        """
    )

    root = Path(schema.__file__).parents[2]
    killed = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], cwd=root, check=False, env=os.environ
    )

    assert killed.returncode == -signal.SIGKILL
    assert schema.current_revision(own_store) == next_version.head
    assert (contents(own_store)["account"], has_extra(own_store)) == (1, False)
    next_version.does("pass")
    assert schema.upgrade(own_store)


def test_an_upgrade_beside_another_writer_is_told_to_wait(
    own_store: Store, next_version: NextVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store.engine._PATIENCE", 10)

    with open_store(own_store.engine.url) as other, other.write() as session:
        session.connection()
        with pytest.raises(StoreBusyError):
            schema.upgrade(own_store)

    assert schema.current_revision(own_store) == next_version.head


def test_a_store_of_a_later_version_is_refused_and_left_alone(own_store: Store) -> None:
    execute(own_store, "UPDATE alembic_version SET version_num = '9999'")
    before = contents(own_store)

    with pytest.raises(StorageError) as refused:
        schema.upgrade(own_store)

    assert str(refused.value) == (
        "the store was set up by a later version of nrrbot: install that one"
    )
    assert schema.current_revision(own_store) == "9999"
    assert contents(own_store) == before


@pytest.mark.parametrize("nothing", ["sqlite"], indirect=True)
def test_a_sqlite_store_of_a_later_version_is_not_even_copied(
    own_store: Store, tmp_path: Path
) -> None:
    execute(own_store, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageError):
        schema.upgrade(own_store)

    assert list(tmp_path.glob("*.before-*")) == []


def test_a_backup_holds_everything_while_the_store_is_in_use(
    sqlite_store: Store, tmp_path: Path
) -> None:
    execute(sqlite_store, ACCOUNT)
    with sqlite_store.write() as session:
        session.connection().exec_driver_sql("UPDATE account SET name = 'Acme'")

        schema.backup(sqlite_store, tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db") as copy:
        schema.require_head(copy)
        assert rows(copy, "SELECT name FROM account") == [(None,)]


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
        ("nowhere/copy.db", "the copy cannot be written: check folder and room there"),
    ],
)
def test_a_backup_that_cannot_be_made_is_refused(
    sqlite_store: Store, tmp_path: Path, target: str, sentence: str
) -> None:
    (tmp_path / "there.db").write_text("mine")

    with pytest.raises(schema.BackupError) as refused:
        schema.backup(sqlite_store, tmp_path / target)

    assert str(refused.value) == sentence
    assert (tmp_path / "there.db").read_text() == "mine"
    assert contents(sqlite_store)["account"] == 0


@pytest.mark.parametrize("nothing", ["sqlite"], indirect=True)
def test_an_upgrade_without_room_for_its_copy_changes_nothing_and_leaves_no_part_of_one(
    own_store: Store, next_version: NextVersion, tmp_path: Path
) -> None:
    execute(own_store, ACCOUNT)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))  # as a disk on which no more fits
    try:
        with pytest.raises(schema.BackupError, match="room there"):
            schema.upgrade(own_store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(tmp_path.glob("*before*")) == []
    assert schema.current_revision(own_store) == next_version.head


def test_a_store_that_is_not_set_up_has_no_backup(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store, pytest.raises(StoreNotReadyError):
        schema.backup(store, tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_only_a_sqlite_file_is_backed_up_by_nrrbot(tmp_path: Path) -> None:
    with pytest.raises(schema.BackupError, match="pg_dump"):
        schema.backup(Store("sqlite://"), tmp_path / "copy.db")


def test_reading_the_revision_does_not_wait_for_alembic(store: Store) -> None:
    script = (
        "import sys; from storage.store import schema; from storage.store.engine import Store;"
        f"schema.require_head(Store({url_of(store)!r}));"
        "sys.exit('alembic' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own interpreter
