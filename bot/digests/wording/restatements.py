"""Words for figures that were posted and have changed since."""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from bot.answers.posted_figures import Restated
from bot.digests.digest import Digest
from bot.style.figures import percent
from bot.style.grid import LabelledText
from bot.style.names import in_a_sentence, scope_name
from metrics.listing import few_of
from metrics.period_grammar import ONE_DAY
from metrics.restatement import is_restated
from metrics.rollup import Scope
from storage.channels.posted_figures import PostedFigure

RESTATED = "Restated since it was posted here"
MOST_NAMED = 8
MOST_IN_DIGEST = 3
_WORDS = re.compile(
    r"TTM to |\.\.|(?P<year>[0-9]{4})-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2}))"
    r"(?:-(?P<day>[0-9]{2}))?"
)


def restated_line(digest: Digest) -> LabelledText | None:
    """Write what a digest restates: "Aug 99.8% → 99.1% (late churn)"; None where it is nothing.

    The widest scope comes first, of a scope the shortest period, then the largest change.
    """
    restated = sorted(digest.body.restated, key=_weight)
    if not restated:
        return None
    within, year = digest.answer.question.scope, digest.answer.period.end.year
    said = [_short(one, within, year) for one in restated]
    request = digest.request
    is_long = request.month is not None or request.since.weeks_missed
    since = "the last digest" if is_long else "last week"
    return LabelledText(f"Restated since {since}:", f"{few_of(said, MOST_IN_DIGEST, by=';')}.")


def restated_lines(restated: Sequence[Restated]) -> tuple[str, ...]:
    """Return a line for each restated figure, up to `MOST_NAMED` of them."""
    named = tuple(map(_line, restated[:MOST_NAMED]))
    rest = len(restated) - len(named)
    return (*named, f"and {rest:,} more") if rest else named


def label_words(label: str, *, beside: int | None = None) -> str:
    """Spell a period's label as in a sentence; ``beside`` a year, in short and without that year.

    Examples
    --------
    >>> label_words("2026-10"), label_words("2026-Q3"), label_words("TTM to 2026-10")
    ('October 2026', 'Q3 2026', '12 months to October 2026')
    >>> label_words("2026-07-01..2026-08-28")
    '1 July 2026 to 28 August 2026'
    >>> label_words("TTM to 2026-10", beside=2026), label_words("2025-12", beside=2026)
    ('12 months to Oct', 'Dec 2025')
    """
    return _WORDS.sub(partial(_spelled, beside=beside), label)


def _weight(one: Restated) -> tuple[object, ...]:
    before, now = one.shown.figure.nrr, one.now.nrr
    change = abs(now - before) if before is not None and now is not None else 0
    figure = one.now
    return len(figure.scope), figure.end - figure.start, -change, figure.start, figure.label


def _short(one: Restated, within: Scope, year: int) -> str:
    posted, now = one.shown.figure, one.now
    apart = tuple(pair for pair in posted.scope if pair not in within)
    whose = f"{scope_name(apart)} " if apart else ""
    when = label_words(posted.label, beside=year)
    if is_restated(posted.nrr, now.nrr):
        moved = f"{percent(posted.nrr)} → {percent(now.nrr)}"
    else:
        moved = f"GRR {percent(posted.grr)} → {percent(now.grr)}"
    return f"{whose}{when} {moved} ({one.cause or 'late data'})"


def _line(one: Restated) -> str:
    posted, now = one.shown.figure, one.now
    about = f" of {scope_name(posted.scope)} {_when(posted)}"
    moves: list[str] = []
    for ratio, before, after in (("NRR", posted.nrr, now.nrr), ("GRR", posted.grr, now.grr)):
        if is_restated(before, after):
            moves.append(f"{ratio}{'' if moves else about} {percent(before)} → {percent(after)}")
    return f"{', '.join(moves)} ({one.cause or 'late data'})"


def _when(posted: PostedFigure) -> str:
    is_of_days = posted.label.count("-") > 1
    preposition = "from" if ".." in posted.label else "on" if is_of_days else "in"
    words = f"{preposition} {in_a_sentence(label_words(posted.label))}"
    if not words.endswith("to date"):
        return words
    last = posted.end - ONE_DAY
    return f"{words}, through {last.day} {last:%B},"


def _spelled(found: re.Match[str], *, beside: int | None) -> str:
    year, quarter, month, day = found.group("year", "quarter", "month", "day")
    if not year:
        return " to " if found[0] == ".." else "12 months to "
    after = "" if int(year) == beside else f" {year}"
    if quarter:
        return f"Q{quarter}{after}"
    first = date(int(year), int(month), int(day or 1))
    name = f"{first:%B}" if beside is None else f"{first:%b}"
    return f"{first.day} {name}{after}" if day else f"{name}{after}"
