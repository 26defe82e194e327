"""``/nrr annualise 98%``, and the names that reference commands are typed by."""

import re
from fractions import Fraction

from bot.command_places import CommandPlace
from bot.errors import UsageError
from bot.questions.typed_figures import with_point
from bot.reference.annualise_message import annualisation_parts
from bot.style.parts import Parts

HELP = ("help", "?")
ANNUALISE = ("annualise", "annualize")
"""The names of both commands, in Slack and at the command line alike."""
LARGEST = Fraction(10)
LARGEST_BARE_RATIO = 3
"""Without a percent sign, 0.98 and 1.02 are ratios and 98 is a percentage."""

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})(%?)")


def annualise(text: str, *, place: CommandPlace = CommandPlace.SLACK) -> Parts:
    """Compound the rate that was typed over a year, and spread it over its months.

    Raises
    ------
    UsageError
        If it is no rate above zero and at most 1000 %.
    """
    ratio = parse_rate(text)
    if ratio is None:
        ways = (f"`{place.question(f'annualise {rate}')}`" for rate in ("98%", "0.98"))
        raise UsageError(f"type a rate above 0% and up to 1000%, as in {' or '.join(ways)}")
    return annualisation_parts(ratio)


def parse_rate(text: str) -> Fraction | None:
    """Read a rate above zero and up to 1000 %, with or without a percent sign; None if it is none.

    Examples
    --------
    >>> parse_rate("98%"), parse_rate("0.98"), parse_rate("98"), parse_rate("97,5 %")
    (Fraction(49, 50), Fraction(49, 50), Fraction(49, 50), Fraction(39, 40))
    """
    number, sign, rest = text.partition("%")
    found = _RATE.fullmatch(with_point(number.strip()) + sign + rest.strip())
    if found is None:
        return None
    value = Fraction(found[1])  # exact: a float of 0.98 would show in the twelfth power
    ratio = value / 100 if found[2] or value > LARGEST_BARE_RATIO else value
    return ratio if 0 < ratio <= LARGEST else None
