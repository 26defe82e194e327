"""What can raise an alarm on a history: our rules, through the engine itself, and usual ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.noise.histories import History
from metrics.alert_course import Phase, course
from metrics.alert_rules import DEFAULT_RULES, SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alert_series import ClosedMonth, Series
from metrics.period_grammar import shift_months
from metrics.retention import Retention

WHOLE = 10_000
"""100 % in hundredths of a point."""

EXPANSION = 400
"""What GRR is below NRR, always: four points, so that neither a floor nor masking is near."""

SMALLEST_SHOCK = Fraction(3, 100)
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
    is_ours: bool = False


def of_rules(rules: Sequence[AlertRule]) -> Callable[[History], Alarms]:
    """Return the alarms of rules of ours together; two that fire in one month are one message."""

    def watch(history: History) -> Alarms:
        series = _series(history)
        starts, is_on = np.zeros((2, len(history)), bool)
        for rule in rules:
            for place, (month, standing) in enumerate(course(rule, series).items()):
                starts[place] |= standing.fired_in == month
                is_on[place] |= standing.phase is Phase.FIRING
        return Alarms(starts, is_on)

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
    """Tell for each month whether it is below the mean of the twelve before less three deviations."""
    result = np.zeros(len(history), bool)
    for place in range(12, len(history)):
        before = history[place - 12 : place]
        result[place] = history[place] < before.mean() - 3 * before.std(ddof=1)
    return result


def _shifted(months: Months) -> Months:
    return np.concatenate(([False], months[:-1]))


def _series(history: History) -> Series:
    months = {shift_months(FIRST, place): _closed(int(nrr)) for place, nrr in enumerate(history)}
    return Series(months=months, closed_through=max(months))


def _closed(nrr: int) -> ClosedMonth:
    """Return a month of a hundred accounts, none of which costs anything alone."""
    lost = WHOLE - min(nrr - EXPANSION, WHOLE)
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


LARGE_SHOCK = replace(SHOCK, threshold=SMALLEST_SHOCK)
DEFAULTS = Detector("our defaults", of_rules(DEFAULT_RULES), is_ours=True)
DETECTORS = (
    DEFAULTS,
    Detector("our sustained-drop alone", of_rules([SUSTAINED_DROP]), is_ours=True),
    Detector("our shock alone", of_rules([SHOCK]), is_ours=True),
    Detector(
        "our defaults, were a shock to need 3 points",
        of_rules([SUSTAINED_DROP, LARGE_SHOCK]),
        is_ours=True,
    ),
    Detector("any month below 100 %", of_months(below_100)),
    Detector("two months below 100 %", of_months(two_below_100)),
    Detector("mean − 3 sd of 12 months", of_months(below_mean)),
)
