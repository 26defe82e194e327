"""Percentages and points as they are typed, and written so that they can be typed again."""

import re
from fractions import Fraction

from bot.errors import UsageError
from metrics.money import round_half_up

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


def with_point(text: str) -> str:
    """Write a number with a point for its decimals: a comma before one or two figures is one.

    Examples
    --------
    >>> with_point("98,5"), with_point("1,000")
    ('98.5', '1,000')
    """
    return text.replace(",", ".") if re.fullmatch(r"[0-9]*,[0-9]{1,2}", text) else text


def read_figure(text: str) -> Fraction:
    """Read a hundredth of a typed number with at most four decimals: 0.03 of 3, exactly."""
    number = with_point(text)  # 1,000 stays unreadable rather than wrong
    if re.fullmatch(rf"[0-9]{{0,4}}(\.[0-9]{{1,{_PLACES}}})?", number) and number:
        return Fraction(number) / 100
    raise UsageError(
        f'"{text[:30]}" is no figure that I read: type one above zero such as 3 or 2.5'
    )
