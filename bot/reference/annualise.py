"""``/nrr annualise 98%``: a monthly rate over a year, and back."""

import re
from fractions import Fraction

from bot.errors import UsageError
from bot.message import Message
from bot.reference.annualise_message import annualisation_message

USAGE = "type a rate above 0% and up to 1000%, as in `/nrr annualise 98%` or `/nrr annualise 0.98`"
LARGEST = Fraction(10)
LARGEST_BARE_RATIO = 3
"""Without a percent sign, 0.98 and 1.02 are ratios and 98 is a percentage."""

_NUMBER = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}) ?(%?)")


def annualise(rest: str) -> Message:
    """Return what the rate in ``rest`` comes to over a year and in a month."""
    return annualisation_message(parse_rate(rest))


def parse_rate(text: str) -> Fraction:
    """Return the ratio that ``text`` names.

    Raises
    ------
    UsageError
        If it names none that is above zero and at most 1000 %.

    Examples
    --------
    >>> parse_rate("98%"), parse_rate("0.98"), parse_rate("98")
    (Fraction(49, 50), Fraction(49, 50), Fraction(49, 50))
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise UsageError(USAGE)
    value = Fraction(found[1])
    ratio = value / 100 if found[2] or value > LARGEST_BARE_RATIO else value
    if not 0 < ratio <= LARGEST:
        raise UsageError(USAGE)
    return ratio
