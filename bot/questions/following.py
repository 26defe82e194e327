"""A question that goes on from the one before: what it leaves out is taken from there."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.errors import UsageError
from bot.questions.kinds import Kind
from bot.questions.phrases import PHRASES
from bot.questions.question import (
    COMPANY,
    LISTS,
    OF_NOW,
    Question,
    Versus,
    View,
    ViewOptions,
    canonical_scope,
    canonical_text,
)
from bot.questions.sides import UncomparablePeriodsError
from metrics.periods import previous
from metrics.rollup import Scope

_VERSUS = re.compile(
    "|".join(
        rf"{re.escape(phrase)}\b"
        for phrase, kind in sorted(PHRASES.items(), key=lambda item: -len(item[0]))
        if kind in (Kind.VERSUS, Kind.YEAR_OVER_YEAR)
    ),
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:our|we|us)\b", re.IGNORECASE)
_OF_IT = re.compile(r"\b(?:it|them|(?:about|with|for) (?:this|that))[.!? ]*$", re.IGNORECASE)
_EARLIER = re.compile(
    r"(?:the )?(?:(?:previous|prior|preceding) (?P<unit>period|month|quarter|year)"
    r"|(?P<one>period|month|quarter|year|one) before(?: (?:that|it))?)[.!? ]*",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\b(?:NRR|GRR|net revenue retention)\b", re.IGNORECASE)
_TURNED = re.compile(
    r"(?:show )?(?:the )?(?:(?:next|more|older)(?: (?:page|ones?|accounts?|[0-9]{1,3}))?"
    r"|(?P<back>(?:previous|last) page|(?:page )?back))[.!? ]*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"(?:(?:have|get|see|want|need) )?(?:(?:this|that|it|them|these|those|all|the list) )?"
    r"(?:(?:as|in|into|to) )?(?:(?:an?|the) )?"
    r"(?:csv|excel|xlsx|spreadsheet|export|download)(?: (?:this|that|it|them|file))?[.!? ]*",
    re.IGNORECASE,
)
"""A wish for a file: a list of accounts has a button that sends it."""
_LEVELS = (View.ANSWER, View.FULL)
"""Views that say how high a ratio is."""


def go_on(text: str, before: Question, read: Callable[[str], Question]) -> Question:
    """Read a text that goes on from a question.

    Parameters
    ----------
    read : callable
        Reads a text as a question of its own.

    Raises
    ------
    UsageError, MetricsError
        If it is none.
    """
    if (moved := _turned(text, before) or _earlier(text, before)) is not None:
        return moved
    if _FILE.fullmatch(text):
        text = View.ACCOUNTS
    if _VERSUS.match(text):
        return _beside(text, before, read)
    asked = _read(text, before, read)
    if _begins_anew(asked, text):
        return asked
    if asked.versus is not None:
        return _compared(asked, asked.versus, before)
    if not _is_bare(asked):
        return _viewed(asked, before)
    if _RATIO.search(text) and before.view not in _LEVELS:
        before = Question(scope=before.scope, period=before.period)
    return _next_of(asked, before)


def _pages_on(text: str) -> int | None:
    """Count the pages that a list is turned by: none for its file, which has all of them."""
    if _FILE.fullmatch(text):
        return 0
    turned = _TURNED.fullmatch(text)
    return turned and (-1 if turned["back"] else 1)


def _turned(text: str, before: Question) -> Question | None:
    if before.view not in LISTS or (by := _pages_on(text)) is None:
        return None
    listing = before.options.listing
    return before.with_listing(replace(listing, page=max(1, listing.page + by)))


def _earlier(text: str, before: Question) -> Question | None:
    """Ask the question before of the period before its own, if a text says that."""
    found = _EARLIER.fullmatch(text)
    if found is None or not _has_period(before):
        return None
    unit = (found["unit"] or found["one"]).lower()
    if unit not in {"period", "one", before.period.unit}:
        return None
    period = previous(before.period)
    versus = before.versus if len(before.scopes) > 1 else None
    earlier = replace(
        before,
        words=replace(before.words, text=text, names_period=True, stand_in=None),
        period=period,
        versus=None if versus is None else replace(versus, period=period),
    )
    return _on_first_page(earlier)


def _on_first_page(question: Question) -> Question:
    return question.with_listing(replace(question.options.listing, page=1))


def _beside(text: str, before: Question, read: Callable[[str], Question]) -> Question:
    try:
        return read(f"{_side(before)} {text}")
    except UncomparablePeriodsError as error:  # a quarter, after a month or itself
        return error.instead


def _read(text: str, before: Question, read: Callable[[str], Question]) -> Question:
    """Read a text by itself; what is none, such as "24 months", as a trend if that was before."""
    try:
        return read(text)
    except UsageError:
        if before.options.window is None:
            raise
        return read(f"trend {text}")


def _side(before: Question) -> str:
    alone = Question(scope=before.scope, period=before.period)
    text = canonical_text(alone) if _has_period(before) else canonical_scope(before.scope)
    return text if before.scope else f"{COMPANY} {text}"


def _is_bare(asked: Question) -> bool:
    """Tell whether a question only says which accounts, when, or in which currency."""
    return asked == Question(
        words=asked.words, scope=asked.scope, period=asked.period, amounts=asked.amounts
    )


def _begins_anew(asked: Question, text: str) -> bool:
    if _names_accounts(asked):
        return asked.options.account is not None or asked.words.names_period
    is_of_us = _OURS.search(text) and not _OF_IT.search(text)  # "what should we do about it"
    return asked.options.account is not None or bool(is_of_us)


def _names_accounts(asked: Question) -> bool:
    return bool(asked.scope) or asked.words.names_company


def _scope(asked: Question, before: Question) -> Scope:
    if asked.words.names_company:
        return ()
    return tuple((dict(before.scope) | dict(asked.scope)).items())


def _has_period(before: Question) -> bool:
    """Tell whether a question is of a period that another question can be of."""
    of_days_ahead = before.view.is_ahead or before.view in OF_NOW or before.view is View.COHORTS
    return before.options.window is None and not of_days_ahead


def _next_of(asked: Question, before: Question) -> Question:
    """Ask the question before of other accounts, or of another period."""
    scope, names_period = _scope(asked, before), asked.words.names_period
    is_kept = not names_period or _has_period(before)
    kept = before if is_kept else Question(scope=scope, period=asked.period)
    versus = kept.versus if len(kept.scopes) > 1 and not _names_accounts(asked) else None
    period = asked.period if names_period else kept.period
    is_card = kept.view is View.CARD
    is_same_account = is_card and not _names_accounts(asked)
    words = replace(
        kept.words,
        text=asked.words.text,
        asked=asked.words.asked or kept.words.asked,
        names_period=names_period or kept.words.names_period,
        stand_in=(asked if names_period else kept).words.stand_in,
    )
    followed = replace(
        kept,
        words=words,
        scope=scope,
        period=period,
        view=View.ANSWER if is_card and not is_same_account else kept.view,
        versus=None if versus is None else replace(versus, period=period),
        dimension=None if kept.dimension in dict(scope) else kept.dimension,
        amounts=asked.amounts.over(before.amounts),
        options=ViewOptions() if is_card and not is_same_account else kept.options,
    )
    return _on_first_page(followed)


def _viewed(asked: Question, before: Question) -> Question:
    """Ask something else of the accounts and the period before."""
    takes_period = _has_period(asked) and _has_period(before) and not asked.words.names_period
    dimension = before.dimension if asked.view is View.FULL else None
    scope = _scope(asked, before)
    split = asked.dimension or (None if dimension in dict(scope) else dimension)
    of_period = before if takes_period else asked
    viewed = replace(
        asked,
        scope=scope,
        dimension=split,
        period=of_period.period,
        amounts=asked.amounts.over(before.amounts),
    )
    return viewed.with_stand_in(of_period.words.stand_in)


def _compared(asked: Question, versus: Versus, before: Question) -> Question:
    """Compare accounts in the period before, or periods of the accounts before."""
    if len(asked.scopes) > 1:
        period = before.period if _has_period(before) else asked.period
        return replace(asked, period=period, versus=replace(versus, period=period))
    scope = _scope(asked, before)
    return replace(asked, scope=scope, versus=replace(versus, scope=scope))
