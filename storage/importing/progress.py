"""Progress of an import, reported to whoever waits for it."""

from collections.abc import Iterable, Iterator
from enum import StrEnum, unique
from typing import Protocol, TypeVar

T = TypeVar("T")
_STEP = 10_000  # rows between two reports: drawing a bar costs more than storing a row


@unique
class ImportPhase(StrEnum):
    """Phases of an import, in the order in which they come."""

    READING = "Reading"
    STORING = "Storing"
    BALANCES = "Balances"


class Progress(Protocol):
    """Hears of every step; ``total`` is a good guess until the file has been read."""

    def __call__(self, phase: ImportPhase, *, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` rows are through a phase."""
        ...


def unobserved(phase: ImportPhase, *, done: int, total: int) -> None:
    """Drop the report: nobody waits for this import."""
    del phase, done, total


def counted(rows: Iterable[T], progress: Progress, *, stored: int, total: int) -> Iterator[T]:
    """Yield rows on their way to the store, ``stored`` of which are there already."""
    for number, row in enumerate(rows, start=stored):
        if number % _STEP == 0:
            progress(ImportPhase.STORING, done=number, total=total)
        yield row
