"""Findings on the rows of a file, and the report of an import that was not refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from storage.errors import StorageError

SHOWN = 50  # findings that a person is shown; all of them are counted


@dataclass(frozen=True, slots=True, order=True)
class RowFinding:
    """One fault of a file, and the line that it is on (the header is line 1)."""

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
    A dry run reports rows that would be imported, and the data version of the ledger as it is.
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
        self.findings = tuple(sorted(findings))  # groups and columns are not read in file order
