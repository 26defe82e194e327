"""Refusals of a question whose words do not go together, each with an example to type."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from bot.errors import PeriodsError, UsageError
from bot.questions.question import Listing, Question, Versus, View, ViewOptions, canonical_text
from bot.questions.words import Meanings, normalise
from bot.style.names import period_name
from metrics.horizons import Horizon
from metrics.period_grammar import YEARS
from metrics.periods import Period, is_as_long, period_words, year_before
from metrics.rollup import Scope
from metrics.spelling import fold
from metrics.trends import LENGTHS

LISTED = 10
FALLBACK = "last-quarter"
_TREND = "trend last-24-months"
_MONTHS_AHEAD = range(1, 25)
_MARKUP = re.compile(r"[<>*~`@#|\\\[\]]")
TOO_LONG = f"that is too long to read as one question. Try: {FALLBACK}"
COMPANY_AND_VALUE = f"that names both the whole company and a part of it: give one. Try: {FALLBACK}"
WHOSE = (
    "I can't tell which accounts are yours: name their owner, as in accounts owner:NAME."
    " Try: by owner last-quarter"
)
TWO_LENGTHS = (
    "that gives the trend two lengths: give one; windows of 3 months are called rolling-3m."
    f" Try: {_TREND}"
)
TWO_CURRENCIES = f"those are two currencies: give one. Try: {FALLBACK}"
TWO_BASES = f"usage does not go together with basis current: give one. Try: {FALLBACK}"
TWO_WINDOWS = f"a trend has one kind of window: monthly, rolling-3m or rolling-12m. Try: {_TREND}"


def shown(name: str) -> str:
    """Clean a name of the ledger for a message: short, plain, without markup.

    Underscores become hyphens, which are read as the same.
    """
    # Names are data: one of them must not ping a channel or open a link in a refusal.
    plain = normalise(name).replace("_", "-")
    return " ".join(_MARKUP.sub("", plain).replace('"', "").split())[:60].rstrip()


def no_trend(months: int | None) -> UsageError:
    """Refuse months or windows of a trend where none is asked for."""
    if months is None:
        return UsageError("windows are of a trend alone: ask for it by itself. Try: trend monthly")
    named = f"last-{months}-months" if months in LENGTHS else "last-24-months"
    return UsageError(
        f"months like that are for a trend: add the word, or name a period such as {named}."
        f" Try: trend {named}"
    )


def months_ahead(view: View, months: int) -> UsageError:
    """Refuse months of a view that looks ahead in days."""
    days = 30 * months if months in _MONTHS_AHEAD else 90
    return UsageError(f"{view} looks ahead in days, such as {days}d. Try: {view} {days}d")


def two_periods(first: Period, second: Period, scope: Scope) -> PeriodsError:
    """Refuse two periods without a vs between them."""
    said = f"{period_name(first)} and {period_name(second)} are two periods: give one"
    both = Question(scope=scope, period=first)
    if first == second or not is_as_long(first, second):
        return PeriodsError(f"{said}. Try: {typed(both)}")
    compared = replace(both, versus=Versus(scope=scope, period=second))
    return PeriodsError(f"{said}, or put vs between them. Try: {typed(compared)}")


def too_early(period: Period) -> PeriodsError:
    """Refuse a period that begins before any that can be typed."""
    return PeriodsError(
        f"{period_words(period)} begins before {YEARS[0]}, and nobody has figures of then."
        f" Try: {FALLBACK}"
    )


def typed(question: Question) -> str:
    """Write a question as it can be typed, for the end of a refusal."""
    text = canonical_text(question).replace("_", "-")
    return FALLBACK if _MARKUP.search(text) else text


def two_views(first: Question, second: View) -> UsageError:
    """Refuse another of ``full``, ``why`` and ``accounts`` beside the first."""
    ahead = Horizon() if second.is_ahead else None
    options = ViewOptions(listing=first.options.listing, ahead=ahead)
    alone = typed(replace(first, view=second, options=options))
    return UsageError(f"{first.view} and {second} are two questions: ask one. Try: {alone}")


def no_trend_of_that(alone: Question, *, is_versus: bool) -> UsageError:
    """Refuse a trend with another view or with two sides."""
    if is_versus:
        return UsageError(f"a trend has no other side: split it with by. Try: {_TREND}")
    return UsageError(f"{alone.view} is of one period, not of a trend. Try: {typed(alone)}")


def one_side_only(question: Question) -> UsageError:
    """Refuse a view that a comparison does not have."""
    said = f"{question.view} is of one side alone: ask for each"
    return UsageError(f"{said}. Try: {typed(question)}")


def needs_versus(question: Question, *, is_rest: bool) -> UsageError:
    """Refuse the other side of a comparison that has none."""
    if is_rest:
        return UsageError(f"the rest is what is compared with: put vs before it. Try: {FALLBACK}")
    versus = Versus(scope=question.scope, period=year_before(question.period))
    instead = typed(replace(question, versus=versus))
    return UsageError(f"put vs before the period that is compared with. Try: {instead}")


def not_split(question: Question, dimension: str) -> UsageError:
    """Refuse a list of single accounts that is split."""
    name, alone = shown(dimension), replace(question, dimension=None)
    said = f"accounts are listed one by one, not by {name}: name one {name}"
    if question.view is View.ACCOUNTS:
        said = f"{said}, or ask for the figures of each"
        alone = replace(question, view=View.ANSWER, options=ViewOptions())
    return UsageError(f"{said}. Try: {typed(alone)}")


def of_now(question: Question) -> UsageError:
    """Refuse a period, or an outcome, of accounts as they stand."""
    plain = question.with_listing(Listing())
    said = f"{question.view} is of accounts as they stand: leave the period out"
    return UsageError(f"{said}. Try: {typed(plain)}")


def two_values(dimension: str, first: str, second: str) -> UsageError:
    """Refuse two values of one dimension without a vs between them."""
    name = shown(dimension)
    pair = f"{typed_pair(dimension, first)} vs {typed_pair(dimension, second)}"
    tried = pair if _is_whole(first) and _is_whole(second) else f"by {name}"
    return UsageError(
        f"one {name} at a time, all of them with by {name}, or two with vs. Try: {tried} {FALLBACK}"
    )


def more_than_two(dimension: str) -> UsageError:
    """Refuse to compare more than two values of a dimension."""
    split = f"by {shown(dimension)}"
    said = f"two are compared at a time, and {split} shows all"
    return UsageError(f"{said}. Try: {split} {FALLBACK}")


def two_splits(dimension: str) -> UsageError:
    """Refuse a second ``by``."""
    return UsageError(f"split by one dimension at a time. Try: by {shown(dimension)} {FALLBACK}")


def value_or_months(dimension: str, value: str) -> UsageError:
    """Ask back whether a value is meant, or the months of a trend."""
    return UsageError(
        f"that could be {typed_pair(dimension, value)} or the months of a trend: type the first so,"
        f" or the others as last-24-months or rolling-1m. Try: {_TREND}"
    )


def several_meanings(meanings: Meanings) -> UsageError:
    """Ask back which of several dimensions or values is meant."""
    forms = [shown(name) if not value else typed_pair(name, value) for name, value in meanings]
    listed = either(dict.fromkeys(forms[:LISTED]))
    read = (form for form, pair in zip(forms, meanings, strict=True) if all(map(_is_whole, pair)))
    tried = " ".join((*islice(read, 1), FALLBACK))
    return UsageError(f"that could be {listed}: which one? Try: {tried}")


def typed_pair(dimension: str, value: str) -> str:
    """Write a dimension and its value as they are typed, quoted where that is needed."""
    text = shown(value)
    is_word = re.fullmatch(r"[\w.&+/()-]*[\w)]", text)
    return f"{shown(dimension)}:{text}" if is_word else f'{shown(dimension)}:"{text}"'


def _is_whole(name: str) -> bool:
    """Tell whether a name that is shown can be typed: nothing of it was left out."""
    return fold(shown(name)) == fold(name)


def either(names: Iterable[str]) -> str:
    """List names that one is to be chosen of."""
    *others, last = [*names] or [""]
    return f"{', '.join(others)} or {last}" if others else last
