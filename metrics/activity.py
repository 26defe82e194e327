"""Gross activity: the sum of a period's changes by kind and driver. It never feeds a ratio.

All that one account does on one day is one change: a plan swapped through a churn and a new is
what they come to together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from metrics.movements import MovementKind
from metrics.rollup import Attributes, Scope, matches

UNSTATED = "(not stated)"
CROSS_SELL = "cross_sell"
"""The driver of a product that an account did not have, where its source gives none."""


@dataclass(frozen=True, slots=True)
class ActivitySum:
    """Sum of one kind and driver by accounts with the same attributes, in signed minor units."""

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

    def without(self, kinds: Collection[MovementKind]) -> "Activity":
        """Return the sums of all other kinds."""
        return Activity(
            {kind: sum_ for kind, sum_ in self.by_kind.items() if kind not in kinds},
            {of: sum_ for of, sum_ in self.by_driver.items() if of[0] not in kinds},
        )

    def drivers_of(self, kind: MovementKind) -> dict[str, int]:
        """Return one kind's drivers, the largest amount first."""
        found = {driver: sum_ for (of, driver), sum_ in self.by_driver.items() if of is kind}
        return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


def net_by_driver(amounts: Mapping[str, int]) -> dict[str, int]:
    """Split one day's net change of an account over the drivers that took part, exactly.

    Each driver's own sum stands where all go one way. Where some go against the net, it is split
    over the others in proportion, by the largest remainder; of equal ones the first by name.

    Parameters
    ----------
    amounts : mapping of str to int
        The day's sum of each driver, in signed minor units.

    Examples
    --------
    >>> net_by_driver({"seats": 200, "price": 100, "usage": -100})
    {'price': 67, 'seats': 133}
    """
    net = sum(amounts.values())
    same = {name: amount for name, amount in sorted(amounts.items()) if amount * net > 0}
    together = sum(same.values())
    if together == net:
        return same
    shares = {name: divmod(abs(net * amount), abs(together)) for name, amount in same.items()}
    missing = abs(net) - sum(whole for whole, _ in shares.values())
    raised = sorted(shares, key=lambda name: -shares[name][1])[:missing]
    sign = 1 if net > 0 else -1
    return {name: sign * (whole + (name in raised)) for name, (whole, _) in shares.items()}


def gather(parts: Iterable[ActivitySum], scope: Scope = ()) -> Activity:
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
