"""Origins of our columns: which column of a file, divided by what, and what its words mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

from metrics.money import UnknownCurrencyError, minor_digits
from storage.importing.cells import CellError

MINOR_UNIT = 0
"""The divisor of amounts in cents: it depends on the currency of the row."""
_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{1,2}:.*")
_SECONDS = re.compile(r"[0-9]{9,10}")
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
    is_moment : bool
        Whether it is a moment of which only the day counts.
    alike : str
        What is wrong with a cell that is not that of the first row; empty where any may be.
    """

    column: str = ""
    divisor: int = 1
    words: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
    alike: str = ""
    is_moment: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether cells are taken as they stand."""
        return bool(self.column) and self == Origin(self.column)

    def word(self, cell: str) -> str:
        """Turn a cell into what it means."""
        text = cell.strip() or self.otherwise
        if self.is_moment:
            text = day_text(text)
        return self.words.get(text.casefold(), text)


def day_text(text: str) -> str:
    """Cut a moment to its day, as it is written; seconds since 1970 are read in UTC."""
    if found := _MOMENT.fullmatch(text.strip()):
        return found[1]
    if _SECONDS.fullmatch(text.strip()):
        return datetime.fromtimestamp(int(text), UTC).date().isoformat()
    return text.strip()


def is_plain_number(text: str) -> bool:
    """Tell whether a text is a decimal number of a size that amounts have."""
    return _PLAIN.fullmatch(text) is not None


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
    if not is_plain_number(text):
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
