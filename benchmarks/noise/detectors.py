"""What can raise an alarm on a history: our rules, through the engine itself, and usual ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.noise.histories import History
from metrics.alerts.rules import DEFAULT_RULES, FLOOR, MASKING, SHOCK, SUSTAINED_DROP, AlertRule
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
    heard_in: date | None = None
    starts, is_on = [], []
    for status in month_statuses(rule, _series(months)).values():
        is_new = status.fired_in not in {None, heard_in}
        heard_in = status.fired_in
        starts.append(is_new)
        is_on.append(heard_in is not None)
    return Alarms(np.array(starts), np.array(is_on))


def _series(nrr_by_month: Sequence[int]) -> Series:
    months = {shift_months(FIRST, place): _closed(nrr) for place, nrr in enumerate(nrr_by_month)}
    return Series(months=months, closed_through=max(months))


def _closed(nrr: int) -> ClosedMonth:
    """Return a month of a hundred accounts, none of which costs anything alone.

    They either gain or lose, so that GRR is far from every floor.
    """
    lost = max(WHOLE - nrr, 0)
    return ClosedMonth(
        retention=Retention(
            accounts_opening=100,
            accounts_retained=100,
            opening=WHOLE,
            expansion=nrr - WHOLE + lost,
            contraction=lost,
            churn=0,
        )
    )


DEFAULTS = "our defaults"
ANY_SHOCK = replace(SHOCK, threshold=Fraction())
DETECTORS = (
    Detector(DEFAULTS, of_rules(*DEFAULT_RULES)),
    Detector("our sustained-drop alone", of_rules(SUSTAINED_DROP)),
    Detector("our shock alone", of_rules(SHOCK)),
    Detector(
        "our defaults, if every shock were a message",
        of_rules(SUSTAINED_DROP, ANY_SHOCK, FLOOR, MASKING),
    ),
    Detector("any month below 100 %", of_months(below_100)),
    Detector("two months below 100 %", of_months(two_below_100)),
    Detector("mean − 3 sd of 12 months", of_months(below_mean)),
)
