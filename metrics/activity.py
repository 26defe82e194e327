"""Gross activity: the sum of events by kind and by driver. It never feeds a ratio."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from metrics.movements import MovementKind, classify
from metrics.rollup import Attributes, Scope, matches

UNSTATED = "(not stated)"


@dataclass(frozen=True, slots=True)
class Event:
    """One movement as activity sees it: signed minor units of an account's MRR."""

    account_id: str
    amount_minor: int
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityPart:
    """What accounts with the same attributes did in one way: a sum of signed minor units."""

    attributes: Attributes
    kind: MovementKind
    driver: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Signed sums of a period's events, in minor units.

    ``by_driver`` splits each kind by the reason its source gave, `UNSTATED` where it gave none.
    """

    by_kind: Mapping[MovementKind, int] = field(default_factory=dict)
    by_driver: Mapping[tuple[MovementKind, str], int] = field(default_factory=dict)

    @property
    def net(self) -> int:
        """Sum of all events: how total MRR changed."""
        return sum(self.by_kind.values())

    def drivers_of(self, kind: MovementKind) -> dict[str, int]:
        """Return one kind's drivers, the largest amount first."""
        found = {driver: sum_ for (of, driver), sum_ in self.by_driver.items() if of is kind}
        return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


def gather(parts: Iterable[ActivityPart], scope: Scope = ()) -> Activity:
    """Sum the parts of one scope; kinds and drivers come in the order of their names' tables."""
    by_driver: defaultdict[tuple[MovementKind, str], int] = defaultdict(int)
    for part in parts:
        if matches(part.attributes, scope):
            by_driver[part.kind, part.driver] += part.amount_minor
    by_kind: defaultdict[MovementKind, int] = defaultdict(int)
    for (kind, _), amount in by_driver.items():
        by_kind[kind] += amount
    return Activity(
        {kind: by_kind[kind] for kind in MovementKind if kind in by_kind},
        dict(sorted(by_driver.items())),
    )


def tally(
    events: Iterable[Event], *, opening: Mapping[str, int], paid_before: Collection[str]
) -> Activity:
    """Sum a period's events by what each did to its account at that moment.

    Parameters
    ----------
    events : iterable of Event
        Every movement in the period, in the order they took effect.
    opening : mapping of account to int
        MRR when the period opened, minor units; an account that is missing had none.
    paid_before : collection of accounts
        Accounts that had MRR at any time before the period; those with an opening balance are
        known to, named here or not.

    Returns
    -------
    Activity
        Kinds without an event are left out.
    """
    balance = dict(opening)
    paid = {*paid_before, *(account for account, mrr in opening.items() if mrr > 0)}
    by_kind: dict[MovementKind, int] = defaultdict(int)
    by_driver: dict[tuple[MovementKind, str], int] = defaultdict(int)
    for event in events:
        before = balance.get(event.account_id, 0)
        after = before + event.amount_minor
        kind = classify(before, after, has_paid=event.account_id in paid)
        balance[event.account_id] = after
        if after > 0:
            paid.add(event.account_id)
        if kind is not MovementKind.UNCHANGED:
            by_kind[kind] += event.amount_minor
            by_driver[kind, event.driver or UNSTATED] += event.amount_minor
    return Activity(dict(by_kind), dict(by_driver))
