"""Pauses between two boundaries, of the few accounts that a movement says have paused."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from metrics.pauses import LONGEST_DAYS, PAUSE, AccountDay, PauseEffect, PauseOutcome, pause_effect
from storage.tables.views import Account, MrrMovement

_LONGEST = timedelta(days=LONGEST_DAYS)


@dataclass(frozen=True, slots=True)
class Pauses:
    """The effect of pauses on topmost accounts between two boundaries."""

    effects: Mapping[str, PauseEffect]

    def of(self, outcome: PauseOutcome) -> dict[str, int]:
        """Return the MRR in minor units of each account with one outcome."""
        return {
            root: effect.amount_minor
            for root, effect in self.effects.items()
            if effect.outcome is outcome
        }


def read_pauses(session: Session, start: date, end: date) -> Pauses:
    """Read what pauses make of accounts in ``[start, end)``, in one statement."""
    days: defaultdict[str, list[AccountDay]] = defaultdict(list)
    for root, day, net, has_pause in _days(session, start, end):
        days[root].append(AccountDay(day, net, has_pause))
    effects = ((root, pause_effect(changes, start, end)) for root, changes in days.items())
    return Pauses({root: effect for root, effect in effects if effect is not None})


def begins_pause(driver: Mapped[str | None], amount: Mapped[int]) -> ColumnElement[bool]:
    """Tell whether a movement takes part in a pause."""
    # Written out, because an index on pauses alone is of no use to an unknown value.
    return and_(driver == literal(PAUSE, literal_execute=True), amount < 0)


def _days(session: Session, start: date, end: date) -> list[tuple[str, date, int, bool]]:
    movement, begun = MrrMovement, aliased(MrrMovement)
    account, paused = Account, aliased(Account)
    on = col(begun.effective_on)
    candidates = (
        select(col(paused.root_id))
        .join(begun, col(begun.account_id) == col(paused.account_id))
        .where(begins_pause(col(begun.driver), col(begun.amount_minor)))
        .where(or_(*(and_(on >= day - _LONGEST, on < day) for day in (start, end))))
    )
    amount = col(movement.amount_minor)
    is_pause = case((begins_pause(col(movement.driver), amount), 1), else_=0)
    statement = (
        select(
            col(account.root_id),
            col(movement.effective_on),
            func.sum(amount),
            func.max(is_pause),
        )
        .join(movement, col(movement.account_id) == col(account.account_id))
        .where(col(account.root_id).in_(candidates), col(movement.effective_on) < end)
        .group_by(col(account.root_id), col(movement.effective_on))
        .order_by(col(account.root_id), col(movement.effective_on))
    )
    rows = session.execute(statement)
    return [(root, day, int(net), bool(has_pause)) for root, day, net, has_pause in rows]
