"""Sentences of a digest: its headline, and the notes beside its finding."""

from datetime import date, timedelta

from bot.answers.wording.sentences import partial_note
from bot.digests.digest import Digest
from bot.style.figures import NO_BASE, percent
from bot.style.grid import LabelledText
from bot.style.names import capitalised, dimension_name, period_name, safe_name, scope_name
from metrics.period_grammar import shift_months
from metrics.periods import months_between

OLD_DATA_AFTER = timedelta(days=7)
"""Older data was known to the last digest, a week ago, already."""

MOST_WEEKS_NAMED = 2
NOTHING_CLOSED = "Nothing closed since the last digest"


def headline(digest: Digest) -> str:
    """Write the numbers: "October 2026: NRR 100.7%, 12 months 109.1%"."""
    scope = digest.answer.question.scope
    about = f" · {scope_name(scope)}" if scope else ""
    if digest.is_unchanged:
        return f"{NOTHING_CLOSED}{about}"
    period = period_name(digest.answer.period)
    return f"{capitalised(period)}: {_levels(digest)}{about}"


def standing_lines(digest: Digest) -> tuple[str, ...]:
    """Write where the figures stand while no month was closed, and what the next digest waits for.

    Restated figures take the place of the latter.
    """
    answer = digest.answer
    stands = f"{period_name(answer.period)} stands at {_levels(digest)}."
    lines = [capitalised(stands)]
    if not digest.body.restated:
        lines.append(f"The next figures come once {answer.period.measured_end:%B %Y} is in.")
    return tuple(lines)


def notes(digest: Digest) -> tuple[str, ...]:
    """Write what readers must know first: figures that may move, or are older than they seem."""
    lines = (
        None if digest.is_unchanged else digest.answer.question.note,
        None if digest.is_unchanged else partial_note(digest.answer),
        _stale_line(digest),
        _missed_line(digest),
        _others_line(digest),
    )
    return tuple(line for line in lines if line)


def watch_line(digest: Digest) -> LabelledText | None:
    """Write the worst value of another dimension over twelve months; None without one."""
    watched = digest.body.watched
    if watched is None:
        return None
    year, name = watched.year, scope_name((watched.pair,))
    if name in {safe_name(one.value) for one in digest.answer.breakdown}:
        name = f"{dimension_name(watched.pair[0])} {name}"  # that one is of another dimension
    said = f"is at {percent(year.nrr)} over twelve months, GRR {percent(year.grr)}."
    return LabelledText("Watch:", f"{name} {said}")


def _levels(digest: Digest) -> str:
    answer, beside = digest.answer, digest.answer.comparisons
    if answer.retention.nrr is None:
        return NO_BASE
    own = f"NRR {percent(answer.retention.nrr)}"
    trailing, month = beside.trailing, beside.latest_month
    if trailing is not None and trailing.period != answer.period:
        return f"{own}, 12 months {percent(trailing.retention.nrr)}"
    if month is not None:
        return f"{own}, {month.period.start:%B} {percent(month.retention.nrr)}"
    return own


def _stale_line(digest: Digest) -> str | None:
    grounds = digest.answer.grounds
    known_on = grounds.data_as_of.astimezone(grounds.zone).date()
    age = digest.request.today - known_on
    if age <= OLD_DATA_AFTER or digest.request.month is not None:
        return None  # a closed month is what it was when it was closed
    since = f"{known_on.day} {known_on:%B %Y}"
    return f"Old data: nothing was imported since {since}, {age.days:,} days ago."


def _missed_line(digest: Digest) -> str | None:
    weeks = digest.request.since.weeks_missed
    if not weeks:
        return None
    if len(weeks) > MOST_WEEKS_NAMED:
        last = _week_words(weeks[-1])
        return f"No digest was sent for {len(weeks)} weeks, the last of them that of {last}."
    named = " and ".join(map(_week_words, weeks))
    return f"No digest was sent in the week{'s' if len(weeks) > 1 else ''} of {named}."


def _others_line(digest: Digest) -> str | None:
    """Name the months that were closed together with the one that a monthly digest is about."""
    request, before = digest.request, digest.answer.comparisons.previous
    month, told = request.month, request.since.month
    if month is None or told is None or shift_months(told, 1) >= month:
        return None
    others = months_between(shift_months(told, 1), month, today=request.today)
    name = period_name(others)
    said = f"{capitalised(name)} closed since the last digest, too"
    if before is None or before.period.start != others.start:
        return f"{said}."
    return f"{said}: NRR {percent(before.retention.nrr)}."


def _week_words(week: str) -> str:
    monday = date.fromisoformat(f"{week}-1")
    return f"{monday.day} {monday:%B}"
