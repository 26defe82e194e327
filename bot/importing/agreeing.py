"""Agreeing on an import's questions: a person is asked on a terminal, options answer before."""

from dataclasses import dataclass, replace

import typer

from bot.errors import UsageError
from storage.importing.asking import Ask, ImportAsksError, ImportQuestion, Overlap, chosen_overlap

_CHOICES = {
    "a": Overlap.APPEND,
    "h": Overlap.HELD,
    "r": Overlap.REPLACE,
}
_OVERLAP = (
    "Add all rows as another source's (a), skip the rows that are held (h), or replace the held"
    " ones by those of the file (r)? Anything else stops"
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Answers given: all subjects agreed to or some, and the choice about rows that are held."""

    agreed: frozenset[Ask] = frozenset()
    overlap: Overlap | None = None


def typed_agreement(*, yes: bool, append: bool, held: bool, replaces: bool) -> Agreement:
    """Read the options that answer before anything is asked.

    Raises
    ------
    TwoOverlapsError
        If two say what becomes of rows that are held.
    """
    overlap = chosen_overlap(append=append, held=held, replaces=replaces)
    return Agreement(frozenset(Ask) if yes else frozenset(), overlap)


def ask_person(error: ImportAsksError, before: Agreement) -> Agreement:
    """Ask each question on the terminal, and join the answers with what was agreed before.

    Raises
    ------
    UsageError
        If one is not agreed to.
    """
    agreed = before
    for question in error.questions:
        agreed = _answer(question, agreed)
    return agreed


def _answer(question: ImportQuestion, before: Agreement) -> Agreement:
    typer.echo(question.sentence, err=True)
    if question.ask is not Ask.OVERLAP:
        if not typer.confirm("Import it?", err=True):
            raise _stopped(question)
        return replace(before, agreed=before.agreed | {question.ask})
    choice = _CHOICES.get(typer.prompt(_OVERLAP, default="", show_default=False, err=True)[:1])
    if choice is None:
        raise _stopped(question)
    return replace(before, overlap=choice)


def _stopped(question: ImportQuestion) -> UsageError:
    return UsageError(f"stopped, nothing was imported: {question.sentence}")
