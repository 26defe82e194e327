"""The words of a question: cleaned text, its tokens, and a ledger's names."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Self, TypeVar

from bot.questions.names import OTHER_NAMES
from metrics.rollup import Scope
from metrics.segments import NO_VALUE, DerivedDimension
from metrics.spelling import cleaned, fold

HUMAN_LENGTH = 300  # characters of a question that people may type

Meanings = tuple[tuple[str, str], ...]
"""Pairs of dimension and value."""

_Item = TypeVar("_Item")
_DERIVED = frozenset(map(str, DerivedDimension))
_SHORT = 8  # tokens of a phrase that is kept
_MOST_READ = 10_000  # beyond it nothing is even normalised, which can take quadratic time


def normalise(text: str, *, max_length: int = HUMAN_LENGTH) -> str:
    """Compose ``text`` on one line, without its invisible characters.

    Parameters
    ----------
    text : str
        Anything; no character of it is refused, lone surrogates included.
    max_length : int
        How many characters are kept.

    Examples
    --------
    >>> normalise("  enterprise   last-quarter ")
    'enterprise last-quarter'
    """
    return " ".join(cleaned(text[:_MOST_READ]).split())[:max_length].rstrip()


def is_too_long(text: str, *, max_length: int) -> bool:
    """Tell whether `normalise` would leave out a part of ``text``."""
    return len(text) > _MOST_READ or len(normalise(text, max_length=_MOST_READ)) > max_length


def quoted(name: str) -> str:
    """Put ``name`` in double quotes such that `normalise` and then `Sentence` restore it."""
    plain = json.dumps(name, ensure_ascii=False)  # people read this text: no escapes without need
    if normalise(plain, max_length=_MOST_READ) == plain:
        return plain
    return json.dumps(name).replace(" ", r"\u0020").replace("\x7f", r"\u007f")


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]  # a person's backslash is no escape


class _Sort(Enum):
    QUOTED = auto()
    SEPARATOR = auto()
    PUNCTUATION = auto()
    WORD = auto()


# A quote opens where a word could begin: the one in O'Brien does not. Two dots begin the end of a
# range, so they are never mere punctuation.
_TOKEN = re.compile(
    r"""(?P<QUOTED>"(?:[^"\\]|\\.)*"(?=[\s:=?!,;.]|$)
    |(?<![^\s:=])'[^']*'(?=[\s:=?!,;.]|$))
    |(?P<SEPARATOR>[:=])
    |(?P<PUNCTUATION>(?:[-?!,;]|(?<!\.)\.(?!\.))+(?=[\s:=]|$))
    |(?P<WORD>[^\s:=]+?(?=(?:[?!,;]|(?<!\.)\.(?!\.))*(?:[\s:=]|$)))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a quoted text, a ``:`` or ``=``, or closing punctuation, and where it stands."""

    sort: _Sort
    start: int
    end: int

    @property
    def is_separator(self) -> bool:
        """Whether the token parts a dimension from its value."""
        return self.sort is _Sort.SEPARATOR

    @property
    def is_punctuation(self) -> bool:
        """Whether the token means nothing on its own."""
        return self.sort is _Sort.PUNCTUATION


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens of a sentence from one to before another."""

    sentence: "Sentence"
    start: int
    end: int

    def replaced_by(self, word: str) -> str:
        """Write the sentence with a word in the place of these tokens."""
        text, tokens = self.sentence.text, self.sentence.tokens
        last = tokens[min(self.end, len(tokens)) - 1]
        return f"{text[: tokens[self.start].start]} {word} {text[last.end :]}"

    def spelled(self) -> list[str]:
        """List the spelling of the first token, and of up to three together, if any."""
        last = min(self.start + 3, self.end, len(self.sentence))
        ends = dict.fromkeys((self.start + 1, last)) if last > self.start else ()
        return [self.sentence.spelled(self.start, end) for end in ends]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A normalised text and its tokens; positions below count tokens."""

    text: str
    tokens: tuple[Token, ...]
    _known: dict[tuple[int, int], list[tuple[int, str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, text: str) -> Self:
        """Split a normalised text into its tokens."""
        found = _TOKEN.finditer(text)
        return cls(text, tuple(Token(_Sort[str(m.lastgroup)], *m.span()) for m in found))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def words(self) -> int:
        """The number of words, where ``dimension:value`` and a quoted text are one."""
        # Pairs without spaces between them count, too: each of them is three tokens.
        spaced = sum(t.start == 0 or self.text[t.start - 1].isspace() for t in self.tokens)
        return max(spaced, len(self) // 3)

    def is_separator(self, position: int) -> bool:
        """Tell whether a ``:`` or ``=`` stands at a position."""
        return position < len(self) and self.tokens[position].is_separator

    def spelled(self, start: int, end: int) -> str:
        """Take the text from one token to before another, as it was typed or quoted."""
        text = self.text[self.tokens[start].start : self.tokens[end - 1].end]
        alone = end - start == 1 and self.tokens[start].sort is _Sort.QUOTED
        return _unquoted(text) if alone else text

    def phrases(self, start: int, reach: int) -> Iterable[tuple[int, str]]:
        """Find the ends and spellings of the phrases from ``start``, the shortest first.

        None ends right before a separator: that word belongs to what follows.
        """
        if reach > _SHORT:  # who asks for these stops before their end
            return self._phrases(start, reach)
        if (start, reach) not in self._known:  # a dozen rules ask for the same ones
            self._known[start, reach] = [*self._phrases(start, reach)]
        return self._known[start, reach]

    def _phrases(self, start: int, reach: int) -> Iterator[tuple[int, str]]:
        for end in range(start + 1, min(start + reach, len(self)) + 1):
            if not self.is_separator(end):
                yield end, self.spelled(start, end)


@dataclass(frozen=True)  # no slots: cached properties need a __dict__
class Vocabulary:
    """The dimensions that this ledger has, each with the values that occur.

    ``currencies`` are those that amounts can be asked for in. Keep one per state of the ledger:
    what is looked up in it is worked out once.
    """

    values: Mapping[str, tuple[str, ...]]
    currencies: frozenset[str] = frozenset()

    @cached_property
    def dimensions(self) -> Mapping[str, tuple[str, ...]]:
        """The dimensions by folded name; what none is called may be the other name of one."""
        named = _grouped((fold(name), name) for name in self.values)
        other = ((one, name) for name in self.values for one in _other_names(name))
        return {**_grouped(other), **named}

    @cached_property
    def meanings(self) -> Mapping[str, Meanings]:
        """The meanings of each value, by its folded name."""
        every = ((name, value) for name, values in self.values.items() for value in values)
        return _grouped((fold(pair[1]), pair) for pair in dict.fromkeys(every))

    @cached_property
    def longest(self) -> int:
        """The number of characters of the longest folded name."""
        return max(map(len, (NO_VALUE, *self.dimensions, *self.meanings)))

    def of(self, dimension: str) -> Mapping[str, str]:
        """Index a dimension's values by folded name; of those that fold alike the first."""
        return {
            key: value
            for key, meanings in self.meanings.items()
            for name, value in reversed(meanings)  # so that the first one is kept
            if name == dimension
        }

    def has(self, scope: Scope, dimension: str | None) -> bool:
        """Tell whether a scope's values and a dimension are known, each in just this spelling."""
        every = dimension is None or dimension in self.values
        return every and all(
            name in self.values and (value == NO_VALUE or value in self.values[name])
            for name, value in scope
        )

    def called(self, spelled: str) -> tuple[str, ...]:
        """Find the dimensions of a name; one that is spelled just so wins."""
        names = self.dimensions.get(fold(spelled), ())
        return (spelled,) if spelled in names else names

    def anywhere(self, spelled: str) -> Meanings:
        """Find the meanings of a value; in one dimension, one that is spelled just so wins.

        A value of the ledger comes before a derived one: "mid" is its segment, not a tier.
        """
        every = self.meanings.get(fold(spelled), ())
        stated = tuple(one for one in every if one[0] not in _DERIVED)
        return _exact(stated or every, spelled)

    def within(self, dimensions: Sequence[str], spelled: str) -> Meanings:
        """Find the meanings of a value in these dimensions.

        "(none)" is in every dimension, and so is "none" where no value is called that.
        """
        key = fold(spelled)
        found = tuple(meaning for meaning in self.meanings.get(key, ()) if meaning[0] in dimensions)
        # An account without a value is asked for like one with it, whatever the ledger holds.
        if key == NO_VALUE or (key == "none" and not found):
            found += tuple((name, NO_VALUE) for name in dimensions)
        return _exact(tuple(dict.fromkeys(found)), spelled)

    def labels(
        self, sentence: Sentence, start: int, reach: int
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each separator that the words from ``start`` name dimensions for, and those."""
        for colon in range(start + 1, min(start + reach + 1, len(sentence))):
            if sentence.is_separator(colon):
                label = sentence.spelled(start, colon)
                if len(fold(label)) > self.longest:
                    return  # longer ones are no name either: a hostile text must not take long
                if names := self.called(label):
                    yield colon, names


def _other_names(dimension: str) -> Iterator[str]:
    for name in (fold(dimension), *OTHER_NAMES.get(dimension, ())):
        if name != fold(dimension):
            yield name
        yield f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _exact(meanings: Meanings, spelled: str) -> Meanings:
    if len({dimension for dimension, _ in meanings}) != 1:
        return meanings
    return tuple(meaning for meaning in meanings if meaning[1] == spelled) or meanings


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> dict[str, tuple[_Item, ...]]:
    groups: defaultdict[str, list[_Item]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return {key: tuple(items) for key, items in groups.items()}
