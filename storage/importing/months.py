"""Months as people and programs write them, in cells and in headers."""

import re
import unicodedata
from datetime import date, timedelta

from storage.importing.cells import CellError

_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jaenner janner janvier janv enero ene gennaio gen",
            "feb february februar fevrier fevr febrero febbraio",
            "mar march marz maerz mrz mars marzo",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag maj mei",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre settembre set",
            "oct october okt oktober octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dez dezember decembre diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = (
    re.compile(r"(?P<year>\d{4})(?:[-/. ]m?|m)(?P<month>\d{1,2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})[-/. ](?P<year>\d{4})", re.ASCII),
)
_WORDS = (
    re.compile(r"(?P<name>[a-z]{3,9})[-/. ']*(?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[-/. ]*(?P<name>[a-z]{3,9})", re.ASCII),
)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][0-9:.]+(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def month_of(text: str) -> date | None:
    """Find the first day of the month that a text names; None if it names none.

    Examples
    --------
    >>> [str(month_of(text)) for text in ("2026-07", "07/2026", "Jul-26", "Juli 2026")]
    ['2026-07-01', '2026-07-01', '2026-07-01', '2026-07-01']
    """
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    for form in (*_NUMBERS, *_WORDS):
        if found := form.fullmatch(plain):
            return _month(**found.groupdict())
    if found := _DAY.fullmatch(text.strip()):
        return _of_day(found[1])
    return None


def parse_month(text: str) -> date:
    """Read a month; of a date it is the one that the date begins or ends.

    Raises
    ------
    CellError
        If it names none.
    """
    found = month_of(text)
    if found is None:
        raise CellError("is not a month: write it like 2026-07")
    return found


def _month(*, year: str, month: str = "", name: str = "") -> date | None:
    number = int(month) if month else _NAMES.get(name, 0)
    whole = int(year) + (2000 if len(year) == len("26") else 0)
    if not (1 <= number <= len("JFMAMJJASOND") and _FIRST_YEAR <= whole <= _LAST_YEAR):
        return None
    return date(whole, number, 1)


def _of_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    begins, ends = day.day == 1, (day + timedelta(days=1)).day == 1
    return day.replace(day=1) if begins or ends else None
