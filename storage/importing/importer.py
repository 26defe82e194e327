"""Import of one file into one store: read it, check it, land it; the only way in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from sqlmodel import Session

from storage.access import audit
from storage.importing.batch import Batch
from storage.importing.due import land_due
from storage.importing.file_kind import FileToRead
from storage.importing.identity.held import read_identities, require_same, under_our_ids
from storage.importing.indexes import drop_ahead
from storage.importing.landing import ImportOptions, land, rehearse
from storage.importing.profiles.recognition import Recognised, recognise
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import USUAL, ReadOptions
from storage.importing.report import ImportRefusedError, ImportReport, ImportStatus
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import NOTHING_SAID, TableOptions
from storage.ledger.elsewhere import require_no_copy
from storage.store.engine import Store

EntryOf = Callable[[ImportReport], audit.Entry]


class Beside(Protocol):
    """Work that belongs to a landing: done in its transaction, and gone with it if it fails."""

    def before_landing(self, session: Session, options: ImportOptions) -> ImportOptions:
        """Check whether the file may land still, and complete the options that it lands by."""
        ...

    def after_landing(self, session: Session, report: ImportReport, options: ImportOptions) -> None:
        """Write what is to be stored with the landing; an error takes all of it back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    """Wishes of a person about a file: its encoding and sheet, its columns and its reading."""

    table: TableOptions = NOTHING_SAID
    columns: ColumnWishes = field(default_factory=ColumnWishes)
    reading: ReadOptions = USUAL


def import_file(
    store: Store,
    path: Path,
    options: ImportOptions,
    *,
    request: FileRequest,
    max_bytes: int,
    dry_run: bool = False,
) -> ImportReport:
    """Import a file: whole, or not at all.

    Parameters
    ----------
    dry_run : bool
        Check everything, against the ledger too, and store nothing.

    Raises
    ------
    UnreadableFileError, MappingError, ImportRefusedError, StorageError
        If nothing was stored, with what to do about it.
    """
    with Scratch() as scratch:  # open until the batch has landed: its groups are read from there
        file = open_file(path, request, scratch=scratch, max_bytes=max_bytes)
        batch = read_file(file, request, options, scratch=scratch, store=store)
        return land_file(store, file, batch, options, dry_run=dry_run)


def open_file(path: Path, request: FileRequest, *, scratch: Scratch, max_bytes: int) -> Recognised:
    """Open a file, and tell what kind it is.

    Raises
    ------
    UnreadableFileError, MappingError
        If it is no table, or none of a kind that is known.
    """
    table = open_table(path, max_bytes=max_bytes, scratch=scratch, options=request.table)
    return recognise(table, request.columns)


def read_file(
    file: Recognised,
    request: FileRequest,
    options: ImportOptions,
    *,
    scratch: Scratch,
    store: Store,
) -> Batch:
    """Read all rows of a file, which may be done again, and takes minutes if it is large.

    Parameters
    ----------
    store : Store
        Says which ids of the file's source are which accounts.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    source = request.reading.source or file.profile.source
    with store.read() as session:
        known = read_identities(session, source)
    return file.kind.read(
        FileToRead(
            table=under_our_ids(file.table, known),
            source=source,
            named_by=known.version,
            now=options.started_at,
            today=options.today,
            scratch=scratch,
            progress=options.progress,
            options=request.reading,
        )
    )


def land_file(
    store: Store,
    file: Recognised,
    batch: Batch,
    options: ImportOptions,
    *,
    dry_run: bool = False,
    entry: EntryOf | None = None,
    beside: Beside | None = None,
) -> ImportReport:
    """Land what was read of a file; here only, because the lock keeps every other writer out.

    Parameters
    ----------
    entry : callable, optional
        Builds the entry of the audit that is stored with what lands.
    beside : Beside, optional
        What else is done in the transaction.

    Raises
    ------
    ImportRefusedError, StorageError
        If nothing was stored, with what to do about it.
    """
    if not dry_run:
        drop_ahead(store, batch.file.source, rows=batch.file.rows)
    try:
        with store.read() if dry_run else store.write() as session:
            require_no_copy(session)
            require_same(session, batch.file)
            if dry_run:
                return rehearse(session, batch, options)
            if beside is not None:
                options = beside.before_landing(session, options)
            land_due(session, options)
            report = land(session, batch, options)
            if entry is not None and report.status is ImportStatus.IMPORTED:
                audit.append(session, entry(report))
            if beside is not None:
                beside.after_landing(session, report, options)
            return report
    except ImportRefusedError as error:
        # A person looks for a column under the name that it has in the file.
        findings = [
            replace(finding, column=file.renamed.get(finding.column, finding.column))
            for finding in error.findings
        ]
        raise ImportRefusedError(findings, file.table.places) from None
