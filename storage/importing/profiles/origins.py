"""Origins of our columns: which column of a file, divided by what, and what its words mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from metrics.money import UnknownCurrencyError, minor_digits
from storage.importing.cells import CellError

MINOR_UNIT = 0
"""The divisor of amounts in cents: it depends on the currency of the row."""
_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_USUAL_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the cells of one of our columns come from.

    Parameters
    ----------
    column : str
        Plain name of a column of the file; empty for a constant, which is ``otherwise``.
    divisor : int
        Of amounts; `MINOR_UNIT` for those in cents.
    words : mapping of str to str
        What cells mean, by what they say in lower case; the others stay as they are.
    otherwise : str
        What an empty cell means.
    """

    column: str = ""
    divisor: int = 1
    words: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether cells are taken as they stand."""
        return bool(self.column) and self.divisor == 1 and not self.words and not self.otherwise

    def word(self, cell: str) -> str:
        """Turn a cell into what it means."""
        text = cell.strip() or self.otherwise
        return self.words.get(text.casefold(), text)


def divided(cell: str, divisor: int, currency: str) -> str:
    """Divide an amount, exactly where its decimals end, else to the currency's minor unit.

    Raises
    ------
    CellError
        If the cell is no plain number.
    """
    text = cell.strip()
    if not text:
        return ""
    if not _PLAIN.fullmatch(text):
        raise CellError("is not a plain number, and is to be divided: write it like 120050")
    digits = _digits(currency)
    quotient = Fraction(text) / (10**digits if divisor == MINOR_UNIT else divisor)
    return _decimal(quotient, digits)


def _digits(currency: str) -> int:
    try:
        return minor_digits(currency.strip().upper())
    except UnknownCurrencyError:  # its own cell is a finding
        return _USUAL_DIGITS


def _decimal(amount: Fraction, digits: int) -> str:
    places = digits
    while (10**places * amount).denominator != 1 and places < digits + _MOST_PLACES:
        places += 1
    if (10**places * amount).denominator != 1:  # thirds: the cell never ends
        places = digits
    minor = round(amount * 10**places)  # half even
    sign, figures = ("-" if minor < 0 else ""), f"{abs(minor):0{places + 1}d}"
    return f"{sign}{figures[:-places]}.{figures[-places:]}" if places else f"{sign}{figures}"


_MOST_PLACES = 24
"""Decimals of a cell, and those that a division by a thousand adds."""
