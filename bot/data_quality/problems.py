"""Problems of the data as values, worst first: what is wrong, and what to type about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bot.data_quality.wording import (
    LIST,
    accounts_words,
    alike_words,
    bridge_words,
    share_words,
    unmatched_words,
)
from bot.style.names import day_words, dimension_name, plural, safe_name
from metrics.period_grammar import ONE_DAY
from storage.quality.bridge import differing
from storage.quality.paying import NAME, OWNER, Gap
from storage.quality.review import DataReview

LEAST = Fraction(1, 1000)
"""Share of the money below which something is in the table, and no problem."""
STALE_DAYS = 45
_FIRST, _FEED, _SECOND = Fraction(4), Fraction(3), Fraction(2)
"""Weights above every share: what does not add up, sources that fail, data that has not come."""
_OF_REASONS, _OF_PEOPLE, _OF_NAMES = Fraction(1, 2), Fraction(1, 4), Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its weight, what it is, and what mends it."""

    weight: Fraction
    sentence: str
    remedy: str


def problems(review: DataReview, *, today: date, names: bool) -> list[Problem]:
    """List what is wrong, the worst first.

    Parameters
    ----------
    names : bool
        Whether single accounts may be named, and what a group of them pays.
    """
    found = [*_of_the_ledger(review, today, names=names), *_of_accounts(review, names=names)]
    return sorted(found, key=lambda one: -one.weight)


def _of_the_ledger(review: DataReview, today: date, *, names: bool) -> Iterator[Problem]:
    if wrong := differing(review.bridge):
        remedy = "nrrbot db check says what is wrong, nrrbot db rebuild builds it again."
        yield Problem(_FIRST, bridge_words(wrong, names=names), remedy)
    for feed in review.feeds:
        if feed.failure is not None:
            said = f"The source {safe_name(feed.name)} cannot be read"
            # What it was refused for can name accounts.
            why = feed.failure if names else f"nrrbot sync {safe_name(feed.name)} --once says why."
            yield Problem(_FEED, said, why)
    behind = (today - review.end).days
    if behind > STALE_DAYS:
        last = review.end - ONE_DAY
        yield Problem(
            _SECOND,
            f"The data ends {day_words(last)}, {plural(behind, 'day')} ago",
            "Import what came since, or let a source keep itself up to date: nrrbot sync --help.",
        )
    drivers = review.drivers
    if (share := drivers.without_share) >= LEAST:
        said = f"{share_words(share)} of what existing accounts moved names no driver"
        yield Problem(
            share * _OF_REASONS,
            said,
            "Export the movements with their reason, and import them with a column driver.",
        )
    if (share := drivers.unknown_share) >= LEAST:
        first = safe_name(next(iter(drivers.unknown)))
        said = f'{share_words(share)} of what moved has a driver that is not known, "{first}" first'
        yield Problem(
            share * _OF_REASONS,
            said,
            f'Say what it means: nrrbot import FILE --drivers words.toml has "{first}" = "price".',
        )


def _of_accounts(review: DataReview, *, names: bool) -> Iterator[Problem]:
    for gap in review.gaps:
        share = _share(review, gap.lacking.mrr)
        if share >= LEAST and not (gap.dimension == NAME and not gap.is_known):
            yield Problem(share * _weight(gap), _gap_sentence(review, gap, names=names), _fill(gap))
    if review.alike and (share := _share(review, sum(pair.mrr for pair in review.alike))):
        yield Problem(
            share,
            alike_words(review, names=names),
            f"If they are one, {LIST} with account_id, parent_id and valid_from joins them.",
        )
    if review.unmatched and (share := _share(review, sum(o.account.mrr for o in review.unmatched))):
        yield Problem(
            share * _OF_REASONS,
            unmatched_words(review, names=names),
            "nrrbot data --unmatched FILE.csv writes them with the likely match, to be completed"
            " and imported.",
        )


def _gap_sentence(review: DataReview, gap: Gap, *, names: bool) -> str:
    if not gap.is_known:
        heard = ", so that no alert reaches one" if gap.dimension == OWNER else ""
        return f"No account has a value for {dimension_name(gap.dimension)}{heard}"
    have = "has" if gap.lacking.count == 1 else "have"
    words = accounts_words(review, gap.lacking, names=names)
    return f"{words} {have} no {dimension_name(gap.dimension)}"


def _fill(gap: Gap) -> str:
    return f"Give them one: {LIST}, with the columns account_id and {gap.dimension}."


def _weight(gap: Gap) -> Fraction:
    return {OWNER: _OF_PEOPLE, NAME: _OF_NAMES}.get(gap.dimension, Fraction(1))


def _share(review: DataReview, mrr: int) -> Fraction:
    return Fraction(mrr, review.paying.mrr) if review.paying.mrr else Fraction(0)
