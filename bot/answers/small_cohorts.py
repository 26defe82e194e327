"""Replies for people without account detail: cohorts under five are never shown apart."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import dropwhile
from typing import TypeVar

from bot.access.decisions import Reason
from bot.answers.answer import Answer, Comparisons, PeriodRetention, Reply, Slice
from bot.errors import ExplainedDenialError
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.retention import Retention
from metrics.rollup import total

FEWEST_TO_SHOW = 5  # in a smaller cohort a change is as good as a name
TOGETHER = "(small ones together)"
"""The name of all values that are too small to be shown apart."""

T = TypeVar("T")
R = TypeVar("R", Answer, Reply)


class SmallCohortError(ExplainedDenialError):
    """The accounts that were asked about are too few to be shown; ``how`` says what shows them."""

    def __init__(self, how: str | None = None) -> None:
        said = f"that would show fewer than five accounts: {how}" if how else Reason.NO_DETAIL
        super().__init__(Reason.NO_DETAIL, said)


def without_small_cohorts(reply: R) -> R:
    """Merge or leave out every figure of fewer than five accounts, or that leads to one.

    Values that are too small are shown together; where they are too small even so, with the next
    one, or what is left over after all the others would tell.

    Raises
    ------
    SmallCohortError
        If the scope itself is too small.
    """
    if isinstance(reply, Answer):
        return _answer(reply)
    return _trend(reply)


def is_small(retention: Retention) -> bool:
    """Tell whether a cohort has accounts, and too few to be shown."""
    return 0 < retention.accounts_opening < FEWEST_TO_SHOW


def _answer(answer: Answer) -> Answer:
    if is_small(answer.retention):
        raise SmallCohortError
    shown, small = _parted(answer.breakdown, lambda part: [part.retention])
    return replace(
        answer,
        comparisons=Comparisons(
            previous=_large(answer.comparisons.previous),
            trailing=_large(answer.comparisons.trailing),
            latest_month=_large(answer.comparisons.latest_month),
        ),
        breakdown=(*shown, *_slices_together(small)),
    )


def _large(measured: PeriodRetention | None) -> PeriodRetention | None:
    return None if measured is None or is_small(measured.retention) else measured


def _slices_together(small: Sequence[Slice]) -> tuple[Slice, ...]:
    together = total(part.retention for part in small)
    if not small or is_small(together):
        return ()  # still too few together: then no value is large enough to be shown
    return (
        Slice(
            dimension=small[0].dimension,
            value=TOGETHER,
            retention=together,
            weight=sum((part.weight for part in small), start=Fraction(0)),
        ),
    )


def _trend(trend: Trend) -> Trend:
    # A small start is cut off, like months before the ledger begins; a small hole is refused.
    kept = list(dropwhile(lambda point: is_small(point.retention), trend.whole.points))
    if not kept or any(is_small(point.retention) for point in kept):
        raise SmallCohortError
    dropped = len(trend.whole.points) - len(kept)
    earlier = trend.whole.earlier
    is_compared = earlier is not None and not is_small(earlier.retention)
    whole, *parts = (
        replace(
            series,
            points=series.points[dropped:],
            earlier=series.earlier if is_compared else None,
        )
        for series in trend.series
    )
    shown, small = _parted(parts, lambda series: [each.retention for each in _measured(series)])
    return replace(
        trend,
        series=(whole, *shown, *_series_together(small)),
        months_left_out=trend.months_left_out + dropped,
    )


def _series_together(small: Sequence[TrendSeries]) -> tuple[TrendSeries, ...]:
    if not small:
        return ()
    measured = [
        replace(at_once[0], retention=total(each.retention for each in at_once))
        for at_once in zip(*map(_measured, small), strict=True)
    ]
    if any(is_small(point.retention) for point in measured):
        return ()
    earlier = measured.pop() if small[0].earlier else None
    together = TrendSeries(
        dimension=small[0].dimension, value=TOGETHER, points=tuple(measured), earlier=earlier
    )
    return (together,)


def _measured(series: TrendSeries) -> tuple[TrendPoint, ...]:
    return (*series.points, *([series.earlier] if series.earlier else []))


def _parted(
    parts: Sequence[T], cohorts: Callable[[T], Sequence[Retention]]
) -> tuple[list[T], list[T]]:
    """Separate what may be shown from what may not; each keeps its order."""
    hidden = {number for number, part in enumerate(parts) if any(map(is_small, cohorts(part)))}
    while len(hidden) < len(parts) and _leaves_few([cohorts(parts[n]) for n in hidden]):
        # Few hidden accounts follow from the whole less the others: hide the smallest part, too.
        left = (number for number in range(len(parts)) if number not in hidden)
        hidden.add(min(left, key=lambda n: max(c.accounts_opening for c in cohorts(parts[n]))))
    return (
        [part for number, part in enumerate(parts) if number not in hidden],
        [part for number, part in enumerate(parts) if number in hidden],
    )


def _leaves_few(hidden: Sequence[Sequence[Retention]]) -> bool:
    return any(is_small(total(at_once)) for at_once in zip(*hidden, strict=True))
