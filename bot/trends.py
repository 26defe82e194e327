"""A trend question to its Trend: one rolling window per month, for the scope and its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import dropwhile

from bot.errors import UsageError
from bot.questions import Question
from metrics.periods import Period
from metrics.retention import NOTHING, Retention
from metrics.trends import WINDOWS, Direction, direction, rolling_windows
from storage.ledger import Ledger

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


@dataclass(frozen=True, slots=True)
class _Window:
    """What was measured over one window: the company, the scope and its values."""

    period: Period
    company: Retention
    scope: Retention
    values: Mapping[str, Retention]


def trend_of(
    ledger: Ledger,
    question: Question,
    *,
    today: date,
    definition: str,
    as_of: datetime | None = None,
) -> Trend:
    """Return the trend that ``question``, which has a window, asks for.

    Raises
    ------
    UsageError
        If nobody paid yet when any of the windows opened.
    """
    periods = rolling_windows(question.period, window=question.window or WINDOWS[-1], today=today)
    windows = [_measure(ledger, question, period) for period in periods]
    told = list(dropwhile(lambda window: not window.company.opening, windows))
    if not told:
        raise UsageError(
            "nobody paid yet when these windows opened: ask for later months, or shorter windows"
            " with monthly"
        )
    state = ledger.state()
    return Trend(
        question=question,
        currency=state.currency,
        series=(_whole(told), *_parts(told, question.dimension)),
        months_left_out=len(windows) - len(told),
        data_version=state.data_version,
        data_as_of=state.data_as_of,
        closed_through=state.closed_through,
        as_of=as_of,
        definition=definition,
    )


def _measure(ledger: Ledger, question: Question, period: Period) -> _Window:
    ends = period.start, period.through or period.end
    scope, dimension = question.scope, question.dimension
    return _Window(
        period,
        ledger.retention(*ends),
        ledger.retention(*ends, scope),
        {} if dimension is None else ledger.by(dimension, *ends, scope),
    )


def _whole(windows: list[_Window]) -> Series:
    return Series(points=tuple(Point(period=w.period, retention=w.scope) for w in windows))


def _parts(windows: list[_Window], dimension: str | None) -> list[Series]:
    values = sorted({value for window in windows for value in window.values})
    series = [
        Series(
            dimension=dimension,
            value=value,
            points=tuple(
                Point(period=w.period, retention=w.values.get(value, NOTHING)) for w in windows
            ),
        )
        for value in values
    ]
    return sorted(series, key=_base, reverse=True)


def _base(series: Series) -> tuple[int, int]:
    latest = series.latest.retention.opening if series.latest else 0
    return latest, sum(point.retention.opening for point in series.points)
