"""Terms, movements and due rows that the ledger holds of a source of contracts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from metrics.segments import NO_VALUE
from storage.columns.live import is_live
from storage.columns.usage import has_usage
from storage.importing.account_parts import numbers_of_accounts
from storage.importing.contracts.term_rows import TermRow, TermRows
from storage.importing.labels import number_of_source
from storage.importing.movements import FileTexts
from storage.importing.usage.held import held_usage
from storage.importing.waiting import is_waiting
from storage.ledger.contract_terms import standing_records
from storage.store.statements import among, batches
from storage.tables.contracts import ContractTerm
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

_AT_ONCE = 50_000  # rows that are tuples at the same time


class BalanceStep(NamedTuple):
    """Step of a balance: product, currency, day number and driver."""

    product: str | None
    currency: str
    day: int
    driver: str | None


@dataclass(slots=True)
class HeldAccount:
    """Holdings of one account in the ledger: terms, movements, and rows that wait for their day.

    ``due`` has the amount and the number of each row; ``usage`` is what the second series moved by.
    """

    terms: list[TermRow] = field(default_factory=list)
    amounts: dict[BalanceStep, int] = field(default_factory=dict)
    due: dict[BalanceStep, list[tuple[int, int]]] = field(default_factory=dict)
    usage: dict[BalanceStep, int] = field(default_factory=dict)


class HeldContracts:
    """Reads what the ledger holds of one source, with labels in the numbers of a file's texts."""

    def __init__(self, session: Session, source: str, texts: FileTexts) -> None:
        self._session, self._source, self._texts = session, source, texts
        some = select(col(ContractTerm.id)).where(col(ContractTerm.source) == source).limit(1)
        self.is_empty = session.scalar(some) is None

    def contracts(self) -> Iterator[tuple[str, str]]:
        """Yield the account and id of each contract that has one, the taken back ones too."""
        found = self._listed(col(AccountRow.account_id), col(ContractTerm.contract_id))
        named = found.where(col(ContractTerm.contract_id).is_not(None))
        for some in self._session.connection().execute(named).partitions(_AT_ONCE):
            yield from map(tuple, some)

    def accounts(self) -> Iterator[str]:
        """Yield each account that has or had a contract."""
        yield from self._session.scalars(self._listed(col(AccountRow.account_id)).distinct())

    def terms(self, accounts: Collection[str]) -> TermRows:
        """Read the terms of some accounts as their contracts stand now, in the ledger's order."""
        texts = self._texts
        known = {} if self.is_empty else numbers_of_accounts(self._session, texts.account, accounts)
        every = chain.from_iterable(standing_records(self._session, known).values())
        own = sorted(row for row in every if row.source == self._source)
        return TermRows.of_records(texts, own, known)

    def of_contracts(self, contracts: Collection[str]) -> TermRows:
        """Read the terms of some contracts as they stand now, in the ledger's order."""
        named = self._listed(col(AccountRow.account_id))
        these = among(self._session, col(ContractTerm.contract_id), contracts)
        rows = self.terms({*self._session.scalars(named.where(these))})
        return rows.pick(np.flatnonzero([one in contracts for one in rows.contract]))

    def read(self, accounts: Collection[str], terms: TermRows) -> Mapping[str, HeldAccount]:
        """Read all else of some accounts, whose terms are given; one without anything is left out.

        Parameters
        ----------
        terms : TermRows
            Those of these accounts, and maybe of others.
        """
        held: defaultdict[str, HeldAccount] = defaultdict(HeldAccount)
        if self.is_empty or not accounts:
            return held
        known = self._texts.account
        wanted = [known[name] for name in accounts if name in known]
        places = np.flatnonzero(np.isin(terms.account, wanted))
        for row in terms.pick(places).rows():
            held[known.names[row.value("account")]].terms.append(row)
        number = number_of_source(self._session, self._source)
        for some in batches(sorted(accounts)):
            if number is not None:
                self._read_movements(some, number, held)
            self._read_due(some, held)
        if has_usage(self._session):
            self._read_usage(sorted(accounts), held)
        return held

    def _listed(self, *columns: Mapped[Any]) -> Select[*tuple[Any, ...]]:
        found = select(*columns).select_from(ContractTerm)
        found = found.join(AccountRow, col(AccountRow.number) == col(ContractTerm.account))
        return found.where(col(ContractTerm.source) == self._source)

    def _read_movements(
        self, accounts: Sequence[str], number: int, held: Mapping[str, HeldAccount]
    ) -> None:
        table = MovementRow
        keys = (AccountRow.account_id, Product.name, Currency.code, table.day, Driver.name)
        statement = (
            select(*map(col, keys), func.sum(col(table.amount_minor)))
            .join(AccountRow, col(AccountRow.number) == col(table.account))
            .join(Currency, col(Currency.number) == col(table.currency))
            .outerjoin(Product, col(Product.number) == col(table.product))
            .outerjoin(Driver, col(Driver.number) == col(table.driver))
            .where(col(table.source) == number, is_live())
            .where(col(AccountRow.account_id).in_(accounts))
            .group_by(*map(col, keys))
        )
        for account, *moved, amount in self._session.execute(statement):
            held[account].amounts[BalanceStep(*moved)] = int(amount)

    def _read_usage(self, accounts: Sequence[str], held: Mapping[str, HeldAccount]) -> None:
        texts = self._texts
        rows = held_usage(self._session, texts, accounts).of_source(self._source)
        columns = (rows.account, rows.product, rows.currency, rows.day, rows.amount)
        for account, product, currency, day, amount in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            code = texts.currency.names[currency]
            moved = BalanceStep(texts.product.name(product), code, day, None)
            usage = held[texts.account.names[account]].usage
            usage[moved] = usage.get(moved, 0) + amount

    def _read_due(self, accounts: Sequence[str], held: Mapping[str, HeldAccount]) -> None:
        table = DueMovement
        columns = (table.account_id, table.product, table.currency, table.day, table.driver)
        statement = (
            select(*map(col, columns), col(table.amount_minor), col(table.id))
            .where(is_waiting(self._source), col(table.account_id).in_(accounts))
            .order_by(col(table.id))
        )
        for account, product, *moved, amount, number in self._session.execute(statement):
            position = BalanceStep(None if product == NO_VALUE else product, *moved)
            held[account].due.setdefault(position, []).append((amount, number))
