"""A trend question to its Trend: one rolling window per month, for the scope and its values."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from bot.questions.parsing import Question
from metrics.periods import Period
from metrics.retention import Retention
from metrics.trends import WINDOWS, Direction, direction

A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The retention over the window that ends with one month, or in it while it runs."""

    period: Period
    retention: Retention


@dataclass(frozen=True, kw_only=True)
class Series:
    """The points of one value of a dimension, the oldest first; of the whole scope without one.

    Where a value had no opening MRR its ratios are undefined.
    """

    dimension: str | None = None
    value: str | None = None
    points: tuple[Point, ...]

    @cached_property
    def complete(self) -> tuple[Point, ...]:
        """The points of windows that are over: no other is compared with them."""
        return tuple(point for point in self.points if point.period.complete)

    @property
    def latest(self) -> Point | None:
        """The newest of the complete points."""
        return self.complete[-1] if self.complete else None

    @property
    def running(self) -> Point | None:
        """The point of the month that is not over; None where there is none."""
        last = self.points[-1]
        return None if last.period.complete else last

    @property
    def previous(self) -> Point | None:
        """The complete point of the month before the latest."""
        return self.complete[-2] if len(self.complete) > 1 else None

    @property
    def year_before(self) -> Point | None:
        """The complete point a year before the latest; the first one where there is none."""
        return self.complete[-min(len(self.complete), 1 + A_YEAR)] if self.previous else None

    @cached_property
    def direction(self) -> Direction:
        """Which way its NRR went over the last three changes of complete windows."""
        return direction([point.retention.nrr for point in self.complete])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Everything that is said about one trend; amounts are minor units of ``currency``.

    ``series`` begins with the whole scope; the values of the dimension asked for follow, the
    largest latest opening base first. All have points for the same windows. ``months_left_out``
    counts the first months asked for, whose windows open when nobody in the ledger paid yet.
    ``closed_through`` is the first day after the last closed month. ``away_since`` is when the
    warehouse was last seen, None if it is there or there is none.
    """

    question: Question
    currency: str
    series: tuple[Series, ...]
    months_left_out: int
    data_version: int
    data_as_of: datetime
    closed_through: date | None
    as_of: datetime | None = None
    away_since: datetime | None = None
    definition: str

    @property
    def window(self) -> int:
        """How many months each window has."""
        return self.question.window or WINDOWS[-1]

    @property
    def whole(self) -> Series:
        """The series of the whole scope."""
        return self.series[0]

    @property
    def parts(self) -> tuple[Series, ...]:
        """The series of the single values; none where nothing was asked to be split."""
        return self.series[1:]
