"""Questions that an import asks before it lands: nothing is stored until they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from storage.errors import StorageError


@unique
class Ask(StrEnum):
    """Subjects that an import asks about."""

    CLOSED_MONTHS = "closed-months"
    OVERLAP = "overlap"
    LOOK_ALIKES = "look-alikes"
    RESIDUES = "residues"
    MORE_PAGES = "more-pages"


@unique
class Overlap(StrEnum):
    """Answers to a file that has some, but not all, of the rows that are held of its days.

    ``APPEND`` takes it for another source, ``HELD`` skips what is held, and ``REPLACE`` reverses
    what the file does not have.
    """

    APPEND = "append"
    HELD = "held"
    REPLACE = "replace"


def chosen_overlap(*, append: bool, held: bool, replaces: bool) -> Overlap | None:
    """Read which of the options was given that say what becomes of rows that are held.

    Raises
    ------
    TwoOverlapsError
        If there are two.
    """
    given = dict(zip(Overlap, (append, held, replaces), strict=True))
    chosen = [overlap for overlap, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise TwoOverlapsError
    return chosen[0] if chosen else None


@dataclass(frozen=True, slots=True)
class ImportQuestion:
    """One question: its subject, and a sentence that says what would happen."""

    ask: Ask
    sentence: str


class TwoOverlapsError(StorageError):
    """Two options say what becomes of rows that are held."""

    sentence = "say one of --append, --held and --replace"


class ImportAsksError(StorageError):
    """The import waits for an answer; nothing of the file was stored.

    ``questions`` are all that were not agreed to. The message is for whoever cannot be asked.
    """

    def __init__(self, questions: Sequence[ImportQuestion]) -> None:
        self.questions = tuple(questions)
        asks = {question.ask for question in self.questions}
        says = [
            *(["--append, --held or --replace"] if Ask.OVERLAP in asks else []),
            *(["--yes"] if asks - {Ask.OVERLAP} else []),
        ]
        sentences = " ".join(question.sentence for question in self.questions)
        super().__init__(f"nothing was imported: {sentences} Say {' and '.join(says)}.")
