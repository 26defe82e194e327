"""``/nrr annualise 98%``, and the names that reference commands are typed by."""

import re
from fractions import Fraction

from bot.errors import UsageError
from bot.reference.annualise_message import annualisation_parts
from bot.style.parts import Parts

HELP = ("help", "?")
ANNUALISE = ("annualise", "annualize")
"""The names of both commands, in Slack and at the command line alike."""
USAGE = "type a rate above 0% and up to 1000%, as in `/nrr annualise 98%` or `/nrr annualise 0.98`"
LARGEST = Fraction(10)
LARGEST_BARE_RATIO = 3
"""Without a percent sign, 0.98 and 1.02 are ratios and 98 is a percentage."""

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}) ?(%?)")


def annualise(text: str) -> Parts:
    """Compound the rate that was typed over a year, and spread it over its months."""
    return annualisation_parts(parse_rate(text))


def parse_rate(text: str) -> Fraction:
    """Read a rate, with or without a percent sign, as a ratio.

    Raises
    ------
    UsageError
        If it is no rate above zero and at most 1000 %.

    Examples
    --------
    >>> parse_rate("98%"), parse_rate("0.98"), parse_rate("98")
    (Fraction(49, 50), Fraction(49, 50), Fraction(49, 50))
    """
    found = _RATE.fullmatch(text.strip())
    if found is None:
        raise UsageError(USAGE)
    value = Fraction(found[1])  # exact: a float of 0.98 would show in the twelfth power
    ratio = value / 100 if found[2] or value > LARGEST_BARE_RATIO else value
    if not 0 < ratio <= LARGEST:
        raise UsageError(USAGE)
    return ratio
