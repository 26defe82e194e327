"""What can raise an alarm on a history: our rules, through the engine itself, and usual ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.noise.histories import BEFORE, History
from metrics.alerts.rules import (
    DEFAULT_RULES,
    FLOOR,
    MASKING,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    Window,
)
from metrics.alerts.series import ClosedMonth, Series
from metrics.alerts.statuses import month_statuses
from metrics.period_grammar import shift_months
from metrics.retention import Retention

WHOLE = 10_000
"""100 % in hundredths of a point."""

FIRST = date(2020, 1, 1)
Months = npt.NDArray[np.bool_]


class Alarms(NamedTuple):
    """By month: whether people get an alarm, and whether one is on."""

    starts: Months
    is_on: Months


@dataclass(frozen=True, slots=True)
class Detector:
    """A way to raise alarms, under the name that the table shows."""

    name: str
    watch: Callable[[History], Alarms]


def of_rules(*rules: AlertRule) -> Callable[[History], Alarms]:
    """Return the alarms of rules of ours together; two that fire in one month are one message."""

    def watch(history: History) -> Alarms:
        months = tuple(history.tolist())
        starts, is_on = zip(*(_alarms(rule, months) for rule in rules), strict=True)
        return Alarms(np.logical_or.reduce(starts), np.logical_or.reduce(is_on))

    return watch


def of_months(is_low: Callable[[History], Months]) -> Callable[[History], Alarms]:
    """Return the alarms of a rule without a memory: one for each stretch of months it is true."""

    def watch(history: History) -> Alarms:
        is_on = is_low(history)
        return Alarms(is_on & ~_shifted(is_on), is_on)

    return watch


def below_100(history: History) -> Months:
    """Tell for each month whether it is below 100 %."""
    return history < WHOLE


def two_below_100(history: History) -> Months:
    """Tell for each month whether it and the one before are below 100 %."""
    return below_100(history) & _shifted(below_100(history))


def below_mean(history: History) -> Months:
    """Tell for each month whether it is three deviations below the mean of the twelve before."""
    result = np.zeros(len(history), bool)
    for place in range(12, len(history)):
        before = history[place - 12 : place]
        result[place] = history[place] < before.mean() - 3 * before.std(ddof=1)
    return result


def _shifted(months: Months) -> Months:
    return np.concatenate(([False], months[:-1]))


@lru_cache(maxsize=2**6)
def _alarms(rule: AlertRule, months: tuple[int, ...]) -> Alarms:
    """Return one rule's alarms; detectors that share it come one after the other."""
    series = _series(months)
    watched = sorted(series.months)[BEFORE]
    heard_in: date | None = None
    starts, is_on = [], []
    for status in month_statuses(rule, series).values():
        starts.append(status.fired_in not in {None, heard_in})
        heard_in = status.fired_in
        # A level that was too low before the fall is no sign of it.
        is_old = rule.window is Window.YEAR and heard_in is not None and heard_in < watched
        is_on.append(heard_in is not None and not is_old)
    return Alarms(np.array(starts), np.array(is_on))


def _series(nrr_by_month: Sequence[int]) -> Series:
    """Return months of a hundred accounts, none of which costs anything alone.

    In a month they either gain or lose. Twelve months together are the product of theirs: what is
    lost in one is not won back by the same accounts in another.
    """
    nrr = [Fraction(one, WHOLE) for one in nrr_by_month]
    grr = [min(one, Fraction(1)) for one in nrr]
    months = {
        shift_months(FIRST, place): ClosedMonth(
            retention=_retention(nrr[place], grr[place]),
            year=_year(nrr[: place + 1], grr[: place + 1]),
        )
        for place in range(len(nrr))
    }
    return Series(months=months, closed_through=max(months))


def _year(nrr: Sequence[Fraction], grr: Sequence[Fraction]) -> Retention | None:
    if len(nrr) < Window.YEAR.months:
        return None
    net, gross = (prod(one[-Window.YEAR.months :], start=Fraction(1)) for one in (nrr, grr))
    return _retention(net, gross)


def _retention(nrr: Fraction, grr: Fraction) -> Retention:
    opening = WHOLE**2  # what is cut off of a product of twelve is nothing
    lost, won = int(opening * (1 - grr)), int(opening * (nrr - grr))
    return Retention(
        accounts_opening=100,
        accounts_retained=100,
        opening=opening,
        expansion=won,
        contraction=lost,
        churn=0,
    )


DEFAULTS = "our defaults"
ANY_SHOCK = replace(SHOCK, threshold=Fraction())
DETECTORS = (
    Detector(DEFAULTS, of_rules(*DEFAULT_RULES)),
    Detector("our sustained-drop alone", of_rules(SUSTAINED_DROP)),
    Detector("our shock alone", of_rules(SHOCK)),
    Detector("our floor and masking alone", of_rules(FLOOR, MASKING)),
    Detector(
        "our defaults, if a shock had no least distance",
        of_rules(SUSTAINED_DROP, ANY_SHOCK, FLOOR, MASKING),
    ),
    Detector("any month below 100 %", of_months(below_100)),
    Detector("two months below 100 %", of_months(two_below_100)),
    Detector("mean − 3 sd of 12 months", of_months(below_mean)),
)
