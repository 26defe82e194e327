"""The review of the data as parts of a message: the worst first, then every check in a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.data_quality.problems import problems
from bot.data_quality.wording import accounts_words, share_words
from bot.style.figures import percent
from bot.style.grid import Grid
from bot.style.names import (
    day_words,
    dimension_name,
    moment_words,
    plural,
    safe_name,
    scope_name,
    short_month,
)
from bot.style.parts import Footer, Headline, Parts, Quiet, Said, Table
from metrics.listing import few_of
from metrics.period_grammar import ONE_DAY
from metrics.segments import NO_VALUE
from storage.quality.bridge import differing, months_of
from storage.quality.drivers import DriverCoverage
from storage.quality.feeds import Feed
from storage.quality.restatements import RestatedFigure
from storage.quality.review import DataReview

WELL = "The data adds up, and nothing in it needs mending"
_ALSO = 2
_SOURCES = 3
_SHORT = 20
_FIGURES = 2
_LONGEST = 200  # characters of a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Those who read a review: whether they may see single accounts, their zone, and how much.

    ``notes`` is how many of those on sources they are shown; the others are counted.
    """

    names: bool
    zone: ZoneInfo
    notes: int = 1


def review_parts(review: DataReview, readers: Readers, *, today: date) -> Parts:
    """Compose a review of the data, at most one screen."""
    found = problems(review, today=today, names=readers.names)
    rows = tuple(_rows(review, readers))
    notes = [*_notes(review, readers)]
    also = found[1:2] if notes else found[1 : 1 + _ALSO]
    return (
        Headline(found[0].sentence if found else WELL),
        Said(found[0].remedy if found else None),
        Table(Grid(title="", header=("Check", "Now"), rows=rows), figures=0),
        Quiet(*(f"{one.sentence}. {one.remedy}" for one in also), *notes),
        Footer(_footer(review)),
    )


def _notes(review: DataReview, readers: Readers) -> Iterator[str]:
    """Repeat what syncs have said of rows; it can name accounts."""
    said = [(feed.name, note) for feed in review.feeds for note in reversed(feed.notes)]
    if said and not readers.names:
        names = ", ".join(safe_name(name) for name in dict(said))
        yield f"Rows of {names} were left out or doubted: nrrbot data says which."
        return
    for name, note in said[: readers.notes]:
        at = note.at.astimezone(readers.zone)
        yield f"{safe_name(name)}, {at.day} {at:%b}: {safe_name(note.said, longest=_LONGEST)}"
    if more := max(0, len(said) - readers.notes):
        yield f"And {plural(more, 'more note')} on sources: nrrbot data --json has them all."


def _footer(review: DataReview) -> str:
    last = review.end - ONE_DAY
    return f"Data through {day_words(last)} · nrrbot data --reconcile FILE compares totals"


def _rows(review: DataReview, readers: Readers) -> Iterator[tuple[str, str]]:
    yield "Reconciles", _bridge(review)
    yield "Drivers", _drivers(review.drivers)
    for gap in review.gaps:
        words = accounts_words(review, gap.lacking, names=readers.names)
        yield f"No {dimension_name(gap.dimension)}", words if gap.is_known else "no account has one"
    pairs = plural(len(review.alike), "pair") if review.alike else "none"
    yield "Look alike", pairs
    yield "In no list", _unmatched(review)
    yield "Restated", _restated(review.restatements, names=readers.names)
    yield "Sources", _feeds(review.feeds, readers.zone)


def _bridge(review: DataReview) -> str:
    wrong = differing(review.bridge)
    months = [month for month in months_of(review.bridge) if month < review.end]
    segments = {row.segment for row in review.bridge} - {NO_VALUE}
    if not wrong:
        within = f", in each of {plural(len(segments), 'segment')}" if segments else ""
        return f"in all {plural(len(months), 'month')}{within}"
    return f"not in {plural(len(months_of(wrong)), 'month')} of {len(months)}"


def _drivers(drivers: DriverCoverage) -> str:
    if not drivers.total:
        return "nothing moved in 12 months"
    if not drivers.without and not drivers.unknown:
        return "all of what moved in 12 months names one"
    if not drivers.unknown:
        return f"{share_words(drivers.without_share)} of what moved in 12 months names none"
    first, *others = drivers.unknown
    more = f" and {len(others)} more" if others else ""
    return (
        f"{share_words(drivers.without_share)} of what moved names none,"
        f" {share_words(drivers.unknown_share)} unknown: {safe_name(first, longest=_SHORT)}{more}"
    )


def _unmatched(review: DataReview) -> str:
    if review.unmatched is None:
        return "no list was imported"
    if not review.unmatched:
        return "none"
    likely = sum(one.likely is not None for one in review.unmatched)
    return f"{plural(len(review.unmatched), 'account')}, {likely:,} with a likely match"


def _restated(figures: Sequence[RestatedFigure], *, names: bool) -> str:
    if not figures:
        return "no posted figure in 90 days"
    counted = plural(len(figures), "posted figure")
    if not names:  # a channel that accounts are named in was shown groups of any size
        return counted
    words = [f"{_subject(one)} {percent(one.before)} to {percent(one.after)}" for one in figures]
    return f"{counted}: {few_of(words, _FIGURES, by=';')}"


def _subject(one: RestatedFigure) -> str:
    last = one.end - ONE_DAY
    months = short_month(last) if one.start == last.replace(day=1) else f"to {short_month(last)}"
    return f"{scope_name(one.scope)} {months}" if one.scope else months


def _feeds(feeds: Sequence[Feed], zone: ZoneInfo) -> str:
    return few_of([_feed(one, zone) for one in feeds], _SOURCES, by=";")


def _feed(feed: Feed, zone: ZoneInfo) -> str:
    name = safe_name(feed.name)
    if feed.failed_since is not None:
        return f"{name} fails since {moment_words(feed.failed_since, zone)}"
    if feed.at is None:
        return f"{name} was never read"
    return f"{name} {moment_words(feed.at, zone)}"
