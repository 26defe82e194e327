"""Courses of contracts that the ledger holds, for whoever knows only what became of them since."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.terms import Term
from storage.importing.contracts.held_terms import HeldContracts
from storage.importing.movements import FileTexts
from storage.store.statements import batches
from storage.tables.contracts import ContractTerm


class HeldCourse(NamedTuple):
    """Terms of a contract that the ledger holds, and the account that they are of."""

    account: str
    terms: Sequence[Term]


def held_courses(
    session: Session, source: str, contracts: Collection[str]
) -> Mapping[str, HeldCourse]:
    """Read the terms of some contracts of a source; one that is not held is left out."""
    texts = FileTexts()
    found: dict[str, list[Term]] = {}
    accounts = dict[str, str]()
    for row in HeldContracts(session, source, texts).of_contracts(contracts).rows():
        contract = row.contract or ""
        found.setdefault(contract, []).append(row.term(texts))
        accounts[contract] = texts.account.names[row.value("account")]
    return {contract: HeldCourse(accounts[contract], terms) for contract, terms in found.items()}


def contracts_of_products(session: Session, source: str, products: Collection[str]) -> set[str]:
    """List the contracts of a source that ever had a term of some products."""
    found = set[str]()
    named = select(col(ContractTerm.contract_id)).where(col(ContractTerm.source) == source)
    for some in batches(sorted(products)):
        rows = session.scalars(named.where(col(ContractTerm.product).in_(some)))
        found.update(one for one in rows if one is not None)
    return found
