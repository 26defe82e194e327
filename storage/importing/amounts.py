"""Amounts as people write them: read by the column, whose cells must all agree."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from metrics.money import minor_digits
from storage.importing.cells import (
    MAX_MINOR,
    NO_NUMBER,
    THOUSANDTHS,
    CellError,
    doubt,
    minor_amount,
    parse_amount,
)
from storage.importing.movements import Whole
from storage.importing.tables.table import NamedTable

_SPACES = {ord(space): " " for space in "\u00a0\u2007\u2009\u202f"} | {ord("\u2019"): "'"}
_UNIT = r"[^\W\d_]{0,3}[$\u20ac\u00a3\u00a5\u20b9]?"
_WRITTEN = re.compile(
    rf"(?P<open>\()?(?P<before>[+\u2212-]?) ?(?P<unit>{_UNIT}) ?"
    r"(?P<sign>[+\u2212-]?)(?P<body>[0-9](?:[0-9.,' ]*[0-9])?) ?(?P<behind>-?) ?"
    rf"(?P<unit_behind>{_UNIT})(?P<close>\))?"
)
_NOTHING = re.compile(rf"(?P<unit>{_UNIT}) *[\u2013-] *(?P<unit_behind>{_UNIT})")
"""How accountants, and the formats of spreadsheets that are called so, write a zero."""
_DOUBTFUL = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
"""One mark and three digits behind it: thousands, or decimals."""
_GROUPING = ("$", "\u00a3", "\u00a5", "\u20b9")
"""Signs of money whose thousands have commas: `$1,200` has no other meaning."""
_OTHER_MARKS = "has other marks than other amounts of the column: write all like 1200.50"
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"}
_SYMBOLS: Mapping[str, set[str]] = {
    "$": _DOLLARS,
    "US$": {"USD"},
    "C$": {"CAD"},
    "A$": {"AUD"},
    "R$": {"BRL"},
    "\u20ac": {"EUR"},
    "\u00a3": {"GBP"},
    "\u00a5": {"JPY", "CNY"},
    "\u20b9": {"INR"},
}


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """Marks of thousands and of decimals; none between thousands is always allowed."""

    thousands: str
    decimal: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, thousands: str, decimal: str) -> "AmountStyle":
        """Make the style of two marks."""
        mark = re.escape(thousands)
        grouped = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        if thousands == ",":  # as in India: 1,20,000
            grouped += rf"|[1-9][0-9]?(?:{mark}[0-9]{{2}})+{mark}[0-9]{{3}}"
        whole = rf"([0-9]{{1,20}}|{grouped})"
        pattern = rf"{whole}(?:{re.escape(decimal)}([0-9]{{1,20}}))?"
        return cls(thousands, decimal, re.compile(pattern))

    def read(self, body: str) -> tuple[str, str] | None:
        """Read digits before and behind the decimal mark; None where it is written otherwise."""
        found = self.pattern.fullmatch(body)
        return (found[1].replace(self.thousands, ""), found[2] or "") if found else None


STYLES = tuple(AmountStyle.of(*marks) for marks in (",.", " .", "'.", ".,", " ,", "',"))


class AmountColumn:
    """Reads the amounts of a table's column, or of several that are written alike.

    A plain number is read at once. The first cell that is none, or is doubtful, has all cells
    of the column looked at: what they agree on is how it is read.
    """

    def __init__(self, table: NamedTable, *columns: str) -> None:
        self._table, self._columns = table, columns

    def parse(self, text: str, currency: str) -> int:
        """Turn a signed amount in major units into minor units.

        Raises
        ------
        CellError
            If it is no amount, is doubtful, or is not in this currency.
        """
        try:
            return parse_amount(text, currency)
        except CellError:
            return self._habits.parse(text, currency)

    @cached_property
    def _habits(self) -> "_Habits":
        return _Habits.of(self._table.cells(self._columns))


def plain_amounts(lines: str, currency: str, *, count: int) -> Whole | None:
    r"""Read so many cells together if each is a plain number with every decimal of the currency.

    Parameters
    ----------
    lines : str
        The cells, each with a line break behind it.

    Examples
    --------
    >>> plain_amounts("1200.50\n-80.00\n", "USD", count=2)
    array([120050,  -8000])
    >>> plain_amounts("1200.50\n-80\n", "USD", count=2) is None
    True
    """
    if not _plain_lines(minor_digits(currency)).fullmatch(lines):
        return None
    found = np.fromstring(lines.replace(".", ""), np.int64, sep="\n")
    return found if found.size == count else None  # a cell can hold line breaks


@cache
def _plain_lines(digits: int) -> re.Pattern[str]:
    decimals = rf"\.[0-9]{{{digits}}}" if digits else ""
    most = len(str(MAX_MINOR - 1)) - digits  # so many before the mark are never too large
    return re.compile(rf"(?:[+-]?[0-9]{{1,{most}}}+{decimals}\n)*+")


@dataclass(frozen=True, slots=True)
class _Habits:
    """How all cells of a column can be read.

    ``styles`` are those that read every one of them, ``is_thousandths`` tells whether all
    fractions have three digits and one of them cannot be thousands.
    """

    styles: Sequence[AmountStyle]
    is_thousandths: bool

    @classmethod
    def of(cls, cells: Iterable[str]) -> "_Habits":
        styles, lengths, is_clear = set(STYLES), set[int](), False
        for cell in cells:
            written = _WRITTEN.fullmatch(cell.translate(_SPACES).strip())
            if not written or written["body"].isdigit():
                continue
            body = written["body"]
            if reading := {style for style in STYLES if style.read(body)}:
                styles &= reading
                lengths.add(_decimals(body))
                is_clear = is_clear or (_decimals(body) > 0 and not _DOUBTFUL.fullmatch(body))
        is_thousandths = is_clear and lengths - {0} == {THOUSANDTHS}
        return cls([*styles], is_thousandths)

    def parse(self, text: str, currency: str) -> int:
        """Read a cell that is no plain number."""
        plain = text.translate(_SPACES).strip()
        written = _WRITTEN.fullmatch(plain) or _NOTHING.fullmatch(plain)
        if not written:
            raise CellError(NO_NUMBER)
        _require_currency(written["unit"], written["unit_behind"], currency)
        if written.re is _NOTHING:
            return 0
        body = written["body"]
        if written["unit"].endswith(_GROUPING) and _DOUBTFUL.fullmatch(body):
            body = self._without_comma(body)
        whole, fraction = self._digits(body, currency)
        return minor_amount(_sign(written), whole, fraction, currency)

    def _without_comma(self, body: str) -> str:
        is_grouping = any(style.thousands == "," for style in self.styles)
        return body.replace(",", "") if is_grouping else body

    def _digits(self, body: str, currency: str) -> tuple[str, str]:
        is_fine = minor_digits(currency) == THOUSANDTHS
        readings = {found for style in self.styles if (found := style.read(body))}
        if not readings:
            known = any(style.read(body) for style in STYLES)
            raise CellError(_OTHER_MARKS if known else NO_NUMBER)
        digits = readings.pop()
        doubtful = _DOUBTFUL.fullmatch(body)
        if readings or (doubtful and digits[1] and not is_fine and not self.is_thousandths):
            raise CellError(doubt(*re.split("[.,]", body)))
        return digits


def _decimals(body: str) -> int:
    marks = re.sub("[0-9 ']", "", body)
    is_grouped = len(marks) > 1 and len(set(marks)) == 1
    return 0 if is_grouped or not marks else len(re.split("[.,]", body)[-1])


def _sign(written: re.Match[str]) -> str:
    signs = [written[name] for name in ("open", "before", "sign", "behind") if written[name]]
    if len(signs) > 1 or bool(written["open"]) != bool(written["close"]):
        raise CellError(NO_NUMBER)
    return "-" if signs and signs[0] != "+" else ""


def _require_currency(before: str, behind: str, currency: str) -> None:
    unit = before or behind
    if before and behind:
        raise CellError(NO_NUMBER)
    if unit and unit.upper() != currency and currency not in _SYMBOLS.get(unit, ()):
        if unit in _SYMBOLS or (len(unit) == len(currency) and unit.isupper()):
            raise CellError(f"is in {unit}, but the currency of the row is {currency}")
        raise CellError(NO_NUMBER)
