"""Months of a rule as they are typed, and the bounds of its threshold."""

import re
from fractions import Fraction

from bot.errors import UsageError
from bot.questions.typed_figures import exact_percent
from metrics.alerts.rules import Metric, RuleKind

MOST_MONTHS = 12
HIGHEST = Fraction(5)  # 500 %: a level beyond it is a slip of the keyboard
LOWEST = Fraction(5, 100)  # a lower one was meant as a ratio: 1.05 is 105 %
COUNTS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
COUNTED = {word: number for number, word in enumerate((*COUNTS, "twelve"), start=1)} | {"one": 1}


def read_months(text: str) -> int:
    """Read the number of months, from 1 to 12, that a drop has to last."""
    count = COUNTED.get(text.casefold(), 0)
    if re.fullmatch("[0-9]{1,4}", text):
        count = int(text)
    if not 1 <= count <= MOST_MONTHS:
        raise UsageError(f"a drop has to last 1 to {MOST_MONTHS} months, as in `for 2 months`")
    return count


def checked_threshold(threshold: Fraction, *, kind: RuleKind, metric: Metric) -> Fraction:
    """Refuse a threshold that every month would cross, or that none could."""
    if threshold <= 0:
        raise UsageError("a threshold is above zero, such as 95% or 3 points")
    if kind is RuleKind.FLOOR and threshold < LOWEST:
        meant = max(threshold * 100, LOWEST)
        raise UsageError(
            f"nothing falls below {exact_percent(threshold)}%: type {exact_percent(meant)}% if you"
            " mean that"
        )
    if kind is RuleKind.FLOOR and metric is Metric.GRR and threshold > 1:
        raise UsageError("GRR is never above 100%: give a level of at most 100%")
    if kind is RuleKind.FLOOR and threshold > HIGHEST:
        raise UsageError(f"a level is at most {exact_percent(HIGHEST)}%, such as 105%")
    if kind is not RuleKind.FLOOR and threshold > 1:
        raise UsageError("a drop is at most 100, such as 3 points or 10%")
    return threshold
