"""Cells of text to values; a cell that says anything doubtful is refused, never guessed."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from metrics.money import UnknownCurrencyError, minor_digits
from metrics.segments import NO_VALUE

MAX_MINOR = 10**15  # room for rupiah and dong; beyond it is a slip of the keyboard or an attack
MAX_LABEL = 200
EARLIEST = date(1970, 1, 1)
LATEST = date(2199, 12, 31)

NO_NUMBER = "is not a plain number: write it like 1200.50 or -80"
CUT = "was cut by a spreadsheet: format the column as text and export it again"
_SHOWN = 30  # characters of a cell that is quoted
THOUSANDTHS = 3
"""Digits that are decimals of some currencies, and of no other."""

# Digits are spelled out because \d also matches other scripts' digits.
_AMOUNT = re.compile(r"([+-]?)([0-9]{1,20})(?:\.([0-9]{1,20}))?")
_IN_GROUP = re.compile(r"[1-9][0-9]{0,2}").fullmatch
_CUT = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]+")
_SPACES = {ord(space): " " for space in "\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\u3000"}
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks that come with cells which were copied out of a page."""
_UNSEEN = dict.fromkeys((*map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"), *_DIRECTIONS))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?")


class CellError(ValueError):
    """A cell cannot be read; the message says what to write instead."""


def quotable(cell: str) -> str:
    """Shorten a cell to what a person needs to find it again."""
    return "".join(filter(str.isprintable, cell.strip()))[:_SHOWN]


def parse_amount(text: str, currency: str) -> int:
    """Turn a signed amount in major units, such as ``-1200.50``, into minor units.

    Raises
    ------
    CellError
        If it is no plain decimal number, may mean thousands, is too fine for the currency, or
        beyond `MAX_MINOR`.
    """
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise CellError(NO_NUMBER)
    sign, whole, fraction = found.groups(default="")
    if len(fraction) == THOUSANDTHS and minor_digits(currency) != THOUSANDTHS and _IN_GROUP(whole):
        raise CellError(doubt(whole, fraction))
    return minor_amount(sign, whole, fraction, currency)


def doubt(whole: str, fraction: str) -> str:
    """Say that a cell such as 1.500 may mean two amounts."""
    return f"may mean {whole}{fraction} or {whole}.{fraction}: write it like 1200 or 1.20"


def minor_amount(sign: str, whole: str, fraction: str, currency: str) -> int:
    """Turn the digits of an amount in major units into minor units.

    Raises
    ------
    CellError
        If it is too fine for the currency, or beyond `MAX_MINOR`.
    """
    digits = minor_digits(currency)
    if fraction[digits:].strip("0"):  # 1.500 is 1.50, but 1.505 would have to be rounded
        raise CellError(f"has more than the {digits} decimals of {currency}: round it")
    minor = int(whole + fraction[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise CellError("is too large to be an MRR")
    return -minor if sign == "-" else minor


def parse_day(text: str, *, today: date) -> date:
    """Read a date written ``YYYY-MM-DD``, from 1970 to tomorrow.

    Raises
    ------
    CellError
        If it is written otherwise, does not exist, or lies outside these bounds.
    """
    day = _calendar_day(text)
    if day > today + timedelta(days=1):  # it is tomorrow already in some time zones
        raise CellError("is in the future: import it when it has happened")
    return day


def parse_any_day(text: str) -> date:
    """Read a date written ``YYYY-MM-DD``, from 1970 to 2199: one that may lie ahead.

    Raises
    ------
    CellError
        If it is written otherwise, does not exist, or lies outside these bounds.
    """
    day = _calendar_day(text)
    if day > LATEST:
        raise CellError("is after 2199")
    return day


def _calendar_day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise CellError("is not a date: write it like 2026-07-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CellError("does not exist in the calendar") from None
    if day < EARLIEST:
        raise CellError("is before 1970")
    return day


def parse_moment(text: str, *, now: datetime) -> datetime:
    """Read an ISO 8601 moment, in UTC; without an offset it is taken as UTC.

    Raises
    ------
    CellError
        If it is written otherwise, does not exist, or is later than ``now``.
    """
    if not _MOMENT.fullmatch(text):
        raise CellError("is not a moment: write it like 2026-07-31T06:00:00Z")
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError("does not exist in the calendar") from None
    if moment > now:
        raise CellError("is in the future")
    return moment


def parse_label(text: str) -> str:
    """Check a name and return it in its usual form; ``NA`` and ``null`` are names too.

    Raises
    ------
    CellError
        If it holds control characters or is longer than `MAX_LABEL`.
    """
    text = plain_label(text)
    if len(text) > MAX_LABEL:
        raise CellError(f"is longer than {MAX_LABEL} characters")
    # Joiners that some scripts need are not printable either: only control characters count.
    if not text.isprintable() and any(unicodedata.category(c) == "Cc" for c in text):
        raise CellError("holds a line break or another control character")
    return text


def plain_label(text: str) -> str:
    r"""Put a name into the form in which equal ones are equal: composed, with plain spaces.

    >>> plain_label("Cafe\u0301\u00a0Zoe\u200b") == "Caf\u00e9 Zoe"
    True
    >>> plain_label("\u202eacme\u202c")
    'acme'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_SPACES).translate(_UNSEEN)).strip()


def parse_product(text: str) -> str | None:
    """Read the label of a product in a list of what accounts have; None for none at all."""
    label = parse_label(text)
    return None if label == NO_VALUE else label


def parse_id(text: str) -> str:
    """Check a name by which rows are told apart.

    Raises
    ------
    CellError
        If a spreadsheet has made a number of it, or it is no label.
    """
    if _CUT.fullmatch(text):
        raise CellError(CUT)
    return parse_label(text)


def parse_currency(text: str) -> str:
    """Check an ISO 4217 code and return it in capitals.

    Raises
    ------
    CellError
        If it is not the code of a currency that has amounts.
    """
    code = text.upper() if text.isascii() else text
    try:
        minor_digits(code)
    except UnknownCurrencyError:
        raise CellError("is not an ISO 4217 code such as USD or EUR") from None
    return code
