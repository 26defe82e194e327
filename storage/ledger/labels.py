"""Texts that numbers in columns stand for: drivers, ids and names of accounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session

from storage.columns.codec import Whole
from storage.columns.labels import driver_names, product_names, read_currencies
from storage.store.memory import Generation, Memory
from storage.store.statements import batches, binary_rows


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
        return self._listed("drivers", driver_names)

    def products(self) -> Sequence[str]:
        """List the products of movements."""
        return self._listed("products", product_names)

    def currencies(self) -> Sequence[str]:
        """List the codes of the currencies of movements."""
        return self._listed("codes", read_currencies)

    def _listed(self, key: str, read: Callable[[Session], Sequence[str]]) -> Sequence[str]:
        return self._memory.recall(self._generation, key, lambda: read(self._session))

    def names(self, accounts: Sequence[int]) -> Sequence[AccountName]:
        """Look up the ids and names of some accounts."""
        found: dict[int, AccountName] = {}
        for some in batches(accounts):
            among = ", ".join("?" * len(some))
            statement = f"SELECT number, account_id, name FROM account WHERE number IN ({among})"  # noqa: S608 # nosec
            rows = binary_rows(self._session, statement, some)
            found |= {number: AccountName(account_id, name) for number, account_id, name in rows}
        return [found[account] for account in accounts]


def ids_of(labels: LedgerLabels, accounts: Whole) -> list[str]:
    """Look up the ids of accounts by their numbers."""
    return [found.account_id for found in labels.names(accounts.tolist())]
