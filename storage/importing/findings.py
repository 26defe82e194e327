"""What is wrong with a file, line by line, and how an import ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from storage.errors import StorageError

SHOWN = 50
"""How many findings a person is shown; all of them are counted."""


@dataclass(frozen=True, slots=True, order=True)
class RowFinding:
    """One thing that is wrong, and the line of the file that it is on (the header is line 1)."""

    line: int
    message: str


@unique
class ImportStatus(StrEnum):
    """How an import ended when it was not refused."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    DRY_RUN = "dry-run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """An import that landed, or one that had nothing new to say.

    ``imported`` counts the rows that are new to the ledger, ``known`` those that it held already.
    Of a dry run it is what would be imported, and the data version is the one that stands.
    """

    status: ImportStatus
    rows: int
    imported: int
    known: int
    data_version: int
    closed_through: date | None


class ImportRefusedError(StorageError):
    """At least one row is wrong, so nothing of the file was stored."""

    def __init__(self, findings: Sequence[RowFinding]) -> None:
        count = f"{len(findings):,} finding" + ("s" if len(findings) != 1 else "")
        super().__init__(
            f"nothing was imported, because of {count}: mend the file and import it again"
        )
        self.findings = tuple(sorted(findings))
