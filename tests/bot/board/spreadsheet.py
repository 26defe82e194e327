"""A spreadsheet program of our own, as far as board packs need one: it works formulas out anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import unescape
from io import BytesIO
from zipfile import ZipFile

Value = Fraction | str
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(.*?)</c>')
_TOKEN = re.compile(r'"[^"]*"|[A-Z]+\d+|[A-Z]+|\d+|[-+/=(),:]')


@dataclass(frozen=True, kw_only=True)
class Written:
    """A cell as it is in the file."""

    formula: str | None
    value: Value


def cells_of(content: bytes, sheet: str) -> dict[str, Written]:
    """Read the cells of a sheet from the file's XML."""
    with ZipFile(BytesIO(content)) as file:
        book, shared = (
            file.read(f"xl/{name}.xml").decode() for name in ("workbook", "sharedStrings")
        )
        at = re.findall(r'<sheet name="(\w+)"', book).index(sheet) + 1
        page = file.read(f"xl/worksheets/sheet{at}.xml").decode()
    strings = [
        unescape(one) for one in re.findall(r"<si><t[^>]*>(.*?)</t></si>", shared, re.DOTALL)
    ]
    return {name: _read(kind, inside, strings) for name, kind, inside in _CELL.findall(page)}


def _read(attributes: str, inside: str, strings: list[str]) -> Written:
    formula, value = (re.search(f"<{one}>(.*?)</{one}>", inside) for one in "fv")
    assert value is not None, inside
    if 't="s"' in attributes:
        return Written(formula=None, value=strings[int(value[1])])
    text = unescape(value[1])
    return Written(
        formula=unescape(formula[1]) if formula else None,
        value=text if 't="str"' in attributes else Fraction(Decimal(text)),
    )


def worked_out(cells: Mapping[str, Written], name: str) -> Value:
    """Work a cell out from what was typed in, whatever results the file holds."""
    cell = cells.get(name)
    if cell is None:
        return Fraction(0)
    return cell.value if cell.formula is None else _Formula(cells, cell.formula).value()


class _Formula:
    def __init__(self, cells: Mapping[str, Written], text: str) -> None:
        self._cells, self._tokens = cells, _TOKEN.findall(text)

    def value(self) -> Value:
        found = self._sum()
        assert not self._tokens, self._tokens
        return found

    def _next(self, expected: str | None = None) -> str:
        word: str = self._tokens.pop(0)
        assert expected in (None, word), (expected, word)
        return word

    def _sum(self) -> Value:
        found = self._quotient()
        while self._tokens and self._tokens[0] in "+-":
            sign, other = self._next(), self._quotient()
            found = number(found) + (number(other) if sign == "+" else -number(other))
        return found

    def _quotient(self) -> Value:
        found = self._term()
        while self._tokens and self._tokens[0] == "/":
            self._next()
            found = number(found) / number(self._term())
        return found

    def _term(self) -> Value:
        if self._tokens[0] == "(":
            self._next("(")
            found = self._sum()
            self._next(")")
            return found
        word = self._next()
        if word.startswith('"'):
            return word.strip('"')
        if word.isdigit():
            return Fraction(word)
        called = {"IF": self._if, "SUM": self._total, "ROUND": self._round}.get(word)
        return called() if called else worked_out(self._cells, word)

    def _if(self) -> Value:
        self._next("(")
        tested = self._sum()
        self._next("=")
        is_equal = tested == self._sum()
        self._next(",")
        first = self._sum()
        self._next(",")
        if is_equal:  # the other branch may divide by nothing
            self._skip()
            return first
        second = self._sum()
        self._next(")")
        return second

    def _skip(self) -> None:
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(self._next(), 0)

    def _total(self) -> Value:
        self._next("(")
        found = Fraction(0)
        while True:
            first = last = self._next()
            if self._tokens[0] == ":":
                self._next()
                last = self._next()
            found += sum(number(worked_out(self._cells, one)) for one in _span(first, last))
            if self._next() == ")":
                return found

    def _round(self) -> Value:
        self._next("(")
        found = number(self._sum())
        self._next(",")
        places = int(self._next())
        self._next(")")
        return round(found, places)


def _span(first: str, last: str) -> list[str]:
    columns = [_column(re.sub(r"\d", "", one)) for one in (first, last)]
    rows = [int(re.sub(r"\D", "", one)) for one in (first, last)]
    return [
        f"{_letters(column)}{row}"
        for column in range(columns[0], columns[1] + 1)
        for row in range(rows[0], rows[1] + 1)
    ]


def _column(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


def _letters(column: int) -> str:
    found = ""
    while column:
        column, left = divmod(column - 1, 26)
        found = chr(ord("A") + left) + found
    return found


def number(value: Value) -> Fraction:
    """Take a value as a number; an empty cell counts nothing."""
    assert not isinstance(value, str), value
    return value
