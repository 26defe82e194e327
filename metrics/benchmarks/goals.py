"""Goals: an NRR over twelve months that is aimed at, and what is missing to it."""

from dataclasses import dataclass
from fractions import Fraction

from metrics.money import round_half_up
from metrics.retention import Retention
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """An NRR over twelve months that a scope is to reach."""

    scope: Scope
    nrr: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalGap:
    """A goal beside the twelve months that are held against it.

    ``over`` is NRR less the goal, exact; ``over_minor`` the closing MRR above what the goal asks of
    the opening base, in minor units rounded half up: both are below zero where it is missed.
    """

    goal: Fraction
    over: Fraction
    over_minor: int

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached, compared exactly."""
        return self.over >= 0


def gap_to(goal: Fraction, year: Retention) -> GoalGap | None:
    """Hold twelve months against a goal; None without opening MRR.

    Examples
    --------
    >>> year = Retention(
    ...     accounts_opening=2,
    ...     accounts_retained=2,
    ...     opening=1_000_000,
    ...     expansion=141_000,
    ...     contraction=0,
    ...     churn=0,
    ... )
    >>> gap_to(Fraction(115, 100), year)
    GoalGap(goal=Fraction(23, 20), over=Fraction(-9, 1000), over_minor=-9000)
    """
    if year.nrr is None:
        return None
    over = year.nrr - goal
    return GoalGap(goal=goal, over=over, over_minor=int(round_half_up(over * year.opening, 0)))
