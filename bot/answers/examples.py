"""Names for examples: of the ledger at hand, as far as whoever reads them may see it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answers import Answers
from bot.errors import BotError
from bot.migration.measuring import USUAL
from bot.questions.question import canonical_scope
from bot.questions.words import Vocabulary
from metrics.errors import MetricsError
from metrics.segments import NO_VALUE, DerivedDimension
from storage.errors import StorageError

_BARE = re.compile(r"[^\W\d_][\w-]{2,}")
_PEOPLE = frozenset({"owner"})
"""Dimensions of people, who are no example of a segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Contents of a ledger beside movements: only then a question that needs them is an example."""

    usage: bool = False
    plans: bool = False
    contracts: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Names and values that examples are made of; None where the ledger has none.

    Attributes
    ----------
    dimension : str, optional
        One that has values, as it is typed after ``by``.
    value : str, optional
        A value of it, as it is typed.
    pair : str, optional
        A value of it and one of another dimension.
    currency : str, optional
        One that amounts can be asked for in, beside their own.
    """

    dimension: str | None = None
    value: str | None = None
    pair: str | None = None
    currency: str | None = None
    has_products: bool = False
    held: Held = Held()

    @classmethod
    def of(cls, vocabulary: Vocabulary, main_dimension: str, *, held: Held = Held()) -> Self:
        """Choose names from a ledger's vocabulary, of the main dimension if it is there."""
        known = {
            name: values
            for name, found in _dimensions(vocabulary)
            if (values := [value for value in found if value != NO_VALUE])
        }
        order = sorted(known, key=lambda name: (name != main_dimension, len(known[name]) < 2))  # noqa: PLR2004 - two to compare
        first, second = (*order, None, None)[:2]
        if first is None:
            return cls(currency=_currency(vocabulary), held=held)
        values = known[first]
        pair = ((first, values[-1]), *([(second, known[second][0])] if second else []))
        return cls(
            dimension=first.replace("_", "-"),
            value=_typed(vocabulary, first, values[0]),
            pair=canonical_scope(pair) if second else None,
            currency=_currency(vocabulary),
            has_products="product" in vocabulary.values,
            held=replace(held, plans=USUAL in vocabulary.values),
        )

    @property
    def words(self) -> Mapping[str, str]:
        """The names that are there, by what help calls them."""
        named = {
            "dimension": self.dimension,
            "value": self.value,
            "pair": self.pair,
            "currency": self.currency,
            "product": "product" if self.has_products else None,
            "usage": "incl. usage" if self.held.usage else None,
            "plans": "plans" if self.held.plans else None,
            "renewals": "renewals" if self.held.contracts else None,
            "outlook": "outlook" if self.held.waiting else None,
        }
        return {name: text for name, text in named.items() if text is not None}


def value_in(vocabulary: Vocabulary, main_dimension: str) -> str:
    """Choose a value of a ledger, as it is typed; empty where it has none."""
    return Examples.of(vocabulary, main_dimension).value or ""


def examples_of(answers: Answers, visibility: Visibility = EVERYTHING) -> Examples:
    """Choose examples of a ledger; none where it cannot be read, or holds nothing yet."""
    with suppress(BotError, MetricsError, StorageError), answers.reading() as reading:
        known, ledger = reading.vocabulary(visibility), reading.ledger
        held = Held(
            usage=ledger.has_usage(),
            contracts=ledger.has_contracts(),
            waiting=ledger.has_waiting_rows(),
        )
        return Examples.of(known, answers.main_dimension, held=held)
    return Examples()


def _dimensions(vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    hidden = {*map(str, DerivedDimension), *_PEOPLE, "product"}
    yield from ((name, found) for name, found in vocabulary.values.items() if name not in hidden)


def _typed(vocabulary: Vocabulary, dimension: str, value: str) -> str:
    is_clear = _BARE.fullmatch(value) and len(vocabulary.anywhere(value)) == 1
    return value if is_clear else canonical_scope(((dimension, value),))


def _currency(vocabulary: Vocabulary) -> str | None:
    # One alone is what amounts are in anyway.
    return min(vocabulary.currencies) if len(vocabulary.currencies) > 1 else None
