"""Terms, movements and due rows that the ledger holds of a source of contracts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.segments import NO_VALUE
from storage.columns.live import is_live, reversed_runs
from storage.importing.contracts.term_rows import NUMBERS, TermRow
from storage.importing.labels import number_of_source
from storage.importing.movements import NO_LINE, NO_NUMBER, NOTHING, FileTexts
from storage.store.statements import batches
from storage.tables.contracts import WITHDRAWN, ContractTerm
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

COLUMNS = {
    **{name: name for name in NUMBERS[2:] if name not in ("product", "currency")},
    "amount": "amount_minor",
    "discount": "discount_minor",
}
"""Columns of the table by those of a list's rows, without labels."""


class Moved(NamedTuple):
    """What moves a balance: product, currency, day number and driver."""

    product: str | None
    currency: str
    day: int
    driver: str | None


@dataclass(slots=True)
class HeldAccount:
    """What the ledger holds of one account: terms, movements, and rows that wait for their day.

    ``due`` has the amount and the number of each row.
    """

    terms: list[TermRow] = field(default_factory=list)
    amounts: dict[Moved, int] = field(default_factory=dict)
    due: dict[Moved, list[tuple[int, int]]] = field(default_factory=dict)


class HeldContracts:
    """Reads what the ledger holds of one source, with labels in the numbers of a file's texts."""

    def __init__(self, session: Session, source: str, texts: FileTexts) -> None:
        self._session, self._source, self._texts = session, source, texts
        self._gone = reversed_runs(session)
        some = select(col(ContractTerm.id)).where(col(ContractTerm.source) == source).limit(1)
        self.is_empty = session.scalar(some) is None

    def contracts(self) -> Iterator[tuple[str, str]]:
        """Yield the account and id of each contract that has one, the taken back ones too."""
        columns = select(col(AccountRow.account_id), col(ContractTerm.contract_id)).distinct()
        found = (
            columns.join(AccountRow, col(AccountRow.number) == col(ContractTerm.account))
            .where(col(ContractTerm.source) == self._source)
            .where(col(ContractTerm.contract_id).is_not(None))
        )
        for account, contract in self._session.execute(found):
            yield account, str(contract)

    def read(self, accounts: Collection[str]) -> Mapping[str, HeldAccount]:
        """Read all of some accounts; one that the ledger does not know has nothing."""
        held: defaultdict[str, HeldAccount] = defaultdict(HeldAccount)
        if self.is_empty:
            return held
        number = number_of_source(self._session, self._source)
        for some in batches(sorted(accounts)):
            self._read_terms(some, held)
            if number is not None:
                self._read_movements(some, number, held)
            self._read_due(some, held)
        return held

    def _read_terms(self, accounts: Sequence[str], held: Mapping[str, HeldAccount]) -> None:
        table = ContractTerm
        texts = (table.contract_id, table.amendment_of, table.product, table.currency)
        numbers = [getattr(table, name) for name in COLUMNS.values()]
        statement = (
            select(col(AccountRow.account_id), col(table.import_id), *map(col, texts), *numbers)
            .join(AccountRow, col(AccountRow.number) == col(table.account))
            .where(col(table.source) == self._source, col(AccountRow.account_id).in_(accounts))
            .order_by(col(table.id))
        )
        newest: dict[tuple[str, Any], tuple[int, list[TermRow]]] = {}
        for account, run, *cells in self._session.execute(statement):
            if run in self._gone:
                continue
            row = self._row(account, cells)
            before, rows = newest.get((account, row.key), (0, []))
            newest[account, row.key] = (run, [*rows, row] if run == before else [row])
        for (account, _), (_, rows) in newest.items():
            held[account].terms += [row for row in rows if row.value("status") != WITHDRAWN]

    def _row(self, account: str, cells: Sequence[Any]) -> TermRow:
        contract, amends, product, currency, *numbers = cells
        named = dict(zip(COLUMNS, numbers, strict=True))
        named |= {"line": NO_LINE, "account": self._texts.account[account]}
        named["product"] = NOTHING if product is None else self._texts.product[product]
        named["currency"] = self._texts.currency[currency]
        values = (named[name] for name in NUMBERS)
        found = tuple(NO_NUMBER if value is None else int(value) for value in values)
        return TermRow(found, contract or "", amends or "")

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
            held[account].amounts[Moved(*moved)] = int(amount)

    def _read_due(self, accounts: Sequence[str], held: Mapping[str, HeldAccount]) -> None:
        table = DueMovement
        columns = (table.account_id, table.product, table.currency, table.day, table.driver)
        statement = (
            select(*map(col, columns), col(table.amount_minor), col(table.id))
            .where(col(table.source) == self._source, col(table.account_id).in_(accounts))
            .where(col(table.landed).is_(None), col(table.withdrawn).is_(None))
            .order_by(col(table.id))
        )
        for account, product, *moved, amount, number in self._session.execute(statement):
            position = Moved(None if product == NO_VALUE else product, *moved)
            held[account].due.setdefault(position, []).append((amount, number))
