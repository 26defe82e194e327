"""Refusals of words that the grammar cannot read: the nearest ones, and the question mended."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from bot.errors import UnknownWordsError, UsageError
from bot.questions.echo import echoed
from bot.questions.hints import FALLBACK, LISTED, either, shown, typed, typed_pair
from bot.questions.kinds import Kind
from bot.questions.names import CURRENCY_NAMES, IN
from bot.questions.phrases import KEYWORDS, PHRASES
from bot.questions.question import Question
from bot.questions.sizes import size_in
from bot.questions.topics import AMOUNT, LONGEST_TOPIC, PERCENT, TOP_PERCENT, TOPICS
from bot.questions.typed_dates import as_typed_here
from bot.questions.words import Sentence, Span, Vocabulary, quoted
from metrics.money import is_currency
from metrics.periods import PERIOD_WORDS
from metrics.segments import NO_VALUE, DerivedDimension
from metrics.spelling import fold

_NEAREST = 3
_LEAST_SCORE = 65  # of 100: below it, what is suggested has nothing to do with what was typed
_SURE_SCORE = 80  # of a word of ours: names of customers are like many words
_PREFIX_SCORE, _SHORTEST_PREFIX = 90, 3  # "ent" is far from "enterprise" by letters alone
_WORSE_THAN_BEST = 15
_LONGEST_DATE = 8  # words: "5 October 2026 to 9 October 2026"
_USUAL = "segment"
_STEPS = {
    **dict.fromkeys(("week", "weeks", "day", "days"), "by month"),
    **dict.fromkeys(("half", "halves", "half year", "half years"), "by quarter"),
}
_NO_STEPS = {
    "by month": "for weeks or days, in which few subscriptions change: months are its shortest",
    "by quarter": "for half years: its windows are a month, a quarter or a year long",
}
_NO_SIZE = "top 20 lists the largest, and by acv-tier groups all by what they pay", "top 20"
_NO_SIZE_OF_FEW = "by acv-tier groups them by what they pay", "by acv-tier"
_NO_MENTION = "a mention is no name of the ledger: type the name itself"
_MENTION = ("<@", "<#", "<!")
_LIKE_A_CODE = re.compile("[A-Z]{3}")
_AMOUNT = re.compile(r"[$€£][0-9][0-9.,]*[km]?|[0-9][0-9.,]*[km]", re.IGNORECASE)
_UNQUOTED = dict.fromkeys(map(ord, '"…'))  # a part of a name finds it, an ellipsis does not
_FISCAL = re.compile("fy[0-9]+(?:[-/]?q?[0-9]+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=\w)[-/+&,|](?=\w)")
_HALF_OPEN = re.compile(r"\.\.\S+|\S+\.\.")
_PERCENTAGE = re.compile("[0-9]+[.,]?[0-9]*%|[0-9]{2,3}")
_PERIODS = tuple(map(fold, PERIOD_WORDS))
_OURS = ("retention", *KEYWORDS)
_PERHAPS_A_CUSTOMER = "If it is a customer, account has its card; help shows what can be asked."


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Composes the refusal of words that the grammar cannot read.

    ``read`` reads a text as a question; None where it is none: no other is given as an example.
    ``skim`` passes over the words that it cannot read.
    """

    vocabulary: Vocabulary
    today: date
    read: Callable[[str], Question | None]
    skim: Callable[[str], Question | None]
    lists_accounts: bool = True

    def refusal(self, span: Span) -> UsageError:
        """Explain why the words cannot be read, with the question mended, to type instead."""
        sentence, start, end = span.sentence, span.start, span.end
        if (size := self.size(sentence.text)) is not None:
            return size
        for colon, names in self.vocabulary.labels(sentence, start, len(sentence)):
            return self._value(Span(sentence, colon + 1, max(end, colon + 2)), names[0])
        if sentence.is_separator(start + 1):
            return self._dimension(Span(sentence, start, start + 1))
        for after, spelled in sentence.phrases(start, len(sentence)):
            if PHRASES.get(fold(spelled)) is Kind.BY:
                return self._dimension(Span(sentence, after, end))
        return (
            self._currency(span)
            or self._date(span)
            or self._nobody(span)
            or self._topic(span)
            or self._run_together(span)
            or self._word(span)
        )

    def size(self, text: str) -> UsageError | None:
        """Say that no accounts are picked by a size, with the list that there is; else None."""
        if (found := size_in(text)) is None:
            return None
        start, end = found
        said, words = _NO_SIZE if self.lists_accounts else _NO_SIZE_OF_FEW
        rest = self.skim(f"{text[:start]} {words} {text[end:]}")
        mended = words if rest is None else typed(rest)
        return UnknownWordsError(
            f"accounts are not picked by {echoed(text[start:end])}: {said}. Try: {mended}"
        )

    def _currency(self, span: Span) -> UsageError | None:
        """Say of a currency that nothing can be converted into it."""
        before = Span(span.sentence, span.start - 1, span.start)
        asked, known = span.spelled()[0], sorted(self.vocabulary.currencies)
        asked = CURRENCY_NAMES.get(fold(asked), asked)
        if asked.upper() in CURRENCY_NAMES.values():  # others are words, too: "in all", "in top"
            asked = asked.upper()
        is_code = is_currency(asked)
        if not span.start or fold(before.spelled()[0]) != IN:
            return None
        if not (is_code or _LIKE_A_CODE.fullmatch(asked)):
            return None
        problem = f"there is no exchange rate for {asked}: import some with `nrrbot import rates`"
        if not is_code:
            problem = f"I don't know the currency {echoed(asked)}: they have codes such as USD"
        listed = f"Known: {', '.join(known)}." if known else ""
        mended = self._mended(span, known)
        return self._refusal(
            problem, examples=(f"{IN} {one}" for one in known), known=listed, mended=mended
        )

    def _date(self, span: Span) -> UsageError | None:
        """Say how a date in another style is typed."""
        last, start = len(span.sentence), span.start
        starts = range(max(start - 2, 0), start + 1)  # of "Oct. 5" all is read but the number
        parts = (
            Span(span.sentence, begin, min(end, last))
            for begin in starts
            for end in range(begin + _LONGEST_DATE, start, -1)
        )
        for part in parts:
            spelled = span.sentence.spelled(part.start, part.end)
            if forms := as_typed_here(spelled, today=self.today):
                said = f"I don't know {echoed(spelled)}: type {either(forms)}"
                mended = self._mended(part, forms, is_alone=True) or self._both(part, forms[0])
                return UnknownWordsError(f"{said}. Try: {mended}")
        return None

    def _both(self, part: Span, form: str) -> str:
        """Write a question of two dates in another style; where it is none, the first alone."""
        sentence = Sentence.of(part.replaced_by(form))
        spans = (
            Span(sentence, begin, end)
            for begin in range(len(sentence))
            for end in range(min(begin + _LONGEST_DATE, len(sentence)), begin, -1)
        )
        dates = (
            (span, as_typed_here(sentence.spelled(span.start, span.end), today=self.today))
            for span in spans
        )
        mended = (self._mended(span, forms, is_alone=True) for span, forms in dates if forms)
        return next(filter(None, mended), form)

    def _nobody(self, span: Span) -> UsageError | None:
        """Say that "(none)" is of one dimension: accounts without a segment may have a plan."""
        stated = [name for name in self.vocabulary.values if name not in set(DerivedDimension)]
        word = Span(span.sentence, span.start, span.start + 1)
        if fold(word.spelled()[0]).strip("()") != "none" or not stated:
            return None
        ordered = sorted(stated, key=lambda name: (name != _USUAL, name))
        mended = self._mended(word, (typed_pair(name, NO_VALUE) for name in ordered), is_alone=True)
        if mended is None:
            return None
        return UnknownWordsError(
            f"accounts lack a value of one dimension: say which. Try: {mended}"
        )

    def _topic(self, span: Span) -> UsageError | None:
        """Lead from a word that people try to what does it."""
        ahead = span.sentence.phrases(span.start, LONGEST_TOPIC)
        words = [_topical(spelled) for _, spelled in ahead]
        if words[0] == PERCENT and _is_of_the_largest(span):
            words = [TOP_PERCENT]
        # "next month" before "next"
        topic = next((TOPICS[word] for word in reversed(words) if word in TOPICS), None)
        if topic is None:
            return None
        if not self.lists_accounts:
            topic = topic.without_accounts or topic
        first = Span(span.sentence, span.start, span.start + 1)
        mended = self._mended(first, topic.words) or self._skimmed(span, topic.words or ("",))
        example = self.read(topic.example) if topic.is_period else None
        if mended is None or (example is not None and typed(example) == mended):
            mended = topic.example  # as people type it
        return UnknownWordsError(f"{topic.sentence} Try: {mended}")

    def _run_together(self, span: Span) -> UsageError | None:
        """Say of words without a space between them how they are read with one."""
        word = span.spelled()[0]
        spaced = _BETWEEN.sub(r" \g<0> ", word)
        mended = self._mended(
            Span(span.sentence, span.start, span.start + 1), (spaced,), is_alone=True
        )
        if spaced == word or mended is None:
            return None
        return UnknownWordsError(
            f"I don't know {echoed(word)}: put spaces between words. Try: {mended}"
        )

    def _word(self, span: Span) -> UsageError:
        typed_words, known = span.spelled(), self.vocabulary
        is_mention = typed_words[0].startswith(_MENTION)
        first = "" if is_mention else typed_words[0]  # an id says nothing
        theirs = [*known.meanings, *known.dimensions, *_PERIODS]
        near = _nearest(typed_words, theirs, ours=_OURS)
        names = [_suggestion(key, known) for key in near]
        is_bare = not names and known.values and known.values.keys() <= set(DerivedDimension)
        missing = "No file has brought a segment, plan or the like yet." if is_bare else ""
        problem = _NO_MENTION if is_mention else f"I don't know {echoed(first)}"
        if first.startswith(('"', "'")) and near:
            problem, names = f"a quote opens at {echoed(first)} and does not close", []
        mended = self._mended(span, [_typeable(key, known) for key in near])
        is_name = not near and not is_bare and any(map(str.isalpha, first))
        if is_name and self.lists_accounts and self._skimmed(span, ("",)):
            card = f"account {echoed(first)}".translate(_UNQUOTED)
            return UnknownWordsError(f"{problem}. {_PERHAPS_A_CUSTOMER} Try: {card}")
        return self._refusal(problem, names, names, missing, mended or self._rest(span))

    def _rest(self, span: Span) -> str | None:
        """Write what was asked beside the words that cannot be read; None where nothing was."""
        rest, nothing = self._skimmed(span, ("",)), self.read("")
        return None if nothing is not None and rest == typed(nothing) else rest

    def _dimension(self, span: Span) -> UsageError:
        typed_words, known = span.spelled(), [shown(name) for name in self.vocabulary.values]
        if not known:
            return self._refusal("this ledger has no dimensions yet")
        keys = _nearest(typed_words, self.vocabulary.dimensions)
        names = [self.vocabulary.dimensions[key][0] for key in keys]
        near = list(map(shown, names))
        asked = echoed(typed_words[0]) if typed_words else ""
        if typed_words and (step := _STEPS.get(fold(typed_words[0]))):
            by = Span(span.sentence, max(span.start - 1, 0), span.end)
            tried = self._mended(by, (step,), is_alone=True) or step
            return UnknownWordsError(f"a trend has no points {_NO_STEPS[step]}. Try: {tried}")
        problem = f"there is no dimension {asked}" if asked else "by needs a dimension"
        examples = [f"by {name}" for name in (*near, *known[:LISTED])]
        mended = self._mended(span, map(quoted, (*names, *self.vocabulary.values)))
        return self._refusal(
            problem, near, examples, f"Known: {', '.join(known[:LISTED])}.", mended
        )

    def _value(self, span: Span, dimension: str) -> UsageError:
        typed_words, values, name = span.spelled(), self.vocabulary.of(dimension), shown(dimension)
        near = [values[key] for key in _nearest(typed_words, values)]
        asked = echoed(typed_words[0]) if typed_words else ""
        problem = f"no {name} is called {asked}" if asked else f"{name}: needs a value"
        every = (*near, *values.values())[:LISTED]
        examples = [typed_pair(dimension, value) for value in every]
        mended = self._mended(span, map(quoted, every))
        return self._refusal(problem, map(shown, near), examples, mended=mended)

    def _refusal(
        self,
        problem: str,
        near: Iterable[str] = (),
        examples: Iterable[str] = (),
        known: str = "",
        mended: str | None = None,
    ) -> UnknownWordsError:
        names = either(dict.fromkeys(name for name in near if name))
        question = f"{problem}: did you mean {names}?" if names else f"{problem}."
        example = mended or self._example(examples)
        return UnknownWordsError(" ".join(filter(None, (question, known, f"Try: {example}"))))

    def _mended(self, span: Span, words: Iterable[str], *, is_alone: bool = False) -> str | None:
        """Write the whole question with other words in place of those that cannot be read.

        None where none of them makes it one, and, unless ``is_alone``, where it has no others.
        """
        sentence, end = span.sentence, min(span.end, len(span.sentence))
        if span.start >= end:
            return None
        if not (is_alone or span.start or end < len(sentence)):
            return None
        tried = (self.read(span.replaced_by(word)) for word in islice(words, LISTED))
        found = next((question for question in tried if question is not None), None)
        return None if found is None else typed(found)

    def _skimmed(self, span: Span, words: Iterable[str]) -> str | None:
        """Write what the question comes to without any word that cannot be read."""
        found = (self.skim(span.replaced_by(word)) for word in words)
        return next((typed(question) for question in found if question is not None), None)

    def _example(self, preferred: Iterable[str]) -> str:
        values = chain(self.vocabulary.values.get(_USUAL, ()), *self.vocabulary.values.values())
        splits = (f"by {shown(dimension)}" for dimension in self.vocabulary.values)
        scopes = chain(preferred, map(shown, islice(values, LISTED)), islice(splits, LISTED))
        tried = (text for one in scopes if one for text in (f"{one} {FALLBACK}", one))
        return next((text for text in tried if self.read(text) is not None), FALLBACK)


def _topical(word: str) -> str:
    if _AMOUNT.fullmatch(word):
        return AMOUNT
    if _HALF_OPEN.fullmatch(word):
        return "since"
    if _FISCAL.fullmatch(word):
        return "fy"
    return PERCENT if _PERCENTAGE.fullmatch(word) else fold(word)


def _is_of_the_largest(span: Span) -> bool:
    before = Span(span.sentence, span.start - 1, span.start)
    return bool(span.start) and fold(before.spelled()[0]) in {"top", "largest", "biggest"}


def _nearest(typed: Iterable[str], keys: Collection[str], ours: Collection[str] = ()) -> list[str]:
    scores: dict[str, float] = {}
    for query in filter(None, map(fold, typed)):
        of_ours = ((key, score) for key, score in _likeness(query, ours) if score >= _SURE_SCORE)
        for key, score in chain(_likeness(query, keys), of_ours):
            scores[key] = max(score, scores.get(key, 0))
    least = max(scores.values(), default=0) - _WORSE_THAN_BEST
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    return [key for key in ranked if scores[key] >= least][:_NEAREST]


def _likeness(query: str, keys: Collection[str]) -> Iterator[tuple[str, float]]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and rarely needed

    found = process.extract(
        query, [*keys], scorer=fuzz.ratio, limit=_NEAREST, score_cutoff=_LEAST_SCORE
    )
    yield from ((key, score) for key, score, _ in found)
    if len(query) >= _SHORTEST_PREFIX:
        longer = (key for key in keys if key.startswith(query))
        yield from ((key, _PREFIX_SCORE) for key in islice(longer, _NEAREST))


def _suggestion(key: str, vocabulary: Vocabulary) -> str:
    if key in vocabulary.meanings:
        return shown(vocabulary.meanings[key][0][1])
    if key in vocabulary.dimensions:
        return f"by {shown(vocabulary.dimensions[key][0])}"
    return key.replace(" ", "-")


def _typeable(key: str, vocabulary: Vocabulary) -> str:
    """Write a suggestion such that it is read, whatever its name looks like."""
    if key in vocabulary.meanings:
        dimension, value = vocabulary.meanings[key][0]
        return f"{quoted(dimension)}:{quoted(value)}"
    if key in vocabulary.dimensions:
        return f"by {quoted(vocabulary.dimensions[key][0])}"
    return key.replace(" ", "-")
