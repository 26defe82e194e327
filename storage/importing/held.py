"""Contents of the ledger when an import begins, and its balances of the accounts in a file."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.movements import KINDS, MovementKind
from storage.columns.control_totals import read_control_totals
from storage.columns.live import is_live
from storage.importing.labels import number_of_source
from storage.importing.waiting import has_waiting
from storage.store.numbering import has_rows
from storage.store.statements import batches
from storage.tables.facts import (
    AccountRow,
    AttributeRow,
    Currency,
    MovementRow,
    ParentRow,
    SourceName,
)

Unit = tuple[str, str]
"""An account and a currency: it has a balance in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerContents:
    """Kinds of rows that the ledger holds; those that it does not hold are not looked for later.

    ``net_by_month`` adds up the net movements of all months without their signs, in minor units.
    """

    has_accounts: bool
    has_movements: bool
    has_source: bool
    has_attributes: bool
    has_parents: bool
    net_by_month: int

    @property
    def is_empty(self) -> bool:
        """Whether what is imported now is the whole ledger."""
        return not (self.has_movements or self.has_attributes or self.has_parents)


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
    kind: MovementKind = MovementKind.UNCHANGED
    import_id: int = 0


def read_contents(session: Session, source: str) -> LedgerContents:
    """Look whether the ledger holds movements, of this source too, and attributes.

    Those that wait for their day are among the source's.
    """
    # A currency and a source are known once they have a movement.
    return LedgerContents(
        has_accounts=has_rows(session, AccountRow),
        has_movements=has_rows(session, Currency),
        has_source=number_of_source(session, source) is not None or has_waiting(session, source),
        has_attributes=has_rows(session, AttributeRow),
        has_parents=has_rows(session, ParentRow),
        net_by_month=sum(map(abs, read_control_totals(session).values())),
    )


def held_balances(session: Session, accounts: Iterable[str]) -> dict[Unit, HeldBalance]:
    """Return the balance of each of the accounts that has movements, in each currency.

    Rows that were taken back never were: an account that had nothing else has not paid.
    """
    return {unit: held for some in batches(accounts) for unit, held in _balances(session, some)}


def _balances(session: Session, accounts: Collection[str]) -> Iterator[tuple[Unit, HeldBalance]]:
    account, currency, day = map(col, (MovementRow.account, MovementRow.currency, MovementRow.day))
    numbers = select(col(AccountRow.number)).where(col(AccountRow.account_id).in_(accounts))
    by_day = (
        select(account, currency, day, func.sum(col(MovementRow.amount_minor)).label("net"))
        .where(account.in_(numbers), is_live())
        .group_by(account, currency, day)
        .subquery()
        .c
    )
    name, code = col(AccountRow.account_id), col(Currency.code)
    sums = (
        select(name, code, func.max(by_day.day), func.sum(by_day.net), func.max(by_day.net))
        .join(AccountRow, col(AccountRow.number) == by_day.account)
        .join(Currency, col(Currency.number) == by_day.currency)
        .group_by(name, code)
    )
    for *unit, last_day, balance, largest in session.execute(sums):
        # No day closed below zero, so one that gained anything closed above.
        yield (unit[0], unit[1]), HeldBalance(last_day, int(balance), largest > 0)


def held_movements(session: Session, accounts: Collection[str]) -> dict[Unit, list[HeldMovement]]:
    """Return every movement that the ledger holds of the accounts, by currency, in its order."""
    held: defaultdict[Unit, list[HeldMovement]] = defaultdict(list)
    table = MovementRow
    statement = (
        select(
            *map(col, (AccountRow.account_id, Currency.code, table.day, table.amount_minor)),
            *map(col, (SourceName.name, table.movement_id, table.kind, table.import_id)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .join(SourceName, col(SourceName.number) == col(table.source))
        .where(is_live())
        .order_by(col(table.day), col(table.id))  # within a day as they landed
    )
    for some in batches(sorted(accounts)):
        rows = session.execute(statement.where(col(AccountRow.account_id).in_(some)))
        for account, code, day, amount, source, key, kind, number in rows:
            one = HeldMovement(day, amount, (source, key), KINDS[kind], number)
            held[account, code].append(one)
    return held
