"""The one shape of a source: it is fetched into files that imports already take."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from storage.importing.asking import Overlap
from storage.importing.importer import FileRequest
from storage.importing.report import Progress
from storage.importing.spool import Scratch
from storage.sources.landing import LandingRules
from storage.sources.states import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """A file that a source was fetched into: see `storage.sources.rows_file`.

    ``request`` names the kind, and the source under which the ledger keeps its rows. ``overlap`` is
    what becomes of held rows that it does not have; ``judge`` may refuse the report while it can
    still be taken back, and says what else there is to tell of it. One that ``says_all`` has all
    movements of the source. Of one that ``is_quiet`` nobody is told what an import would say of a
    list: terms of which people know nothing.
    """

    path: Path
    request: FileRequest
    overlap: Overlap | None = None
    rules: LandingRules = field(default_factory=LandingRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Everything that a fetch has found: files in the order in which they land, perhaps none.

    ``covered_through`` is the first day after the last one that the source was read through.
    ``is_whole`` says that all of the source was read. ``said`` are words of the outcome, such as
    "12 customers changed"; ``notes`` are sentences.
    """

    files: tuple[FetchedFile, ...] = ()
    cursor: str = ""
    covered_through: date | None = None
    is_whole: bool = False
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """A system elsewhere that is read again and again."""

    @property
    def name(self) -> str:
        """The word that names it in commands, metrics and the ledger."""
        ...

    def fetch(
        self,
        state: SourceState,
        *,
        scratch: Scratch,
        progress: Progress,
        now: datetime,
        today: date,
    ) -> Fetched:
        """Read what is new since the cursor of a state, without writing anything anywhere else.

        Parameters
        ----------
        scratch : Scratch
            Temporary files, open until everything has landed.

        Raises
        ------
        SourceFailedError
            If it cannot be read; one sentence without a secret says what to do.
        """
        ...
