"""A trend question to its trend: one rolling window per month, for the scope and its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile

from bot.errors import UsageError
from bot.questions.parsing import Question
from bot.trends.trend import Point, Series, Trend
from metrics.periods import Period
from metrics.retention import NOTHING, Retention
from metrics.trends import WINDOWS, rolling_windows
from storage.ledger.ledger import Ledger


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
