"""Dates in other styles than those that are read, with how each is typed here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from bot.questions.named_days import as_dates, with_dashes_read
from metrics.period_grammar import calendar_day
from metrics.spelling import fold

_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH_NAMES = (
    "januar janvier enero gennaio januari janeiro",
    "februar fevrier febrero febbraio februari fevereiro",
    "marz mars marzo maart marco maerz",
    "avril abril aprile",
    "mai mayo maggio mei maio",
    "juni juin junio giugno junho",
    "juli juillet julio luglio julho",
    "aout agosto augustus",
    "septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro",
    "novembre noviembre novembro",
    "dezember decembre diciembre dicembre dezembro",
)
_ENGLISH = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_IN_ENGLISH = {
    name: english
    for names, english in zip(_MONTH_NAMES, _ENGLISH, strict=True)
    for name in names.split()
}
_MONTHS: Mapping[str, int] = {
    **{
        spelled: number
        for number, name in enumerate(map(str.lower, _ENGLISH), 1)
        for spelled in (name, name[:3])
    },
    **{name: 1 + _ENGLISH.index(english) for name, english in _IN_ENGLISH.items()},
    "sept": 9,
}
_LAST = {
    "last-month": "letzter monat, letzten monat, mois dernier, mes pasado, vorige maand",
    "last-quarter": "letztes quartal, letzten quartal, trimestre dernier, vorig kwartaal",
    "last-year": "letztes jahr, letzten jahr, annee derniere, ano pasado, vorig jaar",
}
_WORDS = {
    **{word: typed for typed, words in _LAST.items() for word in words.split(", ")},
    "annual": "ttm",
    "yesterday": "last-1-days",
    "last week": "last-7-days",
    "past week": "last-7-days",
    "week": "last-7-days",
    "last two weeks": "last-14-days",
    "last fortnight": "last-14-days",
}


def as_typed_here(text: str, *, today: date) -> tuple[str, ...]:
    """Write a date, week, month, quarter or half year as a question takes it.

    Parameters
    ----------
    today : date
        What is named without its year is the latest that has begun by then.

    Returns
    -------
    tuple of str
        What it may mean, if anything: two dates where the order of day and month is not known, or
        where a number may be a year, too.

    Raises
    ------
    ImpossiblePeriodError
        If it names a day that its month does not have, or a week that its year does not.

    Examples
    --------
    >>> def typed(*texts: str) -> list[tuple[str, ...]]:
    ...     return [as_typed_here(text, today=date(2026, 11, 21)) for text in texts]
    >>> typed("09/2026", "3Q26", "octobre")
    [('2026-09',), ('Q3 2026',), ('October',)]
    >>> typed("01/02/2025", "31/12/2025")
    [('2025-02-01', '2025-01-02'), ('2025-12-31',)]
    >>> typed("2026/11/21", "29 Feb 2028", "2026-W53", "October 5")
    [('2026-11-21',), ('2028-02-29',), ('2026-12-28..2027-01-03',), ('2026-10-05',)]
    >>> typed("2025-2026", "2026-01...2026-03")
    [('2025..2026',), ('2026-01..2026-03',)]
    """
    word = fold(text)
    if (found := _WORDS.get(word) or _IN_ENGLISH.get(word)) is not None:
        return (found,)
    if (since := _SINCE.fullmatch(word)) and (ends := as_typed_here(since["first"], today=today)):
        return tuple(f"since {one}" for one in ends)
    day = as_dates(fold(with_dashes_read(text)), _MONTHS, today=today)
    if day is not None and not _may_be_a_year(word, today):
        return (day,)
    matches = ((form.fullmatch(word.replace(" ", "-")), write) for form, write in _FORMS)
    found_forms = next((write(match) for match, write in matches if match), ())
    return tuple(filter(None, dict.fromkeys((*found_forms, day))))


def _may_be_a_year(word: str, today: date) -> bool:
    """Tell whether the number behind a month may be a year that the month has begun in."""
    found = _OR_A_YEAR.fullmatch(word)
    month = found and _MONTHS.get(found["name"])
    if not found or not month:
        return False
    return (int(_whole_year(found["year"])), month) <= (today.year, today.month)


def _days(found: re.Match[str]) -> Iterator[str]:
    for order in (_DAY_FIRST, _MONTH_FIRST):  # both ends are written in the same one
        ends = [_PAIR_OF.fullmatch(found[end]) for end in ("first", "last")]
        days = [_day(*end.group("year", *order)) for end in ends if end]
        if all(days):
            yield "..".join(days)


def _month(found: re.Match[str]) -> Sequence[str]:
    return (_day(found["year"], found["month"], "1")[:7],)


def _year_first(found: re.Match[str]) -> Sequence[str]:
    return (_day(*found.group("year", "month", "day")),)


def _either_order(found: re.Match[str]) -> Sequence[str]:
    year, first, second = found.group("year", "first", "second")
    return _day(year, second, first), _day(year, first, second)


def _day_first(found: re.Match[str]) -> Sequence[str]:
    year, month, day = _whole_year(found["year"]), *found.group("second", "first")
    return (calendar_day(found[0], int(year), int(month), int(day)).isoformat(),)


def _named_month(found: re.Match[str]) -> Sequence[str]:
    month, year = _MONTHS.get(found["name"]), found["year"]
    if month is None or not (year or found["name"] in _IN_ENGLISH):  # May that is no month
        return ()
    return (f"{_ENGLISH[month - 1]} {_whole_year(year)}" if year else _ENGLISH[month - 1],)


def _range(found: re.Match[str]) -> Sequence[str]:
    return (f"{found['first']}..{found['last']}".upper(),)


def _weeks(found: re.Match[str]) -> Sequence[str]:
    return (f"last-{7 * int(found['count'])}-days",)


def _part(found: re.Match[str]) -> Sequence[str]:
    year = found["year"]
    part = f"{found['kind'][0].upper().replace('T', 'Q')}{found['number']}"
    return (f"{part} {_whole_year(year)}" if year else part,)


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(_whole_year(year)), int(month), int(day)).isoformat()
    except ValueError:
        return ""  # no such day: it is the other order, or none


def _whole_year(year: str) -> str:
    return year if len(year) > 2 else f"20{year}"  # noqa: PLR2004 - "26" is 2026


_OR_A_YEAR = re.compile(
    "(?P<name>[a-z]{3,9}) (?P<year>[2-9][0-9])"
)  # "sep 26": a month of 2026, or its 26th day
_PAIR = rf"(?P<first>[0-9]{{1,2}})[{{marks}}](?P<second>[0-9]{{1,2}})[{{marks}}]{_YEAR}"
_DAY_FIRST, _MONTH_FIRST = ("second", "first"), ("first", "second")
_PAIR_OF = re.compile(_PAIR.replace("{marks}", "./-"))
_TO = "-(?:(?:to|till?|until|bis|au|a|al|hasta|tot)-)?"
_SINCE = re.compile("(?:seit|depuis|desde|dal|sinds|ab)[ -](?P<first>.+)")
_QUARTER = "q|quarter|qtr|quartal|trimestre|kwartaal"  # as people elsewhere call one, too
_END = r"[0-9]{4}(?:-?q[1-4]|-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?"
_FORMS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], Sequence[str]]]] = (
    (re.compile(r"(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"), _month),
    (re.compile(r"(?P<year>[0-9]{4})[/.](?P<month>[0-9]{1,2})"), _month),
    (
        re.compile(r"(?P<year>[0-9]{4})[/.](?P<month>[0-9]{1,2})[/.](?P<day>[0-9]{1,2})"),
        _year_first,
    ),
    (re.compile("(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"), _year_first),
    (
        re.compile(rf"(?P<first>{_END})(?:-|[.]{{3,}}|\N{{HORIZONTAL ELLIPSIS}})(?P<last>{_END})"),
        _range,
    ),
    (
        re.compile(
            "(?:(?:from|vom|von|du|de|del|dal|van)-)?"
            rf"(?P<first>[0-9./]{{8,10}}){_TO}(?P<last>[0-9./]{{8,10}})"
        ),
        lambda found: tuple(_days(found)),
    ),
    (
        re.compile(rf"(?:(?:im|en|in|au|nel)-)?(?P<name>[a-z]{{3,9}})[.]?(?:[-']*{_YEAR})?"),
        _named_month,
    ),
    (re.compile(_PAIR.replace("{marks}", ".")), _day_first),
    (re.compile(_PAIR.replace("{marks}", "/-")), _either_order),
    (
        re.compile(r"(?P<first>q[1-4])-(?P<last>q[1-4](?:-[0-9]{4})?)"),
        lambda found: (f"{found['first']} to {found['last']}".upper().replace("TO", "to"),),
    ),
    (re.compile(r"(?:last|past|previous)-(?P<count>[1-9][0-9]?)-weeks?"), _weeks),
    (
        re.compile(
            rf"(?P<number>[1-4])(?:[.]|st|nd|rd|th|e|er|eme)?-?(?P<kind>{_QUARTER})"
            rf"(?:[-/']?(?:of-)?{_YEAR})?"
        ),
        _part,
    ),
    (re.compile(rf"(?P<kind>{_QUARTER}|t)-?(?P<number>[1-4])(?:[-/']?{_YEAR})?"), _part),
    (re.compile(rf"(?P<number>[12])(?P<kind>h)(?:[-/']?{_YEAR})?"), _part),
    (re.compile(rf"(?P<kind>h)(?P<number>[12])[-/']?{_YEAR}"), _part),
)
"""Forms of a folded word; those that are read already never come here."""
