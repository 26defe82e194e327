"""Gross activity of a period: its changes added up by attributes, kind and driver."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, Text, func, select, type_coerce
from sqlmodel import Session, col

from metrics.activity import UNSTATED, ActivitySum, net_by_driver
from metrics.movements import MovementKind, classify
from metrics.pauses import PAUSE
from metrics.rollup import Attributes
from storage.store.statements import batches
from storage.tables.ledger import Account, MonthBalance, MrrMovement

Places = Callable[[set[str]], Mapping[str, Attributes]]
_Key = tuple[int | str, MovementKind, str]
"""The attribute set that an account counts under, or the account where that is not known yet."""
_Movement = tuple[str, bool, str, int, str | None]
"""A day, whether it counts, and the account, amount and driver of a movement on it."""


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
    """Add up the changes of a period by attributes, kind and driver, one an account and day.

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
    for (_, counts), day in groupby(_movements(session, span), key=itemgetter(0, 1)):
        for root, by_driver, has_pause in _changes(day, roots):
            events.add(root, by_driver, has_pause=has_pause, counts=bool(counts))
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
    """Balances after the changes so far, and the sums of these.

    ``gained`` are accounts whose first change found them without MRR: new as far as is known.
    """

    balances: dict[str, int]
    numbers: dict[str, int] = field(default_factory=dict)
    gained: set[str] = field(default_factory=set)
    sums: defaultdict[_Key, int] = field(default_factory=lambda: defaultdict(int))

    def add(
        self, root: str, by_driver: Mapping[str, int], *, has_pause: bool, counts: bool
    ) -> None:
        """Take the next change; it is only added up if it counts."""
        parts = net_by_driver(by_driver)
        if not parts:
            return
        before = self.balances.get(root)
        after = self.balances[root] = (before or 0) + sum(parts.values())
        if before is None:  # no balance at the base: whether it ever paid is asked at the end
            self.gained.add(root)
        kind = classify(before or 0, after, has_paid=before is not None)
        if kind is MovementKind.CHURN and has_pause:
            kind = MovementKind.CONTRACTION  # its logo is kept for a while
        if counts:
            for driver, amount in parts.items():
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


def _movements(session: Session, span: ActivitySpan) -> Iterable[_Movement]:
    day, amount = col(MrrMovement.effective_on), col(MrrMovement.amount_minor)
    columns = col(MrrMovement.account_id), amount, col(MrrMovement.driver)
    statement = (
        select(type_coerce(day, Text), day >= span.start, *columns)
        .where(day < span.end, amount != 0)  # renewals and handovers carry no money
        .order_by(day)
    )
    if span.base is not None:
        statement = statement.where(day >= span.base)
    if span.as_of is not None:
        statement = statement.where(col(MrrMovement.recorded_at) <= span.as_of)
    return _rows(session, statement)


def _changes(
    day: Iterable[_Movement], roots: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, int], bool]]:
    """Yield what each account did on one day, by driver, and whether a pause took part."""
    found: dict[str, dict[str, int]] = {}
    paused: set[str] = set()
    for _, _, account, amount, driver in day:
        root, name = roots.get(account, account), driver or UNSTATED
        by_driver = found.setdefault(root, {})
        by_driver[name] = by_driver.get(name, 0) + int(amount)
        if name == PAUSE and amount < 0:
            paused.add(root)
    for root, by_driver in found.items():
        yield root, by_driver, root in paused


def _paid_before(session: Session, roots: Iterable[str], span: ActivitySpan) -> set[str]:
    found: set[str] = set()
    if span.base is None:
        return found
    root, day = col(Account.root_id), col(MrrMovement.effective_on)
    for some in batches(sorted(roots)):
        statement = (
            select(root)
            .distinct()
            .join(MrrMovement, col(MrrMovement.account_id) == col(Account.account_id))
            .where(root.in_(some), day < span.base)
            .group_by(root, day)
            .having(func.sum(col(MrrMovement.amount_minor)) != 0)  # the first such day is a gain
        )
        found.update(root for (root,) in _rows(session, statement))
    return found


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterable[Any]:
    # As the driver has them: a session would make a new object of every row.
    connection = session.connection(bind_arguments={"clause": statement})
    return connection.execute(statement)
