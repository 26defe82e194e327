"""Gross activity of a period: its movements added up by attributes, kind and driver."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from metrics.activity import UNSTATED, ActivitySum
from metrics.movements import MovementKind
from metrics.rollup import Attributes
from storage.store.statements import batches
from storage.tables.ledger import Account, MonthBalance, MrrMovement

Places = Callable[[set[str]], Mapping[str, Attributes]]
_Key = tuple[int | str, MovementKind, str]
"""The attribute set that an account counts under, or the account where that is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySpan:
    """Days ``[start, end)``, and the month start from whose stored balances they are reached.

    Without a ``base`` the first movement is the beginning; so it is for a past moment ``as_of``.
    """

    start: date
    end: date
    base: date | None
    as_of: datetime | None = None


def activity_parts(
    session: Session, span: ActivitySpan, *, sets: Mapping[int, Attributes], place: Places
) -> tuple[ActivitySum, ...]:
    """Add up the movements of a period by attributes, kind and driver.

    An account counts where it is when the period opens; one without MRR then, where it is at the
    close.

    Parameters
    ----------
    sets : mapping of int to attributes
        The combinations of attributes by their number.
    place : callable
        From topmost accounts to their attributes: for those that did not pay when it opened.
    """
    opening = _opening(session, span)
    events = _Events(balances={root: mrr for root, (mrr, _) in opening.items()})
    if span.base == span.start:
        events.numbers.update((root, number) for root, (_, number) in opening.items())
    roots = _roots(session)
    for account, counts, amount, driver in _movements(session, span):
        events.add(roots.get(account, account), amount, driver or UNSTATED, counts=counts)
    returning = _paid_before(session, events.gained, span)
    placed = place({key for key, _, _ in events.sums if isinstance(key, str)})
    return tuple(
        ActivitySum(
            placed[key] if isinstance(key, str) else sets[key],
            MovementKind.REACTIVATION if kind is MovementKind.NEW and key in returning else kind,
            driver,
            amount,
        )
        for (key, kind, driver), amount in events.sums.items()
    )


@dataclass(slots=True)
class _Events:
    """Balances after the events so far, and the sums of these.

    ``gained`` are accounts whose first event found them without MRR: new as far as is known.
    """

    balances: dict[str, int]
    numbers: dict[str, int] = field(default_factory=dict)
    gained: set[str] = field(default_factory=set)
    sums: defaultdict[_Key, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, root: str, amount: int, driver: str, *, counts: bool) -> None:
        """Take the next event; it is only added up if it counts."""
        before = self.balances.get(root)
        after = self.balances[root] = (before or 0) + amount
        if before is None:  # no balance at the base: whether it ever paid is asked at the end
            kind = MovementKind.NEW
            self.gained.add(root)
        elif before == 0:
            kind = MovementKind.REACTIVATION
        elif after == 0:
            kind = MovementKind.CHURN
        else:
            kind = MovementKind.EXPANSION if amount > 0 else MovementKind.CONTRACTION
        if counts:
            self.sums[self.numbers.get(root, root), kind, driver] += amount


def _opening(session: Session, span: ActivitySpan) -> dict[str, tuple[int, int]]:
    if span.base is None:
        return {}
    balance = MonthBalance
    statement = select(
        col(balance.account_id), col(balance.mrr_minor), col(balance.attribute_set_id)
    ).where(col(balance.as_of) == span.base)
    return {root: (int(mrr), number) for root, mrr, number in _rows(session, statement)}


def _roots(session: Session) -> dict[str, str]:
    account, root = col(Account.account_id), col(Account.root_id)
    statement = select(account, root).where(account != root)
    return {row[0]: row[1] for row in _rows(session, statement)}


def _movements(session: Session, span: ActivitySpan) -> Iterator[tuple[str, bool, int, str | None]]:
    day, amount = col(MrrMovement.effective_on), col(MrrMovement.amount_minor)
    statement = (
        select(col(MrrMovement.account_id), day >= span.start, amount, col(MrrMovement.driver))
        .where(day < span.end, amount != 0)  # renewals and handovers carry no money
        .order_by(day, col(MrrMovement.id))
    )
    if span.base is not None:
        statement = statement.where(day >= span.base)
    if span.as_of is not None:
        statement = statement.where(col(MrrMovement.recorded_at) <= span.as_of)
    for account, counts, change, driver in _rows(session, statement):
        yield account, bool(counts), int(change), driver


def _paid_before(session: Session, roots: Iterable[str], span: ActivitySpan) -> set[str]:
    found: set[str] = set()
    if span.base is None:
        return found
    for some in batches(sorted(roots)):
        statement = (
            select(col(Account.root_id))
            .join(MrrMovement, col(MrrMovement.account_id) == col(Account.account_id))
            .where(
                col(Account.root_id).in_(some),
                col(MrrMovement.effective_on) < span.base,
                col(MrrMovement.amount_minor) != 0,  # the first one that is not is a gain
            )
            .group_by(col(Account.root_id))
        )
        found.update(root for (root,) in _rows(session, statement))
    return found


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterable[Any]:
    # As the driver has them: a session would make a new object of every row.
    connection = session.connection(bind_arguments={"clause": statement})
    return connection.execute(statement)
