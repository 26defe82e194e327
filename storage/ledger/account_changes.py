"""Accounts that moved an opening base the most between two days, gains and losses apart."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.rollup import Attributes, Scope, matches
from storage.store.statements import batches
from storage.tables.ledger import Account, MonthBalance

if TYPE_CHECKING:  # the type alone: month-aligned answers do without pandas
    from storage.balances.any_days import AnyDays


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """One account of an opening base, in minor units; its attributes are those at the opening.

    ``is_paused`` tells of one that pays nothing at the close whether it has only paused.
    """

    account_id: str
    name: str | None
    opening: int
    closing: int
    attributes: Attributes
    is_paused: bool = False

    @property
    def change(self) -> int:
        """MRR that it added to the base, below zero for a loss."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """The largest changes of either kind, the largest first; equal ones by account."""

    gains: tuple[AccountChange, ...] = ()
    losses: tuple[AccountChange, ...] = ()

    def with_pauses(self, paused: Callable[[], Collection[str]]) -> "AccountChanges":
        """Mark the losses that are pauses; they are asked for only if somebody pays nothing."""
        if all(loss.closing for loss in self.losses):
            return self
        accounts = paused()
        losses = (replace(loss, is_paused=loss.account_id in accounts) for loss in self.losses)
        return replace(self, losses=tuple(losses))


_Row = tuple[str, int, int]
"""An account and its MRR at the two ends."""


def changes_between_months(
    session: Session,
    start: date,
    end: date,
    *,
    most: int,
    sets: Mapping[int, Attributes],
    scope: Scope = (),
) -> AccountChanges:
    """Return the largest changes between two month starts whose balances are stored.

    The database sorts and cuts them off: no more than ``most`` of each kind are read.
    """
    inside = [number for number, held in sets.items() if matches(held, scope)] if scope else None
    found = [
        _at_month_starts(session, start, end, most=most, inside=inside, sign=sign)
        for sign in (1, -1)
    ]
    numbers = {account: number for rows in found for (account, *_), number in rows}
    placed = {account: sets[number] for account, number in numbers.items()}
    return _named(session, [[row for row, _ in rows] for rows in found], placed)


def changes_between_days(
    session: Session, start: date, end: date, *, most: int, days: "AnyDays", scope: Scope = ()
) -> AccountChanges:
    """Return the largest changes between any two days."""
    members = days.members(start, end, scope)
    found = [_largest(members, most, sign) for sign in (1, -1)]
    accounts = {account for rows in found for account, *_ in rows}
    return _named(session, found, days.attributes_of(accounts, start, end))


def _at_month_starts(
    session: Session, start: date, end: date, *, most: int, inside: Sequence[int] | None, sign: int
) -> list[tuple[_Row, int]]:
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    before, after = col(opening.mrr_minor), func.coalesce(col(closing.mrr_minor), 0)
    number, account = col(opening.attribute_set_id), col(opening.account_id)
    moved = (after - before) * sign
    statement = (
        select(account, before, after, number)
        .select_from(opening)
        .outerjoin(closing, and_(col(closing.account_id) == account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start, moved > 0)
        .order_by(moved.desc(), account)
        .limit(most)
    )
    # A scope can have more attribute sets than a statement takes: the largest of each, then of all.
    groups = [statement]
    if inside is not None:
        groups = [statement.where(number.in_(some)) for some in batches(inside)]
    rows = [
        ((row[0], int(row[1]), int(row[2])), int(row[3]))
        for one in groups
        for row in session.execute(one)
    ]
    return nsmallest(most, rows, key=lambda row: _rank(row[0], sign))


def _largest(members: Iterable[_Row], most: int, sign: int) -> list[_Row]:
    moved = (row for row in members if (row[2] - row[1]) * sign > 0)
    return nsmallest(most, moved, key=lambda row: _rank(row, sign))


def _rank(row: _Row, sign: int) -> tuple[int, str]:
    account, opening, closing = row
    return (opening - closing) * sign, account


def _named(
    session: Session, found: Sequence[Sequence[_Row]], placed: Mapping[str, Attributes]
) -> AccountChanges:
    statement = select(col(Account.account_id), col(Account.name)).where(
        col(Account.account_id).in_(sorted(placed))
    )
    names = {row.account_id: row.name for row in session.execute(statement)}
    gains, losses = (
        tuple(
            AccountChange(
                account_id=account,
                name=names[account],
                opening=opening,
                closing=closing,
                attributes=placed[account],
            )
            for account, opening, closing in rows
        )
        for rows in found
    )
    return AccountChanges(gains=gains, losses=losses)
