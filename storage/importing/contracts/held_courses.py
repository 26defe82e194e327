"""Courses of contracts that the ledger holds, for whoever knows only what became of them since."""

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session

from metrics.contracts.terms import Term
from storage.importing.contracts.held_terms import HeldContracts
from storage.importing.movements import FileTexts


def held_courses(
    session: Session, source: str, contracts: Collection[str]
) -> Mapping[str, Sequence[Term]]:
    """Read the terms of some contracts of a source; one that is not held is left out."""
    texts = FileTexts()
    found: dict[str, list[Term]] = {}
    for row in HeldContracts(session, source, texts).of_contracts(contracts).rows():
        found.setdefault(row.contract, []).append(row.term(texts))
    return found
