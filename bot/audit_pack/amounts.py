"""Amounts in a pack, from exact texts to minor units; a text of any other form is refused."""

import re

from bot.audit_pack.faults import BrokenPackError
from metrics.errors import MetricsError
from metrics.money import minor_digits

_AMOUNT = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,4}))?", re.ASCII)


def minor_of(text: str, currency: str, *, where: str) -> int:
    """Read an amount with exactly the decimals of its currency.

    Parameters
    ----------
    where : str
        The table, as the error begins.

    Raises
    ------
    BrokenPackError
        If it is none.
    """
    try:
        digits = minor_digits(currency)
    except MetricsError:
        digits = -1
    found = _AMOUNT.fullmatch(text)
    if found is None or len(found[3] or "") != digits:
        raise BrokenPackError(f"{where} has what is no amount of its currency")
    units = int(found[2] + (found[3] or ""))
    return -units if found[1] else units
