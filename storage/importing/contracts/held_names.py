"""What the ledger holds of a billing system's accounts and contracts, and whose names those are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.terms import Term
from storage.columns.live import reversed_runs
from storage.importing.cells import EARLIEST
from storage.importing.contracts.held_terms import HeldContracts
from storage.importing.identity.held import read_identities
from storage.importing.movements import FileTexts
from storage.store.column_types import day_of
from storage.store.statements import batches
from storage.tables.contracts import ContractTerm
from storage.tables.facts import AccountRow, AttributeRow, DescriptionRow
from storage.tables.ledger import DimensionValue, ImportRun

Stated = Mapping[str, Mapping[date | None, str]]
"""Values of an account by dimension and first day; None is for what was always so."""
_NOTHING: Stated = {}


class HeldAccountName(NamedTuple):
    """Account that the ledger knows an id by, its name, and what its source has said of it.

    ``takes_name`` tells that it has none, or one that the source itself gave.
    """

    account: str
    name: str = ""
    takes_name: bool = True
    stated: Stated = _NOTHING


def held_accounts(
    session: Session, source: str, ids: Collection[str]
) -> Mapping[str, HeldAccountName]:
    """Read the accounts of those ids of a source that the ledger knows.

    One that has another id there takes no name from the source.
    """
    others = read_identities(session, source).accounts
    accounts = {one: others.get(one, one) for one in ids}
    names = _names(session, {*accounts.values()})
    own = _own_names(session, source, set(names))
    stated = _stated(session, source, set(names))
    return {
        one: HeldAccountName(
            account,
            names[account],
            takes_name=one not in others and own.get(account, "") == names[account],
            stated=stated.get(account, _NOTHING),
        )
        for one, account in accounts.items()
        if account in names
    }


def _names(session: Session, accounts: Collection[str]) -> dict[str, str]:
    found = dict[str, str]()
    columns = select(col(AccountRow.account_id), col(AccountRow.name))
    for some in batches(sorted(accounts)):
        rows = session.execute(columns.where(col(AccountRow.account_id).in_(some)))
        found |= {account: name or "" for account, name in rows}
    return found


def _own_names(session: Session, source: str, accounts: Collection[str]) -> Mapping[str, str]:
    """Read the names that count and that a source gave."""
    table, gone, found = DescriptionRow, reversed_runs(session), dict[str, str]()
    statement = (
        select(*map(col, (AccountRow.account_id, table.name, ImportRun.source, ImportRun.id)))
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(ImportRun, col(ImportRun.id) == col(table.import_id), isouter=True)
        .where(col(table.name).is_not(None))
        .order_by(col(table.id))
    )
    for some in batches(sorted(accounts)):
        query = statement.where(col(AccountRow.account_id).in_(some))
        for account, name, of, run in session.execute(query):
            if run not in gone:
                found[account] = name if of == source else ""
    return found


def _stated(
    session: Session, source: str, accounts: Collection[str]
) -> Mapping[str, dict[str, dict[date | None, str]]]:
    table, gone = AttributeRow, reversed_runs(session)
    found: dict[str, dict[str, dict[date | None, str]]] = {}
    statement = (
        select(*map(col, (AccountRow.account_id, DimensionValue.dimension, DimensionValue.value)))
        .add_columns(col(table.valid_from), col(table.import_id))
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(DimensionValue, col(DimensionValue.number) == col(table.pair))
        .join(ImportRun, col(ImportRun.id) == col(table.import_id))
        .where(col(ImportRun.source) == source)
        .order_by(col(table.id))
    )
    for some in batches(sorted(accounts)):
        query = statement.where(col(AccountRow.account_id).in_(some))
        for account, dimension, value, day, run in session.execute(query):
            if run not in gone:
                since = day_of(day)
                by_day = found.setdefault(account, {}).setdefault(dimension, {})
                by_day[None if since <= EARLIEST else since] = value
    return found


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
