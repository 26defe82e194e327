"""Money, percentages and points as people read them; exact until they become text."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_symbol

from metrics.money import apportioned, minor_digits, round_half_up, to_major
from metrics.movements import arr

MINUS = "\u2212"  # a hyphen is easily overlooked, and breaks at the end of a line
EN_DASH = "\u2013"  # between the ends of a range
NO_BREAK_SPACE = "\u00a0"
NOT_DEFINED = "n/a"
NO_BASE = "n/a, no opening MRR"
SMALL_COHORT = 10  # accounts: in a smaller base, one of them makes the trend

_SHORT_DIGITS = 3
_THOUSANDS = ("", "k", "M", "B", "T")


def money(minor: int, currency: str) -> str:
    """Write an amount in major units with all its decimals.

    Examples
    --------
    >>> money(101_500_000, "USD"), money(500, "JPY")
    ('$1,015,000.00', '¥500')
    """
    return _signed(minor, _symbol(currency) + f"{abs(to_major(minor, currency)):,f}")


def short_money(minor: int, currency: str) -> str:
    """Write an amount to three digits, for the labels of a chart.

    Examples
    --------
    >>> short_money(101_500_000, "USD"), short_money(5_000_000, "USD"), short_money(99, "USD")
    ('$1.02M', '$50k', '$0.99')
    """
    power, places = _scale(minor, currency)
    value = Fraction(abs(minor), 10 ** minor_digits(currency) * 1000**power)
    digits = f"{round_half_up(value, places):,f}"
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return _signed(minor, _symbol(currency) + plain + _THOUSANDS[power])


def short_parts(parts: Sequence[int], currency: str) -> tuple[str, ...]:
    """Write amounts so that they add up to three digits of their sum; none is below zero.

    Examples
    --------
    >>> short_parts((513_537_578, 208_582_419, 72_677_037), "USD")
    ('$5.13M', '$2.09M', '$0.73M')
    >>> short_parts((799_999_999, 1), "USD")
    ('$8.00M', '<$0.01M')
    >>> short_parts((113_000, 10_000), "USD")
    ('$1.13k', '$100')
    """
    total = sum(parts)
    power, places = _scale(total, currency)
    step = Fraction(10 ** minor_digits(currency) * 1000**power, 10**places)
    units = apportioned([part / step for part in parts], int(round_half_up(total / step, 0)))

    def shown(shown_units: int) -> str:
        if power == 1 and 0 < shown_units < 10**places:  # $100, which $0.10k only lengthens
            return short_money(int(shown_units * step), currency)
        return f"{_symbol(currency)}{Decimal(shown_units).scaleb(-places):,f}{_THOUSANDS[power]}"

    return tuple(
        f"{'<' if part and not unit else ''}{shown(unit or bool(part))}"
        for part, unit in zip(parts, units, strict=True)
    )


def percent(ratio: Fraction | None) -> str:
    """Write a ratio as a percentage to one decimal, half up; "n/a" when it is undefined.

    Examples
    --------
    >>> percent(Fraction(203, 200)), percent(None)
    ('101.5%', 'n/a')
    """
    if ratio is None:
        return NOT_DEFINED
    return _signed(ratio, f"{abs(round_half_up(ratio * 100, 1)):,f}%")


def points(difference: Fraction) -> str:
    """Write a difference of two ratios in percentage points, always with its sign.

    Below zero it is a real minus sign, as everywhere.

    Examples
    --------
    >>> points(Fraction(12, 1000)), points(Fraction(0))
    ('+1.2 pts', '0.0 pts')
    """
    shown = abs(round_half_up(difference * 100, 1))
    sign = "+" if difference > 0 and shown else ""
    return _signed(difference, f"{sign}{shown:,f} pts")


def bare_points(difference: Fraction) -> str:
    """Write `points` without their unit, where a heading says it: "+1.2"."""
    return points(difference).removesuffix(" pts")


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a reply's amounts: MRR of a currency, or ARR, which is twelve times as much.

    Figures are MRR in minor units until they are written.
    """

    currency: str
    in_arr: bool

    @property
    def name(self) -> str:
        """The name of the amounts: MRR, or ARR when that was asked for."""
        return "ARR" if self.in_arr else "MRR"

    def minor(self, mrr_minor: int) -> int:
        """Convert MRR into this unit, still in minor units."""
        return arr(mrr_minor) if self.in_arr else mrr_minor

    def amount(self, mrr_minor: int) -> str:
        """Write MRR as money in this unit."""
        return money(self.minor(mrr_minor), self.currency)

    def short(self, mrr_minor: int) -> str:
        """Write MRR to three digits in this unit."""
        return short_money(self.minor(mrr_minor), self.currency)

    def signed_amount(self, mrr_minor: int) -> str:
        """Write `amount` with a plus sign where it is above zero."""
        return ("+" if mrr_minor > 0 else "") + self.amount(mrr_minor)

    def signed_short(self, mrr_minor: int) -> str:
        """Write a change as `short` does, with its sign."""
        return ("+" if mrr_minor > 0 else "") + self.short(mrr_minor)


def _signed(value: int | Fraction, magnitude: str) -> str:
    is_shown_as_zero = not any(digit in magnitude for digit in "123456789")
    # "−0.0%" would say that something was lost.
    return MINUS + magnitude if value < 0 and not is_shown_as_zero else magnitude


def _symbol(currency: str) -> str:
    symbol = str(get_currency_symbol(currency, locale="en_US"))
    return symbol + NO_BREAK_SPACE if symbol[-1].isalpha() else symbol  # "CHF 5", not "CHF5"


def _scale(minor: int, currency: str) -> tuple[int, int]:
    """Find the power of a thousand and the decimals that show three digits of an amount."""
    value = Fraction(abs(minor), 10 ** minor_digits(currency))
    power = 0  # rounding may carry 999.9k to a million
    while power < len(_THOUSANDS) - 1 and round_half_up(value, _places(value)) >= 1000:  # noqa: PLR2004
        value, power = value / 1000, power + 1
    return power, _places(value) if power else min(_places(value), minor_digits(currency))


def _places(value: Fraction) -> int:
    return max(0, _SHORT_DIGITS - len(str(int(value)))) if value else 0
