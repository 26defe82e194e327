"""Words for figures that were posted and have changed since."""

import re
from collections.abc import Sequence
from datetime import date

from bot.answers.posted_figures import Restated
from bot.style.figures import percent
from bot.style.names import scope_name
from metrics.period_grammar import ONE_DAY
from metrics.restatement import is_restated
from storage.channels.posted_figures import PostedFigure

RESTATED = "Restated since it was posted here"
MOST_NAMED = 8
_WORDS = re.compile(
    r"TTM to |\.\.|(?P<year>[0-9]{4})-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2}))"
    r"(?:-(?P<day>[0-9]{2}))?"
)


def restated_lines(restated: Sequence[Restated]) -> tuple[str, ...]:
    """Return a line for each restated figure, up to `MOST_NAMED` of them."""
    named = tuple(map(_line, restated[:MOST_NAMED]))
    rest = len(restated) - len(named)
    return (*named, f"and {rest:,} more") if rest else named


def label_words(label: str) -> str:
    """Spell a period's label as in a sentence.

    Examples
    --------
    >>> label_words("2026-10"), label_words("2026-Q3"), label_words("TTM to 2026-10")
    ('October 2026', 'Q3 2026', 'the year to October 2026')
    >>> label_words("2026-07-01..2026-08-28")
    '1 July 2026 to 28 August 2026'
    """
    return _WORDS.sub(_spelled, label)


def _line(one: Restated) -> str:
    posted, now = one.shown.figure, one.now
    about = f" of {scope_name(posted.scope)} in {_period(posted)}"
    moves: list[str] = []
    for ratio, before, after in (("NRR", posted.nrr, now.nrr), ("GRR", posted.grr, now.grr)):
        if is_restated(before, after):
            moves.append(f"{ratio}{'' if moves else about} {percent(before)} → {percent(after)}")
    return f"{', '.join(moves)} (late data)"


def _period(posted: PostedFigure) -> str:
    words = label_words(posted.label)
    if not words.endswith("to date"):
        return words
    last = posted.end - ONE_DAY
    return f"{words}, through {last.day} {last:%B},"


def _spelled(found: re.Match[str]) -> str:
    year, quarter, month, day = found.group("year", "quarter", "month", "day")
    if quarter:
        return f"Q{quarter} {year}"
    if month:
        first = date(int(year), int(month), int(day or 1))
        return f"{first.day} {first:%B %Y}" if day else f"{first:%B %Y}"
    return " to " if found[0] == ".." else "the year to "
