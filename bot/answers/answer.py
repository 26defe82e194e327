"""An answer: the figures of one period, as values that everything else shows."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from bot.questions.parsing import Question
from bot.trends.trend import Trend
from metrics.activity import Activity
from metrics.annualisation import annualised
from metrics.periods import Period
from metrics.retention import OutsideCohort, Retention

DEFINITION = "v1"
"""The version of docs/definitions.md that every figure follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The retention of the question's scope over another period."""

    period: Period
    retention: Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One value of a dimension; ``weight`` is its share of the scope's opening MRR."""

    dimension: str
    value: str
    retention: Retention
    weight: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that is said about one question; amounts are minor units of ``currency``.

    ``previous`` and ``trailing`` (twelve months) are None where the ledger has no opening MRR for
    them. ``closed_through`` is the first day after the last closed month. ``as_of`` is the past
    moment whose knowledge was asked for, None for all there is. ``away_since`` is when the
    warehouse was last seen, None if it is there or there is none.
    """

    question: Question
    currency: str
    retention: Retention
    outside: OutsideCohort
    previous: Measured | None
    trailing: Measured | None
    breakdown: tuple[Slice, ...]
    activity: Activity
    data_version: int
    data_as_of: datetime
    closed_through: date | None
    as_of: datetime | None = None
    away_since: datetime | None = None
    definition: str = DEFINITION

    @property
    def period(self) -> Period:
        """The period asked about."""
        return self.question.period

    @property
    def annualised(self) -> Fraction | None:
        """The run rate of a whole month; None for any other period."""
        if self.retention.nrr is None or not (self.period.is_month and self.period.complete):
            return None
        return annualised(self.retention.nrr)

    @property
    def nrr_change(self) -> Fraction | None:
        """NRR less that of the previous period; None where either is undefined."""
        before = self.previous.retention.nrr if self.previous else None
        if self.retention.nrr is None or before is None:
            return None
        return self.retention.nrr - before

    @property
    def opening_total(self) -> int:
        """All MRR of the scope when the period opened."""
        return self.retention.opening

    @property
    def closing_total(self) -> int:
        """All MRR of the scope at the close, new and returning accounts included."""
        return self.retention.closing + self.outside.new + self.outside.returning


Reply = Answer | Trend
"""What a question gets: an answer about one period, or a trend."""
