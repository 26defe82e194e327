import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.store.files import file_trouble, list_copies, list_open_to_others


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store's file that its owner alone may read."""
    return written(tmp_path / "nrrbot.db")


def written(path: Path, *, mode: int = 0o600, at: int = 0) -> Path:
    path.write_bytes(b"SQLite")
    path.chmod(mode)
    os.utime(path, (at, at))
    return path


def test_copies_are_those_that_carry_the_stores_name_the_newest_first(store: Path) -> None:
    older = written(store.with_name("nrrbot.before-0011.db"), at=100)
    newer = written(store.with_name("nrrbot-copy.db"), at=200)
    store.with_name("nrrbot.before-0012.db").touch()  # for which there was no room
    written(store.with_name("other.db"), at=300)
    written(store.with_name("nrrbot.csv"), at=300)

    assert list_copies(store) == [newer, older]


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o666], ids=oct)
def test_whatever_others_may_read_or_write_is_listed(store: Path, mode: int) -> None:
    store.chmod(mode)
    beside = [written(store.with_name(f"nrrbot.db{end}"), mode=mode) for end in ("-wal", "-shm")]
    copy = written(store.with_name("nrrbot.before-0011.db"), mode=mode)

    assert list_open_to_others(store) == [store, *beside, copy]


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o711], ids=oct)
def test_what_its_owner_alone_may_read_and_write_is_not(store: Path, mode: int) -> None:
    store.chmod(mode)
    written(store.with_name("nrrbot.before-0011.db"), mode=mode)

    assert list_open_to_others(store) == []


def trouble(path: Path, name: str) -> str:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorname = name
    return str(file_trouble(error, path))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SQLITE_CORRUPT", "the store's file is damaged"),
        ("SQLITE_CORRUPT_INDEX", "the store's file is damaged"),
        ("SQLITE_IOERR_SHORT_READ", "the store's file is damaged"),
        ("SQLITE_IOERR_DATA", "the store's file is damaged"),
        ("SQLITE_NOTADB", "DATABASE_URL names a file that is no database"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_last_backup(
    store: Path, name: str, said: str
) -> None:
    assert trouble(store, name).startswith(said)
    assert trouble(store, name).endswith("from where `nrrbot db backup` wrote it")

    written(store.with_name("nrrbot.before-0011.db"), at=1_794_000_000)
    assert trouble(store, name).endswith("nrrbot.before-0011.db of 6 Nov 2026")


def test_a_store_that_cannot_be_opened_says_what_is_in_the_way(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "SQLITE_CANTOPEN"
    folder = store.parent

    assert "folder" in trouble(folder / "missing" / "nrrbot.db", name)
    assert "folder" in trouble(folder, name)
    assert trouble(store, name).startswith("the store cannot be opened")
    assert trouble(folder / "new.db", name).startswith("the store cannot be opened")
    asked: list[tuple[Path, int]] = []

    def may_not(path: Path, rights: int) -> bool:
        asked.append((path, rights))
        return False

    monkeypatch.setattr("os.access", may_not)  # root may open everything
    assert "may not be opened" in trouble(store, name)
    assert "may not be opened" in trouble(folder / "new.db", name)
    # a file that is not there yet needs the rights on its folder
    assert asked == [(store, os.R_OK | os.W_OK), (folder, os.R_OK | os.W_OK)]


@pytest.mark.parametrize(
    ("named", "folder"),
    [
        ({"SQLITE_TMPDIR": "first", "TMPDIR": "second"}, "first"),
        ({"TMPDIR": "second"}, "second"),
        ({"SQLITE_TMPDIR": "missing"}, "/var/tmp"),  # noqa: S108 - SQLite's own choice
        ({}, "/var/tmp"),  # noqa: S108
    ],
    ids=str,
)
def test_what_sqlite_sorts_it_puts_where_its_own_variable_says_or_else_the_common_one(
    store: Path, monkeypatch: pytest.MonkeyPatch, named: dict[str, str], folder: str
) -> None:
    for name in ("first", "second"):
        (store.parent / name).mkdir()
    for name in ("SQLITE_TMPDIR", "TMPDIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, str(store.parent / value))
    full = store.parent / folder
    monkeypatch.setattr(
        "shutil.disk_usage", lambda path: SimpleNamespace(free=0 if path == full else 2**30)
    )

    assert trouble(store, "SQLITE_FULL").startswith("there is no room for temporary files")


@pytest.mark.parametrize(("free", "is_full"), [(65_535, True), (65_536, False)])
def test_a_disk_is_full_when_sqlite_has_no_room_to_open_a_store(
    store: Path, monkeypatch: pytest.MonkeyPatch, free: int, *, is_full: bool
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))

    said = trouble(store, "SQLITE_IOERR")

    assert said.startswith("the store's disk is full") is is_full


def test_where_the_stores_own_disk_is_full_too_it_is_not_the_temporary_files(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))

    assert trouble(store, "SQLITE_FULL") == "None"


@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_FULL", ""])
def test_another_trouble_is_not_the_files(
    store: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2**30))

    assert trouble(store, name) == "None"
    assert file_trouble(ValueError("no error of SQLite"), store) is None
