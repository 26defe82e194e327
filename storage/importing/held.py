"""Contents of the ledger when an import begins, and its balances of the accounts in a file."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.importing.labels import KIND_NAMES, number_of_source
from storage.store.statements import batches
from storage.tables.facts import AccountRow, AttributeRow, Currency, MovementRow, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerContents:
    """Kinds of rows that the ledger holds; those that it does not hold are not looked for later."""

    currency: str | None
    has_source: bool
    has_attributes: bool

    @property
    def has_movements(self) -> bool:
        """Whether any movement is there."""
        return self.currency is not None


@dataclass(frozen=True, slots=True)
class HeldBalance:
    """Balance of an account after all its movements in the ledger; the day is a number."""

    last_day: int = 0
    balance: int = 0
    has_paid: bool = False


@dataclass(frozen=True, slots=True)
class HeldMovement:
    """A movement that the ledger holds already, with the kind that it had when it landed."""

    day: int
    amount_minor: int
    key: tuple[str, str | None] = ("", None)
    kind: str = ""
    import_id: int = 0


def read_contents(session: Session, source: str) -> LedgerContents:
    """Look whether the ledger holds movements, of this source too, and attributes."""
    # A ledger has one currency, and a source is known once it has a movement.
    return LedgerContents(
        currency=session.scalar(select(col(Currency.code)).limit(1)),
        has_source=number_of_source(session, source) is not None,
        has_attributes=session.scalar(select(col(AttributeRow.id)).limit(1)) is not None,
    )


def held_balances(session: Session, accounts: Collection[str]) -> dict[str, HeldBalance]:
    """Return the balance of each of the accounts that has movements."""
    account, amount = col(AccountRow.account_id), col(MovementRow.amount_minor)
    found: dict[str, HeldBalance] = {}
    last = func.max(col(MovementRow.day))
    sums = (
        select(account, last, func.sum(amount), func.max(amount))
        .join(MovementRow, col(MovementRow.account) == col(AccountRow.number))
        .group_by(account)
    )
    for some in batches(sorted(accounts)):
        for key, day, balance, largest in session.execute(sums.where(account.in_(some))):
            # A balance was never below zero, so any gain means that it was above.
            found[key] = HeldBalance(day, int(balance), largest > 0)
    return found


def held_movements(session: Session, accounts: Collection[str]) -> dict[str, list[HeldMovement]]:
    """Return every movement that the ledger holds of the accounts, in its order."""
    held: defaultdict[str, list[HeldMovement]] = defaultdict(list)
    table = MovementRow
    statement = (
        select(
            *map(col, (AccountRow.account_id, table.day, table.amount_minor, SourceName.name)),
            *map(col, (table.movement_id, table.kind, table.import_id)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(SourceName, col(SourceName.number) == col(table.source))
        .order_by(col(table.day), col(table.id))  # within a day as they landed
    )
    for some in batches(sorted(accounts)):
        rows = session.execute(statement.where(col(AccountRow.account_id).in_(some)))
        for account, day, amount, source, key, kind, number in rows:
            name = KIND_NAMES[kind]
            held[account].append(HeldMovement(day, amount, (source, key), name, number))
    return held
