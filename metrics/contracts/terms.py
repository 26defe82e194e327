"""Terms of contracts as they were signed, and what became of them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum, unique
from fractions import Fraction
from typing import NamedTuple

LONGEST_PAST_DUE = timedelta(days=30)
"""As long as this a term counts whose payment failed, or until it was cancelled and is over."""


@unique
class Cadence(IntEnum):
    """Time that an amount is for: so many months, the whole term, or a fee that is paid once."""

    ONCE = -1
    TOTAL = 0
    MONTH = 1
    QUARTER = 3
    HALF_YEAR = 6
    YEAR = 12


@unique
class TermStatus(StrEnum):
    """Where a term stands today, as its source says."""

    ACTIVE = "active"
    TRIAL = "trial"
    PAUSED = "paused"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    UNSIGNED = "unsigned"


STATUSES = tuple(TermStatus)
"""By the numbers that rows and arrays have for them."""


class Position(NamedTuple):
    """Product and currency in which an account has a balance."""

    product: str | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Price of a term: ``amount_minor`` for each ``cadence``, before the discount.

    The discount takes ``discount_minor`` of it away, or ``discount_share`` of it, up to and with
    ``discount_last``, or for good. ``seats`` is how many are paid for.
    """

    amount_minor: int
    cadence: Cadence = Cadence.TOTAL
    discount_minor: int = 0
    discount_share: Fraction = Fraction(0)
    discount_last: date | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Renewing:
    """Whether a term goes on at its end, and by which share more a year; None says nothing."""

    goes_on: bool | None = None
    escalator: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCourse:
    """Course that a term has taken.

    ``cancelled_on`` is the day of the notice, ``paused_on`` and ``resumed_on`` are the first days
    without and again with pay, ``trial_last`` is the last free day, and ``past_due_since`` the day
    of the first payment that failed.
    """

    status: TermStatus = TermStatus.ACTIVE
    cancelled_on: date | None = None
    paused_on: date | None = None
    resumed_on: date | None = None
    trial_last: date | None = None
    past_due_since: date | None = None

    @property
    def has_notice(self) -> bool:
        """Whether notice was given, be its day known or not."""
        return self.cancelled_on is not None or self.status is TermStatus.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of one account: from ``start`` until ``last``, its last paid day, or without end.

    Where ``last`` is the very day on which a whole number of months is over, it is that day's
    beginning. ``amends`` is the contract of which this term replaces the rest.
    """

    start: date
    last: date | None
    position: Position
    price: Price
    contract: str | None = None
    amends: str | None = None
    renewing: Renewing = Renewing()
    course: TermCourse = field(default_factory=TermCourse)
    is_usage: bool = False

    @property
    def is_committed(self) -> bool:
        """Whether it ever counts as committed MRR: no usage, one-off fee, trial or mere offer."""
        return (
            not self.is_usage
            and self.price.cadence is not Cadence.ONCE
            and self.course.status not in (TermStatus.TRIAL, TermStatus.UNSIGNED)
        )
