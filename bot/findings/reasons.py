"""Words for the drivers of movements: what a reason is called among people."""

from collections.abc import Mapping
from fractions import Fraction

from bot.style.names import safe_name
from metrics.activity import UNSTATED
from metrics.money import apportioned

NAMED = 2  # reasons in a sentence; a list of all is behind a button

_WORDS = {
    "win_back": "win-back",
    "cross_sell": "cross-sell",
    "new_logo": "new logo",
    "shrink": "downsizing",
    UNSTATED: "not stated",
}
_MANY = {
    "competitor": "competitors",
    "pause": "pauses",
    "downgrade": "downgrades",
    "unused": "unused product",
    "involuntary": "involuntary loss",
    "not_renewed": "not renewed contracts",
    "closed_down": "closed down companies",
}


def reason_name(driver: str) -> str:
    """Name a driver in words.

    Examples
    --------
    >>> reason_name("win_back"), reason_name("closed_down")
    ('win-back', 'closed down')
    """
    return _WORDS.get(driver) or safe_name(driver.replace("_", " "))


def first_reasons(drivers: Mapping[str, int]) -> str | None:
    """Name the largest reasons: "price and competitors first"; None where none was stated.

    Parameters
    ----------
    drivers : mapping of str to int
        Amounts of one sign by driver, the largest first.

    Examples
    --------
    >>> first_reasons({"price": -500, "competitor": -300, "unused": -20})
    'price and competitors first'
    """
    stated = _stated(drivers)
    if not stated:
        return None
    return " and ".join(_MANY.get(one) or reason_name(one) for one in stated) + " first"


def reasons_of_one(drivers: Mapping[str, int]) -> str | None:
    """Name the largest reasons of a single account: "price"; None where none was stated.

    Examples
    --------
    >>> reasons_of_one({"competitor": -500, "price": -20})
    'competitor and price'
    """
    return " and ".join(map(reason_name, _stated(drivers))) or None


def first_reason(drivers: Mapping[str, int]) -> str | None:
    """Name the largest reason of a single account; None where none was stated.

    Examples
    --------
    >>> first_reason({"win_back": 500, "price": 20})
    'win-back'
    """
    return next(map(reason_name, _stated(drivers)), None)


def reason_shares(drivers: Mapping[str, int]) -> dict[str, int]:
    """Share what amounts of one sign come to among drivers, in whole percents that make 100.

    Drivers of which nothing is left by then have none.

    Examples
    --------
    >>> reason_shares({"price": -375, "unused": -320, "competitor": -304, "pause": -1})
    {'price': 38, 'unused': 32, 'competitor': 30}
    """
    total = sum(drivers.values())
    shares = apportioned([Fraction(100 * one, total) for one in drivers.values()], 100)
    return {driver: share for driver, share in zip(drivers, shares, strict=True) if share}


def _stated(drivers: Mapping[str, int]) -> list[str]:
    return [driver for driver in drivers if driver != UNSTATED][:NAMED]
