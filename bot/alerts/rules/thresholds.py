"""Figures of a rule as they are typed and written, and the bounds of its threshold."""

import re
from fractions import Fraction

from bot.errors import UsageError
from metrics.alerts.rules import Metric, RuleKind
from metrics.money import round_half_up

MOST_MONTHS = 12
HIGHEST = Fraction(5)  # 500 %: a level beyond it is a slip of the keyboard
LOWEST = Fraction(5, 100)  # a lower one was meant as a ratio: 1.05 is 105 %
COUNTS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
COUNTED = {word: number for number, word in enumerate((*COUNTS, "twelve"), start=1)} | {"one": 1}
_PLACES = 4


def exact_percent(ratio: Fraction) -> str:
    """Write a ratio in percent with all the decimals that can be typed, and no more.

    Examples
    --------
    >>> exact_percent(Fraction(105, 100)), exact_percent(Fraction(1, 400))
    ('105', '0.25')
    """
    shown = f"{round_half_up(ratio * 100, _PLACES):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def read_figure(text: str) -> Fraction:
    """Read a hundredth of a typed number with at most four decimals: 0.03 of 3, exactly."""
    # A comma before one or two figures is a decimal; 1,000 stays unreadable rather than wrong.
    number = text.replace(",", ".") if re.fullmatch(r"[0-9]*,[0-9]{1,2}", text) else text
    if re.fullmatch(rf"[0-9]{{0,4}}(\.[0-9]{{1,{_PLACES}}})?", number) and number:
        return Fraction(number) / 100
    raise UsageError(
        f'"{text[:30]}" is no figure that I read: type one above zero such as 3 or 2.5'
    )


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
        raise UsageError("a threshold is above zero, as in `below 100%` or `drops 3 points`")
    if kind is RuleKind.FLOOR and threshold < LOWEST:
        meant = max(threshold * 100, LOWEST)
        raise UsageError(
            f"nothing falls below {exact_percent(threshold)}%: type {exact_percent(meant)}% if you"
            " mean that"
        )
    if kind is RuleKind.FLOOR and metric is Metric.GRR and threshold > 1:
        raise UsageError("GRR is never above 100%: give a level of at most 100%")
    if kind is RuleKind.FLOOR and threshold > HIGHEST:
        raise UsageError(f"a level is at most {exact_percent(HIGHEST)}%, as in `below 105%`")
    if kind is not RuleKind.FLOOR and threshold > 1:
        raise UsageError("a drop is at most 100, as in `drops 3 points` or `drops 10%`")
    return threshold
