"""Names out of a ledger, made fit to be shown: they cannot hide, ping, link or format."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metrics.days import day_in_full
from metrics.period_grammar import ONE_DAY
from metrics.periods import Period, PeriodUnit, period_words
from metrics.rollup import Scope
from metrics.segments import NO_VALUE, DerivedDimension

MAX_NAME = 40
MAX_SCOPE = 80
UNNAMED = "(unnamed)"
_SHORT = 4  # parts of a name: its last words are kept if they are one of them
LONGEST_CATEGORY = 20  # of a native chart: Slack refuses longer names
WHOLE_COMPANY = "the whole company"

_JOINERS = "\u200c\u200d"  # invisible, but parts of words in Persian and of emoji, and harmless

_LITERAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "\u2217", "~": "\u223c", "`": "\u2019"}
)
_SPECIAL_COLON = re.compile(
    r":(?=//|\d*[^\W\d][\w+'-]*:|[+'-][\w+'-]*:)"  # of an address, and before an emoji's name
    r"|(?<!\d):(?=\d+:)"  # some names are numbers; a time of day is none
)
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


def safe_name(name: str, *, longest: int = MAX_NAME) -> str:
    """Put a name on one line, without control, invisible or direction-changing characters.

    It is still not escaped: use it where Slack takes plain or raw text, else `escaped` on top.

    Examples
    --------
    >>> safe_name(" Acme  Ltd "), safe_name("Professional plan with support 2026", longest=23)
    ('Acme Ltd', 'Professional plan… 2026')
    >>> safe_name("Northern Trading Company of the Islands 0012 Ltd", longest=32)
    'Northern Trading Compa… 0012 Ltd'
    """
    visible = "".join(character for character in " ".join(name.split()) if _is_shown(character))
    name = visible.strip() or UNNAMED
    if len(name) <= longest or not (last := _last_words(name, longest // _SHORT)):
        return shortened(name, longest)
    return f"{shortened(name, longest - len(last) - 1)} {last}"  # names of a series differ in it


def _last_words(name: str, longest: int) -> str:
    """Take the last words of a name that fit: a number may stand before "Ltd"."""
    return name[-longest - 1 :].partition(" ")[2]


def shortened(text: str, longest: int) -> str:
    """Cut a text to ``longest`` characters; an ellipsis says that more was there."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def escaped(text: str) -> str:
    """Escape a text so that Slack's mrkdwn shows it as it is.

    Examples
    --------
    >>> escaped("<!channel> mid_market & co")
    '&lt;!channel&gt; mid_market &amp; co'
    """
    # What makes text bold, struck, code, a link or an emoji has no escape: a sign that looks alike
    # takes its place.
    return _SPECIAL_COLON.sub("\u2236", _EMPHASIS.sub("\uff3f", text)).translate(_LITERAL)


def dimension_name(dimension: str) -> str:
    """Spell a dimension as in a sentence: ``acv_tier`` is "ACV tier"."""
    if dimension == DerivedDimension.ACV_TIER:
        return "ACV tier"
    return safe_name(dimension.replace("_", " "))


def scope_name(scope: Scope) -> str:
    """Name the accounts of a scope: "enterprise", "enterprise · gold", "the whole company"."""
    names = [_value_name(dimension, value) for dimension, value in scope]
    return shortened(" · ".join(names) or WHOLE_COMPANY, MAX_SCOPE)


def about_name(scope: Scope, dimension: str | None) -> str:
    """Name what a reply is about, at the end of its headline: "smb", "smb · by plan".

    Examples
    --------
    >>> about_name((), None), about_name((), "industry")
    ('the whole company', 'by industry')
    """
    split = [f"by {dimension_name(dimension)}"] if dimension else []
    accounts = [scope_name(scope)] if scope or not split else []
    return " · ".join((*accounts, *split))


def period_name(period: Period) -> str:
    """Name a period in words, marked while it is not over or not all in.

    Examples
    --------
    >>> from metrics.periods import parse_period
    >>> today = date(2026, 11, 21)
    >>> [period_name(parse_period(text, today=today)) for text in ("2026-10", "q3", "ttm", "qtd")]
    ['October 2026', 'Q3 2026', '12 months to October 2026', 'Q4 2026 to date']
    """
    words = period_words(period).removeprefix("the ")
    return words if period.complete and not period.is_to_date else f"{words} to date"


def in_a_sentence(name: str) -> str:
    """Put a period's name inside a sentence: "the 12 months to October 2026".

    Examples
    --------
    >>> in_a_sentence("12 months to Oct 2026"), in_a_sentence("Q3 2026")
    ('the 12 months to Oct 2026', 'Q3 2026')
    """
    return f"the {name}" if name.startswith("12 ") else name


def in_period(period: Period, name: str | None = None) -> str:
    """Say when something was, by the period's name or another: "in Q3 2026", "on 5 Oct 2026".

    Examples
    --------
    >>> from metrics.periods import parse_period
    >>> today = date(2026, 11, 21)
    >>> [in_period(parse_period(text, today=today)) for text in ("ttm", "2026-10-05")]
    ['in the 12 months to October 2026', 'on 5 Oct 2026']
    >>> in_period(parse_period("2026-07..2026-08", today=today))
    'from July to August 2026'
    """
    return f"{_preposition(period)} {in_a_sentence(name or period_name(period))}"


def at_its_end(period: Period) -> str:
    """Say when a period ended, or the data that it has: "at the end of Q3 2026".

    Examples
    --------
    >>> from metrics.periods import parse_period
    >>> today = date(2026, 11, 21)
    >>> typed = ("q3", "2026-07..2026-08", "ttm", "2026-10-01..2026-10-15", "mtd")
    >>> [at_its_end(parse_period(text, today=today)) for text in typed[:3]]
    ['at the end of Q3 2026', 'at the end of August 2026', 'at the end of October 2026']
    >>> [at_its_end(parse_period(text, today=today)) for text in typed[3:]]
    ['on 15 Oct 2026', 'on 21 Nov 2026']
    """
    last = period.measured_end - ONE_DAY
    if period.measured_end.day != 1:
        return f"on {day_words(last)}"
    is_one = period.unit in (PeriodUnit.QUARTER, PeriodUnit.YEAR) and last == period.end - ONE_DAY
    return f"at the end of {period_words(period) if is_one else f'{last:%B %Y}'}"


def as_it_opened(period: Period) -> str:
    """Say when a period opened: "when Q3 2026 opened"; of days and months, with the first.

    Examples
    --------
    >>> from metrics.periods import parse_period
    >>> today = date(2026, 11, 21)
    >>> typed = ("ttm", "qtd", "2026-07..2026-08", "2026-10-01..2026-10-15")
    >>> [as_it_opened(parse_period(text, today=today)) for text in typed[:2]]
    ['when the 12 months to October 2026 opened', 'when Q4 2026 opened']
    >>> [as_it_opened(parse_period(text, today=today)) for text in typed[2:]]
    ['when July 2026 opened', 'when 1 Oct 2026 began']
    """
    match period.unit:
        case PeriodUnit.DAY:  # who began to pay on that day had not paid before it
            return f"when {day_words(period.start)} began"
        case PeriodUnit.MONTH:
            return f"when {period.start:%B %Y} opened"
        case _:
            return f"when {period_words(period)} opened"


def _preposition(period: Period) -> str:
    first, last = period.start, period.end - ONE_DAY
    match period.unit:
        case PeriodUnit.DAY:
            return "on" if first == last else "from"
        case PeriodUnit.MONTH if first.replace(day=1) != last.replace(day=1):
            return "from"
        case _:
            return "in"


def short_period(period: Period, *, beside: Period | None = None) -> str:
    """Name a period where there is little room; ``beside`` another, without a year that both have.

    Examples
    --------
    >>> from metrics.periods import parse_period, previous
    >>> october = parse_period("2026-10", today=date(2026, 11, 21))
    >>> short_period(october), f"vs {short_period(previous(october), beside=october)}"
    ('Oct 2026', 'vs Sep')
    >>> ttm = parse_period("ttm", today=date(2026, 11, 21))
    >>> short_period(ttm), short_period(previous(ttm), beside=ttm)
    ('12 months to Oct 2026', '12 months to Oct 2025')
    """
    last = period.end - ONE_DAY
    is_same_year = beside is not None and beside.start.year == period.start.year == last.year
    match period.unit:
        case PeriodUnit.MONTH if period.is_month and period.complete:
            return f"{last:%b}" if is_same_year else f"{last:%b %Y}"
        case PeriodUnit.TTM:
            return f"12 months to {last:%b %Y}"
        case PeriodUnit.QUARTER if is_same_year and period.complete:
            return period_words(period).split()[0]
        case _:
            return period_name(period)


def day_words(day: date) -> str:
    """Write a day: "3 Mar 2024"."""
    return day_in_full(day)


def moment_words(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its minute, on the clock of a zone: "3 Mar 09:30"."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %H:%M}"


def short_month(month: date) -> str:
    """Name a month under a point or at the head of a column: "Oct 2026"."""
    return f"{month:%b %Y}"


def numbered(names: Sequence[str]) -> list[str]:
    """Shorten the names of a native chart, numbered where they would be the same: Slack forbids it.

    Examples
    --------
    >>> numbered(["smb", "a rather long name, one", "a rather long name, two"])
    ['1. smb', '2. a rather long na…', '3. a rather long na…']
    """
    short = [shortened(name, LONGEST_CATEGORY) for name in names]
    if len(set(short)) == len(short):
        return short
    return [
        shortened(f"{number}. {name}", LONGEST_CATEGORY) for number, name in enumerate(names, 1)
    ]


def plural(count: int, noun: str) -> str:
    """Count a noun: "1 account", "1,200 accounts"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def capitalised(words: str) -> str:
    """Begin words with a capital letter, as at the head of a column."""
    return words[:1].upper() + words[1:]


def _value_name(dimension: str, value: str) -> str:
    if value == NO_VALUE or dimension in set(DerivedDimension):  # "tier 1" alone says little
        return f"{dimension_name(dimension)} {safe_name(value)}"
    return safe_name(value)


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
