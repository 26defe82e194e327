"""Trends to show, each a plain value made of percentages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from bot.questions.parsing import Question
from bot.questions.question import Amounts, ViewOptions, Words
from bot.style.grounds import DataReach, Grounds
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.findings.finding import Finding, FindingKind, Findings, Force
from metrics.periods import Period
from metrics.retention import NOTHING, Retention
from metrics.trends import last_months, rolling_windows
from tests.metrics.retentions import retention_of

TODAY = date(2026, 11, 21)
RISING = (108, 107, 109, 110, 111, 112)

Percents = Sequence[float | None]


def retention_at(percent: float | None, *, opening: int, accounts: int = 40) -> Retention:
    """Return the retention of a base that keeps so many percent; of none where it is None."""
    if percent is None:
        return NOTHING
    change = round(opening * percent / 100) - opening
    part = {"expansion" if change > 0 else "contraction": abs(change)}
    return retention_of(opening, accounts=accounts, **part)


def series_of(
    periods: Sequence[Period],
    percents: Percents,
    *,
    opening: int = 10_000_000,
    **named: Any,  # noqa: ANN401 - fields of TrendSeries
) -> TrendSeries:
    """Return a series with a percentage for each window; ``accounts`` says of how many."""
    accounts = named.pop("accounts", 40)
    return TrendSeries(
        points=tuple(
            TrendPoint(
                period=period,
                retention=retention_at(percent, opening=opening, accounts=accounts),
            )
            for period, percent in zip(periods, percents, strict=True)
        ),
        **named,
    )


def sample_trend(
    percents: Percents = RISING,
    parts: Mapping[str, Percents] | None = None,
    *,
    window: int = 12,
    accounts: int = 40,
    today: date = TODAY,
    **changes: Any,  # noqa: ANN401 - fields of Trend
) -> Trend:
    """Return a trend to `TODAY` of enterprise, or of the company split by segment.

    ``scope``, ``dimension`` and ``in_arr`` change its question, ``currency`` and
    ``closed_through`` its grounds.
    """
    months = last_months(len(percents), window=window, today=today)
    periods = rolling_windows(months, window=window, today=today)
    dimension = None if parts is None else "segment"
    asked: dict[str, Any] = {
        "scope": () if parts is not None else (("segment", "enterprise"),),
        "dimension": dimension,
    }
    asked |= {name: changes.pop(name) for name in tuple(changes) if name in asked}
    split = (
        series_of(
            periods,
            of_value,
            opening=99_000_000 - 100_000 * place,
            dimension=asked["dimension"],
            value=value,
            accounts=accounts,
        )
        for place, (value, of_value) in enumerate((parts or {}).items())
    )
    own: dict[str, Any] = {
        "question": Question(
            words=Words(text="trend"),
            period=months,
            amounts=Amounts(in_arr=changes.pop("in_arr", False)),
            options=ViewOptions(window=window),
            **asked,
        ),
        "grounds": Grounds(
            currency=changes.pop("currency", "USD"),
            data_version=17,
            data_as_of=datetime(2026, 11, 21, 6, tzinfo=UTC),
            reach=DataReach(
                closed_through=changes.pop("closed_through", date(2026, 11, 1)),
                data_through=date(2026, 11, 22),
            ),
        ),
        "series": (series_of(periods, percents, accounts=accounts), *split),
        "months_left_out": 0,
    }
    return Trend(**(own | changes))


SEGMENTS: Mapping[str, Percents] = {
    "enterprise": RISING,
    "mid-market": (105, 104, 104, 103, 102, 101),
    "smb": (92, 95, 91, 90, 93, 92),
}


def split_trend(**changes: Any) -> Trend:  # noqa: ANN401 - as of `sample_trend`
    """Return a trend by segment: one improves, one falls, one leaks and goes up and down."""
    found = {} if changes.get("window", 12) < 12 else {"findings": leaking("smb", 92)}
    percents = (104, 103, 103, 104, 103, 104)
    return sample_trend(**{"percents": percents, "parts": SEGMENTS, **found, **changes})


def leaking(value: str, percent: int) -> Findings:
    """Return the finding that a segment leaks."""
    now = retention_at(percent, opening=98_800_000)
    leak = Finding(
        kind=FindingKind.LEAK,
        points=-Fraction(27, 1000),
        segment=value,
        force=Force.CONTRACTION,
        now=now,
    )
    return Findings(year=leak)


def many_values(count: int, *, months: int = 24, name: str = "segment") -> Trend:
    """Return a trend by ``count`` values with long names."""
    parts = {
        f"{number:03} {name}": [90 + (number * 7 + month * 3) % 30 for month in range(months)]
        for number in range(count)
    }
    return sample_trend([100.0] * months, parts)
