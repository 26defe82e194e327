"""Two groups of accounts, or two periods, beside each other, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.questions.grounded import GroundedReply
from metrics.change import Change, explain
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One side: whose figures, over which period; amounts in minor units.

    ``year`` is the twelve months that end with the period, None where they are not known or must
    not be shown; ``values`` split the base, empty where they do not.
    """

    scope: Scope
    period: Period
    is_rest: bool = False
    retention: Retention
    year_period: Period
    year: Retention | None
    values: Mapping[str, Retention]


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class Comparison(GroundedReply):
    """The reply to ``A vs B``: the left side is what is asked about, the right one the other.

    ``dimension`` splits both sides; None where nothing does.
    """

    dimension: str | None
    left: Column
    right: Column

    @property
    def is_of_periods(self) -> bool:
        """Whether the sides are two periods of the same accounts."""
        return len(self.question.scopes) == 1

    @cached_property
    def change(self) -> Change | None:
        """The difference, left less right, by the values of the dimension; None without them."""
        if not (self.left.values and self.right.values):
            return None
        return explain(self.right.values, self.left.values)
