"""Imports as a whole: dry runs, progress, memory, temporary files, and who may write when."""

import io
import multiprocessing
import tracemalloc
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import make_url

from metrics.segments import Tiers
from storage.errors import NoTemporaryRoomError, StoreBusyError, UnreadableFileError
from storage.importing import importer, readings, spool
from storage.importing.file_kind import FileToRead
from storage.importing.importer import FileRequest
from storage.importing.landing import ImportOptions
from storage.importing.movements_csv import read_movements
from storage.importing.profiles.recognition import recognise
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import ReadOptions
from storage.importing.report import (
    ImportPhase,
    ImportRefusedError,
    ImportReport,
    ImportStatus,
    Progress,
    unobserved,
)
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import CHUNK_ROWS
from storage.importing.tables.text_file import open_text
from storage.store.engine import Store
from tests.slow import only_slow
from tests.storage.stores import (
    NOW,
    TODAY,
    SqliteTemplate,
    contents,
    csv_text,
    findings,
    import_text,
    movements,
    open_store,
    url_of,
)
from tests.storage.stores import rows as selected

MANY = 3 * CHUNK_ROWS
WITH_ID = "account_id,date,amount,currency,movement_id"


def history(count: int, *, accounts: int = 40) -> str:
    """Return so many movements, in order of their dates."""
    return movements(
        *(
            f"a{n % accounts} 20{10 + n // 400 % 15}-0{1 + n % 9}-05 {1 + n % 7}"
            for n in range(count)
        )
    )


def given(progress: Progress = unobserved) -> ImportOptions:
    return ImportOptions(
        clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers(), progress=progress
    )


def import_in_groups(store: Store, path: Path, group_bytes: int) -> ImportReport:
    request = FileRequest(reading=ReadOptions(group_bytes=group_bytes))
    return importer.import_file(store, path, given(), request=request, max_bytes=2**30)


def test_a_dry_run_says_what_would_be_imported_and_stores_nothing(store: Store) -> None:
    import_text(store, csv_text("a,2026-01-05,5,USD,m1", header=WITH_ID))
    before = contents(store)
    content = csv_text("a,2026-01-05,5,USD,m1", "a,2026-02-05,-5,USD,m2", header=WITH_ID)

    rehearsed = import_text(store, content, dry_run=True)

    assert contents(store) == before
    assert (rehearsed.status, rehearsed.data_version) == (ImportStatus.DRY_RUN, 1)
    assert (rehearsed.imported, rehearsed.known) == (1, 1)
    assert import_text(store, content).imported == 1


def test_a_dry_run_finds_what_the_ledger_contradicts(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 5"))

    assert findings(store, movements("a 2026-02-05 -6"), dry_run=True) == [
        (2, "amount takes a below zero on 5 Feb 2026: has 5.00, would be -1.00")
    ]


def test_a_dry_run_does_not_wait_for_another_import(sqlite_store: Store) -> None:
    with sqlite_store.write() as session:
        session.connection().exec_driver_sql("SELECT 1")

        rehearsed = import_text(sqlite_store, movements("a 2026-02-05 6"), dry_run=True)

    assert rehearsed.imported == 1


def test_progress_goes_through_every_phase_of_a_file_to_its_end(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "import.csv"
    path.write_text(history(MANY))
    told: list[tuple[ImportPhase, int, int]] = []

    def note(phase: ImportPhase, *, done: int, total: int) -> None:
        told.append((phase, done, total))

    importer.import_file(store, path, given(note), request=FileRequest(), max_bytes=2**30)

    phases = [*ImportPhase][2:]  # before them a source is waited for and fetched
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == phases
    assert all(done <= total for _, done, total in told)
    assert told == sorted(told, key=lambda step: (phases.index(step[0]), step[1]))
    phase, done, total = told[-1]
    assert (phase, done) == (ImportPhase.BALANCES, total)


def stored(store: Store) -> list[tuple[object, ...]]:
    columns = "account_id, effective_on, amount_minor, kind, movement_id"
    return sorted(selected(store, f"SELECT {columns} FROM ledger_movement"), key=str)  # noqa: S608


def test_a_file_in_many_parts_lands_as_one_in_one_part(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    path = tmp_path / "import.csv"
    path.write_text(history(MANY))
    with sqlite_template.fresh() as whole, sqlite_template.fresh() as parted:
        reports = [
            import_in_groups(whole, path, 2**30),
            import_in_groups(parted, path, path.stat().st_size // 7),
        ]

        assert reports[0] == reports[1]
        assert stored(whole) == stored(parted)
        assert len(selected(parted, "SELECT id FROM import_run")) == 1


def test_an_id_in_two_parts_is_found_on_its_later_line(store: Store, tmp_path: Path) -> None:
    lines = [f"a{n},2026-01-05,5,USD,m{n}" for n in range(50)]
    content = csv_text(*lines, "z,2026-01-05,5,USD,m7", header=WITH_ID)
    path = tmp_path / "import.csv"
    path.write_text(content)

    with pytest.raises(ImportRefusedError) as refused:
        import_in_groups(store, path, 100)

    assert [finding.line for finding in refused.value.findings] == [52]


def peak_of_reading(path: Path, group_bytes: int) -> int:
    tracemalloc.start()
    with Scratch() as scratch:
        opened = open_table(path, max_bytes=2**30, scratch=scratch)
        table = recognise(opened, ColumnWishes()).table
        options = ReadOptions(group_bytes=group_bytes)
        batch = read_movements(
            FileToRead(
                table=table,
                source="movements",
                now=NOW,
                today=TODAY,
                scratch=scratch,
                options=options,
            )
        )
        count = 0
        for group in batch.groups:
            count += len(group.movements)
            del group
        assert count == batch.file.rows
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@only_slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    # Even the small one is several of the blocks that a file is split by.
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text(history(80_000, accounts=3_000))
    large.write_text(history(320_000, accounts=3_000))
    part = small.stat().st_size // 4

    assert peak_of_reading(large, part) < 1.5 * peak_of_reading(small, part)
    assert peak_of_reading(large, 2**30) > 2 * peak_of_reading(large, part)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "import.csv"
    path.write_text(history(MANY))
    file = open_text(path, max_bytes=2**30)
    chunks = file.chunks()
    next(chunks)
    path.write_text(history(MANY + 1))

    with pytest.raises(UnreadableFileError, match="changed while it was read"):
        list(chunks)


def test_no_room_for_temporary_files_is_one_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError("no space left on device")

    path = tmp_path / "import.csv"
    path.write_text(history(10))
    monkeypatch.setattr(spool, "TemporaryFile", full)

    with pytest.raises(NoTemporaryRoomError, match="no room for temporary files"):
        import_in_groups(store, path, 2**30)
    assert contents(store)["mrr_movement"] == 0


class FullDisk(io.BytesIO):
    """A temporary file on a disk that is full: what was written shows when it has to be there."""

    def seek(self, *_: int) -> int:
        raise OSError("no space left on device")

    def close(self) -> None:
        if not self.closed:  # as a file is, whatever became of what was written
            super().close()
            raise OSError("no space left on device")


def test_no_room_that_shows_late_is_the_same_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "import.csv"
    path.write_text(history(10))
    monkeypatch.setattr(spool, "TemporaryFile", FullDisk)

    with pytest.raises(NoTemporaryRoomError, match="no room for temporary files"):
        import_in_groups(store, path, 2**30)
    assert contents(store)["mrr_movement"] == 0


def _import_slowly(url: str, path: Path, stored: Event, go_on: Event) -> None:
    """Import a file, and wait with all of it stored and nothing committed."""

    def pause(phase: ImportPhase, *, done: int, total: int) -> None:
        del done, total
        if phase is ImportPhase.BALANCES and not stored.is_set():
            stored.set()
            go_on.wait(240)

    with open_store(make_url(url)) as store:
        importer.import_file(store, path, given(pause), request=FileRequest(), max_bytes=2**30)


def test_a_second_importer_gets_one_sentence_and_readers_see_the_old_data(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_text(store, movements("old 2026-01-05 1"))
    path = tmp_path / "import.csv"
    path.write_text(history(MANY))
    context = multiprocessing.get_context("spawn")
    stored, go_on = context.Event(), context.Event()
    first = context.Process(target=_import_slowly, args=(url_of(store), path, stored, go_on))
    first.start()
    try:
        assert stored.wait(240)
        while_it_runs = contents(store)["mrr_movement"]
        with monkeypatch.context() as hurried:
            hurried.setattr("storage.store.engine._PATIENCE", 10)
            with pytest.raises(StoreBusyError) as refused:
                import_text(store, movements("b 2026-01-05 1"))
    finally:
        go_on.set()
        first.join()

    assert "import: try again in a moment" in str(refused.value)
    assert (first.exitcode, while_it_runs) == (0, 1)
    assert contents(store)["mrr_movement"] == 1 + MANY
    assert import_text(store, movements("b 2026-01-05 1")).data_version == 3


def test_a_file_that_goes_away_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "import.csv"
    path.write_text(history(3))
    file = open_text(path, max_bytes=2**30)
    path.unlink()

    with pytest.raises(UnreadableFileError, match="cannot be read"):
        list(file.chunks())


def test_a_file_that_may_not_be_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError

    path = tmp_path / "import.csv"
    path.write_text(history(3))
    monkeypatch.setattr(Path, "open", forbidden)

    with pytest.raises(UnreadableFileError, match="check its name and rights"):
        open_text(path, max_bytes=2**30)


def test_a_column_of_ever_new_texts_is_forgotten_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_MANY", CHUNK_ROWS // 2)
    lines = [f"a{n} 2026-01-05 {n + 1}" for n in range(2 * CHUNK_ROWS)]

    assert findings(store, movements(*lines, "b 2026-01-05 x", "b 2026-01-05 y")) == [
        (len(lines) + 2, "amount is not a plain number: write it like 1200.50 or -80"),
        (len(lines) + 3, "amount is not a plain number: write it like 1200.50 or -80"),
    ]
    assert import_text(store, movements(*lines)).imported == len(lines)


def test_rows_beyond_what_is_held_in_memory_are_put_apart_as_they_come(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_MANY", 2)
    accounts = [f"a{number}" for number in range(30)]
    report = import_text(
        sqlite_store, movements(*(f"{one} 2026-01-05 10" for one in accounts)), group_bytes=64
    )

    assert report.imported == 30
    assert selected(sqlite_store, "SELECT sum(amount_minor) FROM ledger_movement") == [(300_00,)]
