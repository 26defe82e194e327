"""Which account took the most out of an opening base between two month starts."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.alerts.series import AccountLoss
from metrics.rollup import Attributes, Scope, matches
from storage.tables.ledger import MonthBalance

SetLoss = tuple[int, AccountLoss]
"""A combination of attributes by its number, and the account in it that lost the most."""


def largest_losses(session: Session, start: date, end: date) -> tuple[SetLoss, ...]:
    """Return the costliest account of each combination of attributes, whatever the scope.

    All balances of the month are looked at once; the database keeps one of each combination.
    """
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    number, account = col(opening.attribute_set_id), col(opening.account_id)
    lost = col(opening.mrr_minor) - func.coalesce(col(closing.mrr_minor), 0)
    place = func.row_number().over(partition_by=number, order_by=(lost.desc(), account))
    losses = (
        select(
            number.label("number"),
            account.label("account"),
            lost.label("lost"),
            place.label("place"),
        )
        .select_from(opening)
        .outerjoin(closing, and_(col(closing.account_id) == account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start, lost > 0)
        .subquery()
    )
    statement = select(losses.c.number, losses.c.account, losses.c.lost).where(losses.c.place == 1)
    return tuple(
        (number, AccountLoss(account=account, lost_minor=int(lost)))
        for number, account, lost in session.execute(statement)
    )


def costliest(
    losses: Iterable[SetLoss], sets: Mapping[int, Attributes], scope: Scope
) -> AccountLoss | None:
    """Return the costliest account of a scope; of equal ones the first by id, None without any."""
    inside = (loss for number, loss in losses if matches(sets[number], scope))
    return min(inside, key=lambda loss: (-loss.lost_minor, loss.account), default=None)
