"""Contents of the ledger when an import begins, and its balances of the accounts in a file."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.store.statements import batches
from storage.tables.ledger import AccountAttribute, MrrMovement


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
    """Balance of an account after all its movements in the ledger; the day is ISO text."""

    last_on: str = ""
    balance: int = 0
    has_paid: bool = False


@dataclass(frozen=True, slots=True)
class HeldMovement:
    """A movement that the ledger holds already, with the kind that it had when it landed."""

    effective_on: date
    amount_minor: int
    key: tuple[str, str] = ("", "")
    kind: str = ""
    import_id: int = 0


def read_contents(session: Session, source: str) -> LedgerContents:
    """Look whether the ledger holds movements, of this source too, and attributes."""
    movement = select(col(MrrMovement.currency)).limit(1)  # a ledger has one currency
    of_source = movement.where(col(MrrMovement.source) == source)
    attribute = select(col(AccountAttribute.id)).limit(1)
    return LedgerContents(
        currency=session.scalar(movement),
        has_source=session.scalar(of_source) is not None,
        has_attributes=session.scalar(attribute) is not None,
    )


def held_balances(session: Session, accounts: Collection[str]) -> dict[str, HeldBalance]:
    """Return the balance of each of the accounts that has movements."""
    account, amount = col(MrrMovement.account_id), col(MrrMovement.amount_minor)
    found: dict[str, HeldBalance] = {}
    for some in batches(sorted(accounts)):
        last_on = func.max(col(MrrMovement.effective_on))
        moved = func.sum(func.abs(amount))
        statement = select(account, last_on, func.sum(amount), moved).where(account.in_(some))
        for key, day, balance, sizes in session.execute(statement.group_by(account)):
            # A balance was never below zero, so any movement with money means that it was above.
            found[key] = HeldBalance(day.isoformat(), int(balance), sizes > 0)
    return found


def held_movements(session: Session, accounts: Collection[str]) -> dict[str, list[HeldMovement]]:
    """Return every movement that the ledger holds of the accounts, in its order."""
    held: defaultdict[str, list[HeldMovement]] = defaultdict(list)
    table = MrrMovement
    columns = (
        *(table.account_id, table.effective_on, table.amount_minor, table.source),
        *(table.movement_id, table.kind, table.import_id),
    )
    for some in batches(sorted(accounts)):
        statement = (
            select(*map(col, columns))
            .where(col(table.account_id).in_(some))
            .order_by(col(table.effective_on), col(table.id))  # within a day as they landed
        )
        for account, day, amount, source, key, kind, number in session.execute(statement):
            held[account].append(HeldMovement(day, amount, (source, key), kind, number))
    return held
