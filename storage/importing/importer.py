"""Import of one file into one store: read it, check it, land it; the only way in."""

from dataclasses import replace
from pathlib import Path

from storage.importing.kinds_of_file import FileKind
from storage.importing.landing import ImportOptions, land, rehearse
from storage.importing.report import ImportRefusedError, ImportReport
from storage.importing.spool import Scratch
from storage.importing.tables.naming import columns_of
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import NOTHING_SAID, NamedTable, TableOptions
from storage.store.engine import Store
from storage.warehouse.copy import require_no_copy


def import_file(
    store: Store,
    kind: FileKind,
    path: Path,
    options: ImportOptions,
    *,
    max_bytes: int,
    table_options: TableOptions = NOTHING_SAID,
    dry_run: bool = False,
) -> ImportReport:
    """Import a file: whole, or not at all.

    Parameters
    ----------
    dry_run : bool
        Check everything, against the ledger too, and store nothing.

    Raises
    ------
    UnreadableFileError, ImportRefusedError, StorageError
        If nothing was stored, with what to do about it.
    """
    with Scratch() as scratch:  # open until the batch has landed: its groups are read from there
        opened = open_table(path, max_bytes=max_bytes, scratch=scratch, options=table_options)
        table = columns_of(opened, aliases=kind.aliases, required=kind.required)
        try:
            return _import(store, kind, table, options, scratch, dry_run=dry_run)
        except ImportRefusedError as error:
            raise ImportRefusedError(error.findings, table.places) from None


def _import(
    store: Store,
    kind: FileKind,
    table: NamedTable,
    options: ImportOptions,
    scratch: Scratch,
    *,
    dry_run: bool,
) -> ImportReport:
    batch = kind.read(
        table,
        now=options.started_at,
        today=options.today,
        scratch=scratch,
        progress=options.progress,
    )
    batch = replace(batch, file=replace(batch.file, name=table.file.name))
    # Only now: reading a large file takes minutes, and the lock keeps every other writer out.
    with store.read() if dry_run else store.write() as session:
        require_no_copy(session)
        return (rehearse if dry_run else land)(session, batch, options)
