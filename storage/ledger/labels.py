"""Texts that numbers in columns stand for: drivers, ids and names of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.memory import Generation, Memory
from storage.store.prepared import Prepared
from storage.store.statements import batches, binary_rows
from storage.tables.facts import Currency, Driver, Product

_DRIVERS = Prepared(select(col(Driver.name)).order_by(col(Driver.number)))
_PRODUCTS = Prepared(select(col(Product.name)).order_by(col(Product.number)))
_CODES = Prepared(select(col(Currency.code)).order_by(col(Currency.number)))


@dataclass(frozen=True, slots=True)
class AccountName:
    """The id of an account, and what its source calls it."""

    account_id: str
    name: str | None


class LedgerLabels(Protocol):
    """Labels of one ledger by their numbers."""

    def drivers(self) -> Sequence[str]:
        """List the drivers of movements."""

    def products(self) -> Sequence[str]:
        """List the products of movements."""

    def currencies(self) -> Sequence[str]:
        """List the codes of the currencies of movements."""

    def names(self, accounts: Sequence[int]) -> Sequence[AccountName]:
        """Look up the ids and names of some accounts."""


class StoredLabels:
    """`LedgerLabels` in a store; those of accounts are looked up as they are needed."""

    def __init__(self, session: Session, memory: Memory, generation: Generation | None) -> None:
        self._session, self._memory, self._generation = session, memory, generation

    def drivers(self) -> Sequence[str]:
        """List the drivers of movements."""
        return self._listed(_DRIVERS, "drivers")

    def products(self) -> Sequence[str]:
        """List the products of movements."""
        return self._listed(_PRODUCTS, "products")

    def currencies(self) -> Sequence[str]:
        """List the codes of the currencies of movements."""
        return self._listed(_CODES, "codes")

    def _listed(self, names: Prepared, key: str) -> Sequence[str]:
        return self._memory.recall(
            self._generation, key, lambda: tuple(name for (name,) in names.rows(self._session))
        )

    def names(self, accounts: Sequence[int]) -> Sequence[AccountName]:
        """Look up the ids and names of some accounts."""
        found: dict[int, AccountName] = {}
        for some in batches(accounts):
            among = ", ".join("?" * len(some))
            statement = f"SELECT number, account_id, name FROM account WHERE number IN ({among})"  # noqa: S608 # nosec B608
            rows = binary_rows(self._session, statement, some)
            found |= {number: AccountName(account_id, name) for number, account_id, name in rows}
        return [found[account] for account in accounts]
