"""Accounts that took so much out of an opening base alone, of each scope the costliest first."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.alerts.series import AccountLoss
from metrics.rollup import Attributes, Scope, matches
from storage.tables.ledger import MonthBalance

if TYPE_CHECKING:  # the type alone: month-aligned answers do without pandas
    from storage.balances.any_days import AnyDays

Losses = Mapping[Scope, tuple[AccountLoss, ...]]


def losses_between_months(
    session: Session,
    start: date,
    end: date,
    least: Mapping[Scope, Fraction],
    *,
    sets: Mapping[int, Attributes],
) -> Losses:
    """Return the losses of at least so much between two month starts whose balances are stored."""
    found = _by_set(session, start, end, least=min(least.values()))
    return {
        scope: tuple(
            loss
            for number, loss in found
            if loss.lost_minor >= minor and matches(sets[number], scope)
        )
        for scope, minor in least.items()
    }


def losses_between_days(
    start: date, end: date, least: Mapping[Scope, Fraction], *, days: "AnyDays"
) -> Losses:
    """Return the losses of at least so much between any two days."""
    return {scope: _within(start, end, scope, least[scope], days) for scope in least}


def _within(
    start: date, end: date, scope: Scope, least: Fraction, days: "AnyDays"
) -> tuple[AccountLoss, ...]:
    found = (
        AccountLoss(account=account, lost_minor=opening - closing, opening_minor=opening)
        for account, opening, closing in days.members(start, end, scope)
        if opening - closing >= least
    )
    return tuple(sorted(found, key=lambda loss: (-loss.lost_minor, loss.account)))


def _by_set(
    session: Session, start: date, end: date, *, least: Fraction
) -> list[tuple[int, AccountLoss]]:
    """Return each loss of at least so much with the number of its attributes, the most first."""
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    number, account = col(opening.attribute_set_id), col(opening.account_id)
    before = col(opening.mrr_minor)
    lost = before - func.coalesce(col(closing.mrr_minor), 0)
    statement = (
        select(number, account, lost, before)
        .select_from(opening)
        .outerjoin(closing, and_(col(closing.account_id) == account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start, lost >= ceil(least))
        .order_by(lost.desc(), account)
    )
    return [
        (number, AccountLoss(account=account, lost_minor=int(lost), opening_minor=int(before)))
        for number, account, lost, before in session.execute(statement)
    ]
