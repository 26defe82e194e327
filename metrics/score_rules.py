"""Accounts at risk and ready to expand: rules as data.

A score is the sum of the weights of the signs that an account shows, and of nothing else. The
weights order a list; they are no probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction

SEAT_METRICS: Sequence[str] = ("seat_usage", "seat_utilisation", "seat_utilization")
CAPACITY_METRICS: Sequence[str] = ("capacity_usage", "capacity_utilisation", "capacity_utilization")
LOGIN_METRICS: Sequence[str] = ("logins", "active_users")


@unique
class Sign(StrEnum):
    """Sign that an account may show, of what its ledger, contracts and signals have."""

    LEAVING = "leaving"
    PAST_DUE = "past_due"
    SHRINKING = "shrinking"
    CONTRACTED = "contracted"
    LOGINS_DOWN = "logins_down"
    RENEWS_SOON = "renews_soon"
    NEW_HERE = "new_here"
    NO_OWNER = "no_owner"
    SEATS_FULL = "seats_full"
    NEAR_CAPACITY = "near_capacity"
    GROWING = "growing"


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """The weight of a sign in a score."""

    sign: Sign
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Limits that make a sign; days are counted back from, or on from, the day of the list.

    ``least_change`` is the share of an account's MRR below which a change is none. Seats and
    capacity are shares in use, ``logins_down`` is the share that logins fell by against the
    ``signal_days`` before.
    """

    least_change: Fraction = Fraction(2, 100)
    contraction_days: int = 90
    tenure_days: int = 90
    renewal_days: int = 60
    past_due_days: int = 30
    signal_days: int = 30
    seats: Fraction = Fraction(80, 100)
    capacity: Fraction = Fraction(90, 100)
    logins_down: Fraction = Fraction(50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Rules whose weights add up to a score, and the least with which an account is listed."""

    rules: tuple[ScoreRule, ...]
    least: int


AT_RISK = Ranking(
    rules=(
        ScoreRule(Sign.LEAVING, 50),
        ScoreRule(Sign.PAST_DUE, 30),
        ScoreRule(Sign.SHRINKING, 25),
        ScoreRule(Sign.LOGINS_DOWN, 25),
        ScoreRule(Sign.CONTRACTED, 20),
        ScoreRule(Sign.NEW_HERE, 20),
        ScoreRule(Sign.RENEWS_SOON, 15),
        ScoreRule(Sign.NO_OWNER, 5),
    ),
    least=20,
)
READY = Ranking(
    rules=(
        ScoreRule(Sign.SEATS_FULL, 40),
        ScoreRule(Sign.NEAR_CAPACITY, 35),
        ScoreRule(Sign.GROWING, 25),
    ),
    least=25,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """How right a list was: of the accounts on it, and of all, how many did what it says.

    Of accounts at risk that is to have left, or to pay less, of the others to pay more; ``least``
    is the share of its MRR below which a change is none.
    """

    listed: int
    listed_right: int
    every: int
    every_right: int

    @property
    def precision(self) -> Fraction | None:
        """The share of the listed accounts; None where none was listed."""
        return Fraction(self.listed_right, self.listed) if self.listed else None

    @property
    def base_rate(self) -> Fraction | None:
        """The share of all accounts; None where nobody paid."""
        return Fraction(self.every_right, self.every) if self.every else None
