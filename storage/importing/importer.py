"""Import of one file into one store: read it, check it, land it; the only way in."""

from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from storage.importing.batch import Batch
from storage.importing.landing import ImportOptions, land, rehearse
from storage.importing.report import ImportReport, Progress
from storage.importing.spool import Scratch
from storage.store.engine import Store
from storage.warehouse.copy import require_no_copy


class Source(Protocol):
    """Turns a file into a batch; faults of its rows go into the findings."""

    def __call__(
        self,
        path: Path,
        *,
        max_bytes: int,
        now: datetime,
        today: date,
        scratch: Scratch,
        progress: Progress,
    ) -> Batch:
        """Read ``path``; ``now`` and ``today`` bound moments and dates in it."""
        ...


def import_file(
    store: Store,
    source: Source,
    path: Path,
    options: ImportOptions,
    *,
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
    UnreadableFileError, ImportRefusedError, StorageError
        If nothing was stored, with what to do about it.
    """
    with Scratch() as scratch:  # open until the batch has landed: its groups are read from there
        batch = source(
            path,
            max_bytes=max_bytes,
            now=options.started_at,
            today=options.today,
            scratch=scratch,
            progress=options.progress,
        )
        # Only now: reading a large file takes minutes, and the lock keeps every other writer out.
        with store.read() if dry_run else store.write() as session:
            require_no_copy(session)
            return (rehearse if dry_run else land)(session, batch, options)
