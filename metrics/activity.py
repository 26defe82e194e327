"""Gross activity: the sum of a period's movements by kind and driver. It never feeds a ratio."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from metrics.movements import MovementKind
from metrics.rollup import Attributes, Scope, matches

UNSTATED = "(not stated)"


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

    def drivers_of(self, kind: MovementKind) -> dict[str, int]:
        """Return one kind's drivers, the largest amount first."""
        found = {driver: sum_ for (of, driver), sum_ in self.by_driver.items() if of is kind}
        return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


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
