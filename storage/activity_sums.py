"""Gross activity of a period: every movement by what it did to its account, added up by SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.activity import UNSTATED, ActivityPart
from metrics.movements import MovementKind
from metrics.rollup import Attributes
from storage.models import Account, MonthBalance, MrrMovement

Places = Callable[[set[str]], Mapping[str, Attributes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A period, and what month balances say of its accounts.

    Attributes
    ----------
    base : date or None
        A month start, at or before ``start``, whose balances are known; None to begin with the
        first movement.
    end_is_known : bool
        Whether the balances at ``end`` are known too.
    as_of : datetime or None
        Only what was recorded by then; that needs ``base`` None.
    """

    start: date
    end: date
    base: date | None
    end_is_known: bool
    as_of: datetime | None = None


def activity_parts(
    session: Session, stretch: Stretch, *, sets: Mapping[int, Attributes], place: Places
) -> tuple[ActivityPart, ...]:
    """Return the sums of the events in a period by attributes, kind and driver.

    An account counts where it is when the period opens; one without MRR then, where it is at the
    close. `metrics.activity.tally` does the same event by event.

    Parameters
    ----------
    sets : mapping of int to attributes
        The combinations of attributes by their number.
    place : callable
        From topmost accounts to their attributes: for those that no month balance places.
    """
    rows = session.execute(_sums(stretch)).all()
    placed = place({root for _, root, *_ in rows if root is not None})
    return tuple(
        ActivityPart(
            sets[number] if root is None else placed[root], MovementKind(kind), driver, int(amount)
        )
        for number, root, kind, driver, amount in rows
    )


def _sums(stretch: Stretch) -> Select[Any]:
    """Return attribute set, root of an account without one, kind, driver and amount."""
    event = _classified(stretch).c
    unplaced = case((event.number.is_(None), event.root))
    keys = event.number, unplaced, event.kind, event.driver
    return select(*keys, func.sum(event.amount)).group_by(*keys)


def _classified(stretch: Stretch) -> CTE:
    event = _events(stretch).c
    was_paid = event.nth > 1
    if stretch.base is not None:
        was_paid = or_(was_paid, _earlier(event.root, stretch.base))
    kind = case(
        (and_(event.before == 0, was_paid), MovementKind.REACTIVATION.value),
        (event.before == 0, MovementKind.NEW.value),
        (event.before + event.amount == 0, MovementKind.CHURN.value),
        (event.amount > 0, MovementKind.EXPANSION.value),
        else_=MovementKind.CONTRACTION.value,
    )
    columns = event.number, event.root, kind.label("kind"), event.driver, event.amount
    return select(*columns).where(event.effective_on >= stretch.start).cte("classified")


def _events(stretch: Stretch) -> CTE:
    """Return every change since the base with its account's MRR before it, and which one it is."""
    amount = col(MrrMovement.amount_minor)
    root = col(Account.root_id)
    by_account: dict[str, Any] = {
        "partition_by": root,
        "order_by": (col(MrrMovement.effective_on), col(MrrMovement.id)),
        "rows": (None, 0),
    }
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    statement = (
        select(
            _number(stretch, opening, closing).label("number"),
            root.label("root"),
            col(MrrMovement.effective_on),
            amount.label("amount"),
            func.coalesce(col(MrrMovement.driver), UNSTATED).label("driver"),
            (
                func.coalesce(col(opening.mrr_minor), 0)
                + func.sum(amount).over(**by_account)
                - amount
            ).label("before"),
            func.row_number().over(**by_account).label("nth"),
        )
        .join(Account, col(Account.account_id) == col(MrrMovement.account_id))
        .outerjoin(opening, _on(opening, stretch.base))
        .outerjoin(closing, _on(closing, stretch.end if stretch.end_is_known else None))
        .where(amount != 0, col(MrrMovement.effective_on) < stretch.end)
    )
    if stretch.base is not None:
        statement = statement.where(col(MrrMovement.effective_on) >= stretch.base)
    if stretch.as_of is not None:
        statement = statement.where(col(MrrMovement.recorded_at) <= stretch.as_of)
    return statement.cte("event")


def _number(
    stretch: Stretch, opening: type[MonthBalance], closing: type[MonthBalance]
) -> ColumnElement[int]:
    """Return the attribute set that an account counts under, where month balances can tell."""
    if stretch.base != stretch.start:
        return cast(null(), Integer)
    return func.coalesce(col(opening.attribute_set_id), col(closing.attribute_set_id))


def _on(balance: type[MonthBalance], day: date | None) -> ColumnElement[bool]:
    """Return what joins an account to its balance on a day; on no day there is none."""
    if day is None:
        return false()
    return and_(col(balance.account_id) == col(Account.root_id), col(balance.as_of) == day)


def _earlier(root: ColumnElement[str], base: date) -> ColumnElement[bool]:
    """Tell whether an account ever had MRR before the base: its first change is a gain."""
    account, movement = aliased(Account), aliased(MrrMovement)
    return exists().where(
        col(account.root_id) == root,
        col(movement.account_id) == col(account.account_id),
        col(movement.effective_on) < base,
        col(movement.amount_minor) != 0,
    )
