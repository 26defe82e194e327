"""Reads questions of people who may not see everything, as if hidden names were not there."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import NoReturn, TypeVar

from bot.access.decisions import LISTS_YOURS, Reason
from bot.access.visibility import Visibility
from bot.errors import (
    AccessDeniedError,
    ExplainedDenialError,
    HiddenScopeError,
    UnknownWordsError,
    UsageError,
)
from bot.questions.hints import typed
from bot.questions.parsing import Question, canonical_scope, parse_question
from bot.questions.words import HUMAN_LENGTH, Vocabulary
from metrics.data_end import DataEnd
from metrics.errors import MetricsError
from metrics.rollup import Attributes, Scope, matches
from metrics.segments import DerivedDimension

TELLS_THE_TOTAL = DerivedDimension.VALUE_TIER
"""Its tiers are cut at shares of the company's MRR, so that the total follows from one tier."""
_FOR_ALL = frozenset({DerivedDimension.ACV_TIER, DerivedDimension.TENURE})
"""Dimensions whose values are the same in every ledger, so that they give nothing away."""

_LISTED = 8
"""How many scopes are named to whoever may see several."""

T = TypeVar("T")


def read_question(
    text: str,
    *,
    visibility: Visibility,
    vocabulary: Vocabulary,
    visible: Vocabulary,
    today: date,
    fiscal_start: int,
    data_end: DataEnd,
    max_length: int,
) -> Question:
    """Read a question as `parse_question` does, if its scope may be seen.

    Raises
    ------
    UsageError, MetricsError
        If it cannot be read.
    UnknownWordsError, AccessDeniedError
        As from `read_if_visible`.
    """

    def parse(words: Vocabulary) -> Question:
        return parse_question(
            text,
            vocabulary=words,
            today=today,
            fiscal_start=fiscal_start,
            data_end=data_end,
            max_length=max_length,
            lists_accounts=bool(visibility.detailed),
        )

    def question_of_company(question: Question) -> Question:
        if question.options.account is not None:
            return question  # judged by the scopes that the account is in, once it is found
        if not visibility.scopes:
            raise AccessDeniedError(Reason.OUT_OF_SCOPE)
        # Only people leave out which accounts: a button names them, unless it means the company.
        if question.words.names_company or max_length > HUMAN_LENGTH:
            raise _out_of_scope(question, visibility)
        scope = _default(visibility)
        versus = question.versus and replace(question.versus, scope=scope)
        return replace(question, scope=scope, versus=versus)

    def hidden_first(question: Question) -> Scope:
        hidden = (scope for scope in question.scopes if not visibility.sees(scope))
        return next(hidden, question.scope)

    return read_if_visible(
        parse,
        hidden_first,
        visibility=visibility,
        vocabulary=vocabulary,
        visible=visible,
        of_company=question_of_company,
    )


def _out_of_scope(question: Question, visibility: Visibility) -> AccessDeniedError:
    """Refuse the company, with the same question of what may be seen."""
    is_seen = visibility.sees(question.scope)
    scope = question.scope if is_seen else min(visibility.scopes)
    instead = typed(replace(question, scope=scope, versus=None))
    return ExplainedDenialError(
        Reason.OUT_OF_SCOPE,
        f"you may not see figures of the whole company: {LISTS_YOURS}. Try: {instead}",
    )


def _default(visibility: Visibility) -> Scope:
    if visibility.default is not None:
        return visibility.default
    names = [canonical_scope(scope) for scope in sorted(visibility.scopes)]
    listed = ", ".join(names[:_LISTED]) + (", and others" if len(names) > _LISTED else "")
    raise ExplainedDenialError(
        Reason.OUT_OF_SCOPE,
        f"say which accounts, as in `/nrr {names[0]} last-quarter`: you may see {listed}",
    )


def _refuse_company(_: object) -> NoReturn:
    raise AccessDeniedError(Reason.OUT_OF_SCOPE)


def read_if_visible(
    read: Callable[[Vocabulary], T],
    scope_of: Callable[[T], Scope],
    *,
    visibility: Visibility,
    vocabulary: Vocabulary,
    visible: Vocabulary,
    of_company: Callable[[T], T] = _refuse_company,
) -> T:
    """Read a text with the words that a person may know, if its scope may be seen.

    Parameters
    ----------
    visible : Vocabulary
        The part of ``vocabulary`` that may be known, see `visible_vocabulary`.
    of_company : callable
        Takes what was read about the company, and narrows it to what may be seen, or refuses.

    Raises
    ------
    UnknownWordsError
        If it names something that is not there, or that may not be seen: the sentence is the same,
        and suggests only what may be asked about.
    AccessDeniedError
        If it is about the company, which everybody knows to be there.
    """
    if visibility.is_whole:
        return read(vocabulary)
    try:
        found = read(visible)
    except UnknownWordsError:
        hidden = _hidden_scope(read, scope_of, vocabulary)
    else:
        hidden = scope_of(found)
        if visibility.sees(hidden):
            return found
        if not hidden:
            return of_company(found)
    try:
        # fails with a sentence that suggests granted words alone
        read(_granted(visibility, vocabulary))
    except UnknownWordsError as unknown:
        if hidden:  # for the audit alone: the person reads the same sentence
            raise HiddenScopeError(str(unknown), hidden) from None
        raise
    raise AccessDeniedError(Reason.OUT_OF_SCOPE)


def _hidden_scope(
    read: Callable[[Vocabulary], T], scope_of: Callable[[T], Scope], vocabulary: Vocabulary
) -> Scope:
    with suppress(UsageError, MetricsError):
        return scope_of(read(vocabulary))
    return ()  # the ledger does not know it either


def visible_vocabulary(
    vocabulary: Vocabulary, combinations: Iterable[Attributes], visibility: Visibility
) -> Vocabulary:
    """Return the vocabulary of the accounts that may be seen.

    Parameters
    ----------
    combinations : iterable of Attributes
        Every combination of values that occurs.
    """
    if visibility.is_whole:
        return vocabulary
    if not visibility.scopes:
        return Vocabulary({}, vocabulary.currencies)
    seen = {
        pair
        for attributes in combinations
        if any(matches(attributes, scope) for scope in visibility.scopes)
        for pair in attributes.items()
    } | {pair for scope in visibility.scopes for pair in scope}
    return Vocabulary(
        {
            dimension: found
            for dimension, values in vocabulary.values.items()
            if dimension != TELLS_THE_TOTAL
            and (found := tuple(_seen(dimension, values, seen, visibility.scopes)))
        },
        vocabulary.currencies,
    )


def _seen(
    dimension: str, values: Iterable[str], seen: set[tuple[str, str]], scopes: Iterable[Scope]
) -> Iterable[str]:
    is_granted = any(dimension in dict(scope) for scope in scopes)
    if dimension in _FOR_ALL and not is_granted:
        return values
    return (value for value in values if (dimension, value) in seen)


def _granted(visibility: Visibility, vocabulary: Vocabulary) -> Vocabulary:
    values: dict[str, tuple[str, ...]] = {}
    for dimension, value in sorted({pair for scope in visibility.scopes for pair in scope}):
        values[dimension] = (*values.get(dimension, ()), value)
    return Vocabulary(values, vocabulary.currencies)


def derivable(
    vocabulary: Mapping[str, tuple[str, ...]], scopes: Iterable[Scope]
) -> tuple[str, ...]:
    """List the dimensions of which every value is granted, or all but one.

    From every value the company's total follows; from all but one the last does, for a person who
    knows the total.
    """
    granted = {scope[0] for scope in scopes if len(scope) == 1}
    return tuple(
        dimension
        for dimension, values in vocabulary.items()
        if len(values) > 1
        and len(values) - sum((dimension, value) in granted for value in values) <= 1
    )
