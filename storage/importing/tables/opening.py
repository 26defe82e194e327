"""Opening of a file, whatever it is: told by its first bytes, never by its name."""

from pathlib import Path

from storage.importing.spool import Scratch
from storage.importing.tables.table import NOTHING_SAID, Table, TableOptions
from storage.importing.tables.text_file import open_text


def open_table(
    path: Path, *, max_bytes: int, scratch: Scratch, options: TableOptions = NOTHING_SAID
) -> Table:
    """Check a file and find its header, without holding its rows.

    Parameters
    ----------
    max_bytes : int
        Larger files are refused; no more than this is read of them.
    scratch : Scratch
        Temporary files; open as long as rows are read.

    Raises
    ------
    UnreadableFileError
        If the file as a whole cannot be read as a table; one sentence says why.
    """
    del scratch, options
    return open_text(path, max_bytes=max_bytes)
