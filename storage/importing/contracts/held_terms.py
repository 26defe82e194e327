"""Terms, movements and due rows that the ledger holds of a source of contracts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from metrics.runs import begins
from metrics.segments import NO_VALUE
from storage.columns.live import is_live, reversed_runs
from storage.columns.usage import has_usage
from storage.importing.contracts.term_rows import COLUMNS, NUMBERS, TermRow, TermRows
from storage.importing.labels import number_of_source
from storage.importing.movements import NO_LINE, NO_NUMBER, NOTHING, FileTexts, Texts, Whole
from storage.importing.usage.held import held_usage
from storage.importing.waiting import is_waiting
from storage.store.statements import among, batches
from storage.tables.contracts import WITHDRAWN, ContractTerm
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


def _numbers(cells: Iterable[int | None]) -> Whole:
    return np.array([NO_NUMBER if one is None else one for one in cells], np.int64)


def _newest(rows: TermRows, runs: Whole) -> Whole:
    """Find the newest import of each row's contract; without one it is known by what it is of."""
    contracts = Texts()
    contract = _numbers(contracts[key] for key in rows.contract)
    is_named = np.array([bool(key) for key in rows.contract], bool)
    about = (rows.column(name) for name in ("product", "currency", "start"))
    keys = [rows.column("account"), contract, *(np.where(is_named, 0, one) for one in about)]
    order = np.lexsort(keys)
    is_first = begins(*(key[order] for key in keys))
    starts = np.flatnonzero(is_first)
    newest = np.maximum.reduceat(runs[order], starts) if starts.size else starts
    found = np.empty(order.size, np.int64)
    found[order] = newest[np.cumsum(is_first) - 1]
    return found


class HeldContracts:
    """Reads what the ledger holds of one source, with labels in the numbers of a file's texts."""

    def __init__(self, session: Session, source: str, texts: FileTexts) -> None:
        self._session, self._source, self._texts = session, source, texts
        self._gone = reversed_runs(session)
        some = select(col(ContractTerm.id)).where(col(ContractTerm.source) == source).limit(1)
        self.is_empty = session.scalar(some) is None

    def contracts(self) -> Iterator[tuple[str, str]]:
        """Yield the account and id of each contract that has one, the taken back ones too."""
        columns = select(col(AccountRow.account_id), col(ContractTerm.contract_id))
        found = (
            columns.join(AccountRow, col(AccountRow.number) == col(ContractTerm.account))
            .where(col(ContractTerm.source) == self._source)
            .where(col(ContractTerm.contract_id).is_not(None))
        )
        for some in self._session.connection().execute(found).partitions(_AT_ONCE):
            yield from map(tuple, some)

    def accounts(self) -> Iterator[str]:
        """Yield each account that has or had a contract."""
        columns = select(col(AccountRow.account_id)).distinct()
        found = columns.join(ContractTerm, col(ContractTerm.account) == col(AccountRow.number))
        yield from self._session.scalars(found.where(col(ContractTerm.source) == self._source))

    def terms(self, accounts: Collection[str]) -> TermRows:
        """Read the terms of some accounts as their contracts stand now, in the ledger's order."""
        return self._joined(col(AccountRow.account_id), accounts)

    def of_contracts(self, contracts: Collection[str]) -> TermRows:
        """Read the terms of some contracts as they stand now, in the ledger's order."""
        return self._joined(col(ContractTerm.contract_id), contracts)

    def _joined(self, column: Mapped[Any], keys: Collection[str]) -> TermRows:
        some = [] if self.is_empty else batches(sorted(keys))
        return TermRows.joined(
            self._texts, [self._terms(among(self._session, column, each)) for each in some]
        )

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
        places = np.flatnonzero(np.isin(terms.column("account"), wanted))
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

    def _terms(self, of_these: ColumnElement[bool]) -> TermRows:
        table = ContractTerm
        labels = (AccountRow.account_id, table.contract_id, table.amendment_of, table.product)
        numbers = [getattr(table, name) for name in COLUMNS.values()]
        statement = (
            select(*map(col, (*labels, table.currency, table.import_id, *numbers)))
            .join(AccountRow, col(AccountRow.number) == col(table.account))
            .where(col(table.source) == self._source, of_these)
            .order_by(col(table.id))
        )
        cells = self._session.connection().execute(statement).all()
        return self._standing(cells) if cells else TermRows.joined(self._texts, [])

    def _standing(self, cells: Sequence[Sequence[Any]]) -> TermRows:
        """Keep what the newest import of each contract has, those apart that were reversed."""
        texts, size = self._texts, len(cells)
        account, contract, amends, product, currency, run, *numbers = zip(*cells, strict=True)
        own = {name: _numbers(column) for name, column in zip(COLUMNS, numbers, strict=True)}
        own |= {
            "line": np.full(size, NO_LINE),
            "account": _numbers(map(texts.account.__getitem__, account)),
            "product": _numbers(None if one is None else texts.product[one] for one in product),
            "currency": _numbers(map(texts.currency.__getitem__, currency)),
        }
        own["product"][own["product"] == NO_NUMBER] = NOTHING
        rows = TermRows(
            texts,
            np.array([own[name] for name in NUMBERS]),
            [one or "" for one in contract],
            [one or "" for one in amends],
        )
        runs = _numbers(run)
        live = np.flatnonzero(~np.isin(runs, [*self._gone]))
        rows, runs = rows.pick(live), runs[live]
        stands = (runs == _newest(rows, runs)) & (rows.column("status") != WITHDRAWN)
        return rows.pick(np.flatnonzero(stands))

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
