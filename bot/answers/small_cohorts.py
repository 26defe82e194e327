"""Replies for those who may not see single accounts: fewer than five are never shown apart."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import dropwhile
from typing import TypeVar, overload

from bot.access.decisions import Reason
from bot.answers.answer import Answer, Measured, Reply, Slice
from bot.errors import AccessDeniedError
from bot.trends.trend import Point, Series, Trend
from metrics.retention import Retention
from metrics.rollup import total

FEWEST_TO_SHOW = 5
"""In a smaller cohort a change is as good as a name."""
TOGETHER = "(small ones together)"
"""What stands for the values that are too small to be shown apart."""

T = TypeVar("T")


class SmallCohortError(AccessDeniedError):
    """The accounts that were asked about are too few to be shown."""

    def __init__(self) -> None:
        super().__init__(Reason.NO_DETAIL)


@overload
def without_small_cohorts(reply: Answer) -> Answer: ...


@overload
def without_small_cohorts(reply: Reply) -> Reply: ...


def without_small_cohorts(reply: Reply) -> Reply:
    """Return a reply in which no figure is of fewer than five accounts, nor leads to one.

    Values that are too small are shown together; where they are too small even so, with the next
    one, or what is left over after all the others would tell.

    Raises
    ------
    SmallCohortError
        If the scope itself is too small.
    """
    return _trend(reply) if isinstance(reply, Trend) else _answer(reply)


def is_small(retention: Retention) -> bool:
    """Tell whether a cohort has accounts, and too few to be shown."""
    return 0 < retention.accounts_opening < FEWEST_TO_SHOW


def _answer(answer: Answer) -> Answer:
    if is_small(answer.retention):
        raise SmallCohortError
    shown, small = _parted(answer.breakdown, lambda part: [part.retention])
    return replace(
        answer,
        previous=_large(answer.previous),
        trailing=_large(answer.trailing),
        breakdown=(*shown, *_slices_together(small)) if shown or _is_enough(small) else (),
    )


def _large(measured: Measured | None) -> Measured | None:
    return None if measured is None or is_small(measured.retention) else measured


def _is_enough(small: Sequence[Slice]) -> bool:
    return not is_small(total(part.retention for part in small))


def _slices_together(small: Sequence[Slice]) -> tuple[Slice, ...]:
    if not small:
        return ()
    return (
        Slice(
            dimension=small[0].dimension,
            value=TOGETHER,
            retention=total(part.retention for part in small),
            weight=sum((part.weight for part in small), start=Fraction(0)),
        ),
    )


def _trend(trend: Trend) -> Trend:
    kept = list(dropwhile(lambda point: is_small(point.retention), trend.whole.points))
    if not kept or any(is_small(point.retention) for point in kept):
        raise SmallCohortError
    dropped = len(trend.whole.points) - len(kept)
    parts = [replace(series, points=series.points[dropped:]) for series in trend.parts]
    shown, small = _parted(parts, lambda series: [each.retention for each in series.points])
    return replace(
        trend,
        series=(replace(trend.whole, points=tuple(kept)), *shown, *_series_together(small)),
        months_left_out=trend.months_left_out + dropped,
    )


def _series_together(small: Sequence[Series]) -> tuple[Series, ...]:
    if not small:
        return ()
    points = tuple(
        Point(period=at_once[0].period, retention=total(each.retention for each in at_once))
        for at_once in zip(*(series.points for series in small), strict=True)
    )
    if any(is_small(point.retention) for point in points):
        return ()
    return (Series(dimension=small[0].dimension, value=TOGETHER, points=points),)


def _parted(
    parts: Sequence[T], cohorts: Callable[[T], Sequence[Retention]]
) -> tuple[list[T], list[T]]:
    """Return the parts that may be shown apart, and those that may not; each keeps its order.

    What is not shown is at any time nobody or five accounts at least: else it would follow from
    the whole. Then the smallest part that could be shown is not.
    """
    hidden = {number for number, part in enumerate(parts) if any(map(is_small, cohorts(part)))}
    while len(hidden) < len(parts) and _leaves_few([cohorts(parts[n]) for n in hidden]):
        left = (number for number in range(len(parts)) if number not in hidden)
        hidden.add(min(left, key=lambda n: max(c.accounts_opening for c in cohorts(parts[n]))))
    return (
        [part for number, part in enumerate(parts) if number not in hidden],
        [part for number, part in enumerate(parts) if number in hidden],
    )


def _leaves_few(hidden: Sequence[Sequence[Retention]]) -> bool:
    return any(is_small(total(at_once)) for at_once in zip(*hidden, strict=True))
