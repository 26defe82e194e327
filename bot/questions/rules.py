"""The grammar of questions: which phrases mean something, and which wins where several could."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from bot.errors import UsageError
from bot.questions.kinds import Kind
from bot.questions.names import CURRENCY_NAMES, IN, LACKING, MAY, RANKED
from bot.questions.outcomes import MOVED, MOVES, OF_ACCOUNTS
from bot.questions.phrases import LONGEST_PHRASE, PHRASES
from bot.questions.words import Meanings, Sentence, Span, Vocabulary
from metrics.periods import is_period
from metrics.segments import NO_VALUE, DerivedDimension
from metrics.spelling import fold

_POSSESSIVE = "'s"
_PERIOD_TOKENS = 7
_TO_ANOTHER = re.compile(" (?:to|and) ")
_COUNT_TOKENS = 4  # of "the next 90 days"
_COUNT = r"(?P<count>[0-9]{1,9}) ?(?:m|months?)"
_MONTHS = re.compile(_COUNT)
_WINDOW = re.compile(rf"rolling {_COUNT}")
_BIGGEST = "top|biggest|largest"
_TOP = re.compile(
    rf"(?:(?:{_BIGGEST}) (?P<count>[0-9]{{1,4}})|(?P<before>[0-9]{{1,4}}) (?:{_BIGGEST}))"
    r"(?: (?P<moves>[a-z]+))?"
)
_PAGE = re.compile(r"page (?P<count>[0-9]{1,4})")
_AHEAD = re.compile(r"(?:(?:the )?next |in |within )?(?P<count>[0-9]{1,9}) ?(?:d|days?)")
_KEYWORDS = (
    *(Kind.ARR, Kind.COMPANY, Kind.TREND, Kind.FULL, Kind.WHY, Kind.ACCOUNTS),
    *(Kind.AT_RISK, Kind.READY, Kind.COHORTS, Kind.EARLY, Kind.MIGRATION),
    *(Kind.RENEWALS, Kind.OUTLOOK),
    *(Kind.NEXT_QUARTER, Kind.NEXT_YEAR, Kind.EACH_MONTH, Kind.EACH_QUARTER, Kind.EACH_YEAR),
    *(Kind.VERSUS, Kind.REST, Kind.YEAR_AGO, Kind.BEFORE, Kind.USAGE, Kind.CURRENT),
)
_PLAIN_WORDS = (
    *(
        Kind.AND,
        Kind.COMPARE,
        Kind.PART,
        Kind.COUNT,
        Kind.HOW_MANY,
        Kind.LEVEL,
        Kind.ARR_LEVEL,
        Kind.REASON,
        Kind.COURSE,
    ),
    *(Kind.YEAR_OVER_YEAR, Kind.LAST_MONTH, Kind.LAST_QUARTER),
)
"""Words of everyday speech, which a ledger's names come before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase that the grammar knows: its kind, the token it ends before, all its meanings.

    ``count`` is the months of a trend; a doubtful value could be meant for those.
    """

    end: int
    kind: Kind
    spelled: str = ""
    meanings: Meanings = ()
    count: int = 1
    is_doubtful: bool = False


FILLERS = (Kind.NRR, Kind.GRR, Kind.FILLER)
"""Words that say nothing of what else is asked: each answer has NRR and GRR."""

Rule = Callable[["Scan", int], Phrase | None]


@dataclass(frozen=True, slots=True)
class Scan:
    """The grammar's rules: each finds the longest phrase of one kind from a token on, or None.

    ``reach`` is how many tokens a name or period may have.
    """

    sentence: Sentence
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    reach: int

    def phrase_at(self, start: int) -> Phrase | None:
        """Find the longest phrase from a token on; of two as long, that of the earlier rule."""
        return _longest(rule(self, start) for rule in self.rules)

    def phrases(self) -> Iterator[Phrase]:
        """Yield the phrases of the sentence, up to the first word that no rule reads."""
        start = 0
        while start < len(self.sentence):
            phrase = self.phrase_at(start)
            if phrase is None:
                raise UnreadError(self, start)
            yield phrase
            start = phrase.end

    def split(self, start: int) -> Phrase | None:
        """Read ``by industry``."""
        return _longest(
            self._dimension(after)
            for after, spelled in self.sentence.phrases(start, LONGEST_PHRASE)
            if PHRASES.get(fold(spelled)) is Kind.BY
        )

    def ranked(self, start: int) -> Phrase | None:
        """Read ``worst segment``, or ``top 5 segments``: a split has all of them."""
        return _longest(
            self._dimension(after)
            for after, spelled in self.sentence.phrases(start, LONGEST_PHRASE)
            if fold(spelled) in RANKED or _TOP.fullmatch(fold(spelled))
        )

    def lacking(self, start: int) -> Phrase | None:
        """Read ``without an owner``."""
        return _longest(
            replace(found, kind=Kind.SCOPE, meanings=tuple((name, NO_VALUE) for name in stated))
            for after, spelled in self.sentence.phrases(start, LONGEST_PHRASE)
            if fold(spelled) in LACKING and (found := self._dimension(after))
            if (stated := {name for name, _ in found.meanings} - {*DerivedDimension})
        )

    def named(self, start: int) -> Phrase | None:
        """Read ``segments``: the name of a dimension alone."""
        found = self._dimension(start)
        return found and replace(found, kind=Kind.DIMENSION)

    def labelled(self, start: int) -> Phrase | None:
        """Read ``industry:fintech``."""
        return _longest(
            self._value(colon + 1, partial(self.vocabulary.within, names))
            for colon, names in self.vocabulary.labels(self.sentence, start, self.reach)
        )

    def period(self, start: int) -> Phrase | None:
        """Read ``last quarter``."""
        return _longest(
            Phrase(end=end, kind=Kind.PERIOD, spelled=spelled)
            for end, spelled in self.sentence.phrases(start, min(self.reach, _PERIOD_TOKENS))
            if is_period(spelled) and not self._asks_leave(start)
            if not (_is_to_another(spelled) and self._compares(start))
        )

    def _compares(self, start: int) -> bool:
        """Tell whether ``compare`` is said before: then "q3 to q2" is no range."""
        before = (phrase for at in range(start) for phrase in self.sentence.phrases(at, 1))
        return any(PHRASES.get(fold(spelled)) is Kind.COMPARE for _, spelled in before)

    def _asks_leave(self, start: int) -> bool:
        return any(fold(spelled) in MAY for _, spelled in self.sentence.phrases(start, 2))

    def keyword(self, start: int) -> Phrase | None:
        """Read ``arr``, ``company``, ``trend``, ``why`` or ``vs``."""
        return self._fixed(start, _KEYWORDS)

    def ahead(self, start: int) -> Phrase | None:
        """Read ``90d`` or ``next 90 days``."""
        return self._counted(start, Kind.AHEAD, _AHEAD)

    def currency(self, start: int) -> Phrase | None:
        """Read ``in EUR``."""
        return _longest(
            Phrase(end=end, kind=Kind.CURRENCY, spelled=code)
            for after, word in self.sentence.phrases(start, 1)
            for end, spelled in self.sentence.phrases(after, LONGEST_PHRASE)
            if fold(word) == IN
            and (code := CURRENCY_NAMES.get(fold(spelled), spelled.upper()))
            in self.vocabulary.currencies
        )

    def window(self, start: int) -> Phrase | None:
        """Read ``rolling-3m``."""
        return self._counted(start, Kind.WINDOW, _WINDOW)

    def months(self, start: int) -> Phrase | None:
        """Read ``24m`` or ``monthly``; plans and terms are called that too."""
        counted = self._counted(start, Kind.MONTHS, _MONTHS)
        return _longest((counted, self._fixed(start, (Kind.WINDOW,))))

    def value(self, start: int) -> Phrase | None:
        """Read ``fintech``."""
        phrase, months = self._value(start, self.vocabulary.anywhere), self.months(start)
        if phrase and months and phrase.end == months.end:  # a plan may be called "24m"
            return replace(phrase, is_doubtful=True)
        return phrase

    def moved_accounts(self, start: int) -> Phrase | None:
        """Read ``accounts churned``."""
        found = self.moved(start)
        return found if found and fold(found.spelled).startswith(OF_ACCOUNTS) else None

    def moved(self, start: int) -> Phrase | None:
        """Read ``churned``, which a value can be called, too."""
        return _longest(
            Phrase(end=end, kind=Kind.MOVED, spelled=spelled)
            for end, spelled in self.sentence.phrases(start, min(self.reach, LONGEST_PHRASE))
            if fold(spelled) in MOVED
        )

    def pages(self, start: int) -> Phrase | None:
        """Read ``top 20`` or ``page 2``."""
        return self._top(start) or self._counted(start, Kind.PAGE, _PAGE)

    def _top(self, start: int) -> Phrase | None:
        """Read ``top 20``, ``5 biggest`` or ``top 5 losses``, which are what it is spelled."""
        return _longest(
            Phrase(
                end=end, kind=Kind.TOP, spelled=moves, count=int(found["count"] or found["before"])
            )
            for end, spelled in self.sentence.phrases(start, _COUNT_TOKENS)
            if (found := _TOP.fullmatch(fold(spelled)))
            if (moves := found["moves"] or "") in {"", *MOVES}
        )

    def plain_words(self, start: int) -> Phrase | None:
        """Read ``and``, ``difference between`` or ``churn``."""
        return self._fixed(start, _PLAIN_WORDS)

    def mine(self, start: int) -> Phrase | None:
        """Read ``my accounts``, where accounts have owners."""
        return self._fixed(start, (Kind.MINE,)) if self.vocabulary.called("owner") else None

    def filler(self, start: int) -> Phrase | None:
        """Read ``net revenue retention``, ``for``, ``the`` or punctuation."""
        if self.sentence.tokens[start].is_punctuation:
            is_list = self.sentence.spelled(start, start + 1) == ","
            return Phrase(end=start + 1, kind=Kind.AND if is_list else Kind.FILLER)
        return self._fixed(start, FILLERS)

    def _fixed(self, start: int, kinds: tuple[Kind, ...]) -> Phrase | None:
        return _longest(
            Phrase(end=end, kind=kind)
            for end, spelled in self.sentence.phrases(start, min(self.reach, LONGEST_PHRASE))
            if (kind := PHRASES.get(fold(spelled))) in kinds
        )

    def _counted(self, start: int, kind: Kind, form: re.Pattern[str]) -> Phrase | None:
        return _longest(
            Phrase(end=end, kind=kind, count=int(found["count"]))
            for end, spelled in self.sentence.phrases(start, min(self.reach, _COUNT_TOKENS))
            if (found := form.fullmatch(fold(spelled)))
        )

    def _dimension(self, start: int) -> Phrase | None:
        return _longest(
            Phrase(end=end, kind=Kind.BY, meanings=tuple((name, "") for name in names))
            for end, spelled in self._names(start)
            if (names := self.vocabulary.called(spelled))
        )

    def _value(self, start: int, find: Callable[[str], Meanings]) -> Phrase | None:
        return _longest(
            Phrase(end=end, kind=Kind.SCOPE, meanings=meanings)
            for end, spelled in self._names(start)
            if (meanings := find(spelled) or find(spelled.removesuffix(_POSSESSIVE)))
        )

    def _names(self, start: int) -> Iterator[tuple[int, str]]:
        longest = self.vocabulary.longest
        phrases = self.sentence.phrases(start, self.reach)
        # A phrase only grows: the first that is longer than any name ends the search.
        return takewhile(lambda phrase: len(fold(phrase[1])) <= longest, phrases)


EXPLICIT_RULES: tuple[Rule, ...] = (
    *(Scan.split, Scan.labelled, Scan.period, Scan.moved_accounts, Scan.keyword, Scan.window),
    *(Scan.ahead, Scan.pages, Scan.currency),
)
EVERY_RULE: tuple[Rule, ...] = (
    *(*EXPLICIT_RULES, Scan.value, Scan.moved, Scan.months, Scan.ranked, Scan.lacking),
    *(Scan.named, Scan.plain_words, Scan.mine, Scan.filler),
)


class UnreadError(UsageError):
    """A word that the grammar cannot read; the refusal is composed by the caller."""

    def __init__(self, scan: Scan, start: int) -> None:
        super().__init__()
        self.scan = scan
        self.start = start

    @property
    def span(self) -> Span:
        """The words that no rule reads."""
        sentence = self.scan.sentence
        ends = range(self.start + 1, len(sentence))
        end = next((end for end in ends if self.scan.phrase_at(end)), len(sentence))
        return Span(sentence, self.start, end)


def _is_to_another(spelled: str) -> bool:
    ends = _TO_ANOTHER.split(spelled.casefold().removeprefix("between "))
    return len(ends) > 1 and all(map(is_period, ends))


def _longest(phrases: Iterable[Phrase | None]) -> Phrase | None:
    longest = None
    for phrase in phrases:
        if phrase is not None and (longest is None or phrase.end > longest.end):
            longest = phrase
    return longest
