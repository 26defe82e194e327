"""Gross activity: the sum of a period's changes by kind and driver. It never feeds a ratio.

All that one account does on one day is one change: a plan swapped through a churn and a new is
what they come to together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from metrics.movements import MovementKind

UNSTATED = "(not stated)"
CROSS_SELL = "cross_sell"
"""The driver of a product that an account did not have, where its source gives none."""


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
