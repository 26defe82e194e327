"""Text to a question: a closed grammar over periods and the words of this ledger."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from bot.errors import UsageError
from bot.questions import hints
from bot.questions.rules import EVERY_RULE, EXPLICIT_RULES, Phrase, Scan, UnreadError
from bot.questions.words import (
    HUMAN_LENGTH,
    IN,
    Kind,
    Meanings,
    Sentence,
    Vocabulary,
    is_too_long,
    normalise,
    quoted,
)
from metrics.data_end import DataEnd
from metrics.errors import MetricsError
from metrics.periods import (
    NotInError,
    Period,
    PeriodUnit,
    day_words,
    parse_period,
    period_words,
)
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from metrics.trends import USUAL_MONTHS, WINDOWS, last_months, months_of

CANONICAL_LENGTH = 2000  # the ``max_length`` of a `canonical_text`: what a Slack button holds

_WORD = re.compile(r"\w([\w.&+/-]*\w)?", re.ASCII)
_DEFAULT_PERIOD = "last-month"
_USUAL_WINDOW = "ttm"
_CHARACTERS_PER_WORD = 7  # many short words take long to read: every stretch is looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Why the period of a question is an earlier one than its words name on the calendar.

    ``asked`` is the period asked for, where no day of it is in: the answer is about another one
    then. It is None where ``last-month`` and its like found the last one that is in.
    """

    sentence: str
    asked: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question: a scope of accounts, a period, and the dimension that splits it.

    ``text`` is what was typed, normalised; it is never shown to others. ``in_arr`` asks for amounts
    as ARR, twelve times MRR, ``currency`` for them in another than the workspace's. With a
    ``window`` it asks for a trend: for each month of the period, how that many months up to its end
    went. ``stand_in`` says so where the data ends before the period that the words name.
    ``names_company`` is whether a word says that it is about the whole company, which no word says
    otherwise; ``names_period`` whether one names a period, which may be the last month, as without
    one.
    """

    text: str
    scope: Scope
    period: Period
    dimension: str | None = None
    in_arr: bool = False
    currency: str | None = None
    window: int | None = None
    stand_in: StandIn | None = None
    names_company: bool = field(default=False, compare=False)
    names_period: bool = field(default=False, compare=False)

    @property
    def note(self) -> str | None:
        """The sentence that goes before a reply about another period than the words name."""
        return self.stand_in.sentence if self.stand_in else None


def parse_question(
    text: str,
    *,
    vocabulary: Vocabulary,
    today: date,
    fiscal_start: int = 1,
    data_end: DataEnd | None = None,
    max_length: int = HUMAN_LENGTH,
) -> Question:
    """Read ``text`` as a question.

    Parameters
    ----------
    text : str
        ``[trend] [values] [period] [by DIMENSION] [in CURRENCY]`` in any order and case; nothing
        asks for the whole company in the last complete month. A trend also takes ``24m`` for a
        period, and ``monthly``, ``rolling-3m`` or ``rolling-12m``, which beside ``24m`` is ``ttm``
        too.
    vocabulary : Vocabulary
        The names that this ledger knows.
    today : date
        The reader's own day.
    fiscal_start : int
        Month, 1 to 12, that fiscal years begin in.
    data_end : DataEnd, optional
        No period is read beyond it; the data ends today when it is left out.
    max_length : int
        How many characters there may be once normalised; `CANONICAL_LENGTH` for a
        `canonical_text`.

    Returns
    -------
    Question
        Its scope has at most one value per dimension, in the order typed.

    Raises
    ------
    UsageError
        If a word is unknown, means several things or contradicts another; nothing is guessed.
        The message never repeats what was typed but for the letters and digits of one word.
    MetricsError
        If the period cannot be, see `metrics.periods.parse_period`, or be that of a trend, see
        `metrics.trends.months_of`.

    Notes
    -----
    A text that is explicit throughout (``dimension:value``, one-word periods, ``by``) is read
    word for word. In any other the longest phrase wins; of two as long, the one whose rule
    stands first in `EVERY_RULE`.

    Examples
    --------
    >>> ledger = Vocabulary({"segment": ("Enterprise", "SMB"), "industry": ("fintech",)})
    >>> asked = parse_question(
    ...     "enterprise last-quarter by industry", vocabulary=ledger, today=date(2026, 11, 21)
    ... )
    >>> canonical_text(asked)
    'segment:Enterprise 2026-Q3 by industry'
    >>> canonical_text(parse_question("trend 24m", vocabulary=ledger, today=date(2026, 11, 21)))
    'trend 2024-11..2026-10 rolling-12m'
    """
    if is_too_long(text, max_length=max_length):
        raise UsageError(hints.TOO_LONG)
    sentence = Sentence.of(normalise(text, max_length=max_length))
    if sentence.words > max_length // _CHARACTERS_PER_WORD:
        raise UsageError(hints.TOO_LONG)
    reader = _QuestionReader(
        vocabulary=vocabulary, today=today, fiscal_start=fiscal_start, data_end=data_end
    )
    try:
        return reader.read(sentence)
    except UnreadError as unread:
        unreadable = hints.Unreadable(vocabulary, can_read=reader.can_read)
        raise unreadable.refusal(unread.span) from None


def canonical_text(question: Question) -> str:
    """Write the text that asks ``question`` again, today or on any later day.

    Today it is read as an equal scope, period, dimension, ``in_arr``, currency and window. On a
    later day the period is still the one named here, further on or over if it was not.

    Parameters
    ----------
    question : Question
        As parsed, or with its period replaced by `metrics.periods.previous`. A period that
        begins before 1970 gets a text that cannot be read back.

    Examples
    --------
    >>> from metrics.periods import trailing_twelve_months
    >>> today = date(2026, 11, 21)
    >>> period = parse_period("qtd", today=today)
    >>> canonical_text(Question(text="", scope=(("plan", "Pay As You Go"),), period=period))
    'plan:"Pay As You Go" 2026-Q4-to-date'
    """
    scope = canonical_scope(question.scope)
    split = () if question.dimension is None else ("by", _name(question.dimension))
    amounts = *["arr"] * question.in_arr, *([f"{IN} {question.currency}"] * bool(question.currency))
    words = (scope, _period_text(question.period), *split, *amounts)
    of_trend = (f"rolling-{question.window}m",) if question.window is not None else ()
    return " ".join(filter(None, ("trend" * bool(of_trend), *words, *of_trend)))


def canonical_scope(scope: Scope) -> str:
    """Write the words that name a scope; none for the whole company.

    Examples
    --------
    >>> canonical_scope((("segment", "Enterprise"), ("plan", "Pay As You Go")))
    'segment:Enterprise plan:"Pay As You Go"'
    """
    return " ".join(f"{_name(dimension)}:{_name(value)}" for dimension, value in scope)


def _name(name: str) -> str:
    is_word = name == NO_VALUE or _WORD.fullmatch(name)
    return name if is_word else quoted(name)


def _period_text(period: Period) -> str:
    label = period.label.replace(" ", "-")
    # Days that happen to be whole months say that they are days, or they come back as months.
    in_days = period.unit is PeriodUnit.DAY and period.months is not None
    return f"days-{label}" if in_days else label


@dataclass(slots=True)
class _TrendWords:
    """The words that only a trend takes; a second one that says otherwise is refused."""

    months: int | None = None
    window: int | None = None
    doubtful: tuple[str, str] | None = None  # a value of the ledger that reads like months

    def reach_back(self, months: int) -> None:
        if self.months not in (None, months):
            raise UsageError(hints.TWO_LENGTHS)
        self.months = months

    def roll(self, window: int) -> None:
        if self.window not in (None, window):
            raise UsageError(hints.TWO_WINDOWS)
        self.window = window

    def chosen_window(self, *, is_trend: bool) -> int | None:
        if is_trend:
            return WINDOWS[-1] if self.window is None else self.window
        if self.months is not None or self.window is not None:
            raise UsageError(hints.NO_TREND)
        return None


@dataclass(slots=True)
class _Draft:
    """The question that the phrases read so far ask; a second answer to one point is refused."""

    reader: "_QuestionReader"
    scope: dict[str, str] = field(default_factory=dict)
    period: Period | None = None
    stand_in: StandIn | None = None
    dimension: str | None = None
    currency: str | None = None
    said: set[Kind] = field(default_factory=set)
    trend: _TrendWords = field(default_factory=_TrendWords)

    def add(self, phrase: Phrase) -> None:
        match phrase.kind:
            case Kind.SCOPE:
                self._narrow(*_only(phrase.meanings))
                self.trend.doubtful = (
                    phrase.meanings[0] if phrase.is_doubtful else self.trend.doubtful
                )
            case Kind.BY:
                self._split(*_only(phrase.meanings))
            case Kind.PERIOD:
                self._date(phrase.spelled)
            case Kind.CURRENCY:
                self._convert(phrase.spelled)
            case Kind.MONTHS:
                self.trend.reach_back(phrase.count)
            case Kind.WINDOW:
                self.trend.roll(phrase.count)
            case kind:
                self.said.add(kind)

    def question(self, text: str) -> Question:
        if Kind.COMPANY in self.said and self.scope:
            raise UsageError(hints.COMPANY_AND_VALUE)
        window = self.trend.chosen_window(is_trend=Kind.TREND in self.said)
        names_period = self.period is not None
        period = self._whole_period() if window is None else self._trend_months(window)
        return Question(
            text=text,
            scope=tuple(self.scope.items()),
            period=period,
            dimension=self.dimension,
            in_arr=Kind.ARR in self.said,
            currency=self.currency,
            window=window,
            stand_in=self.stand_in,
            names_company=Kind.COMPANY in self.said,
            names_period=names_period,
        )

    def _whole_period(self) -> Period:
        if self.period is None:
            self.period, self.stand_in = self.reader.period(_DEFAULT_PERIOD)
        return self.period

    def _trend_months(self, window: int) -> Period:
        months, reader = self.trend.months, self.reader
        today, data_end = reader.today, reader.data_end
        if self.trend.doubtful is not None:
            raise hints.value_or_months(*self.trend.doubtful)
        if self.period is not None and months is None:
            return months_of(self.period, window=window, today=today, data_end=data_end)
        # Beside ``24m`` a period is a second length, but for ``ttm``, which names the usual window.
        if self.period not in (None, reader.period(_USUAL_WINDOW)[0]):
            raise UsageError(hints.TWO_LENGTHS)
        if self.period is not None and window != WINDOWS[-1]:
            raise UsageError(hints.TWO_WINDOWS)
        count = USUAL_MONTHS if months is None else months
        return last_months(count, window=window, today=today, data_end=data_end)

    def _narrow(self, dimension: str, value: str) -> None:
        if self.scope.setdefault(dimension, value) != value:
            raise hints.two_values(dimension)

    def _split(self, dimension: str, _: str) -> None:
        if self.dimension is not None:
            raise hints.two_splits(self.dimension)
        self.dimension = dimension

    def _convert(self, currency: str) -> None:
        if self.currency not in (None, currency):
            raise UsageError(hints.TWO_CURRENCIES)
        self.currency = currency

    def _date(self, spelled: str) -> None:
        period, stand_in = self.reader.period(spelled)
        if self.period is not None:
            raise hints.two_periods(self.period.label, period.label)
        self.period, self.stand_in = period, stand_in


def _only(meanings: Meanings) -> tuple[str, str]:
    if len(meanings) > 1:
        raise hints.several_meanings(meanings)
    return meanings[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuestionReader:
    """Reads sentences with a ledger's names, a day and a fiscal year."""

    vocabulary: Vocabulary
    today: date
    fiscal_start: int
    data_end: DataEnd | None

    def read(self, sentence: Sentence) -> Question:
        # A canonical text must mean the same once a value called "2026-q3" has been imported.
        with suppress(UsageError, MetricsError):
            return self._follow(Scan(sentence, self.vocabulary, EXPLICIT_RULES, reach=1))
        return self._follow(Scan(sentence, self.vocabulary, EVERY_RULE, reach=len(sentence)))

    def can_read(self, text: str) -> bool:
        with suppress(UsageError, MetricsError):
            self.read(Sentence.of(normalise(text)))
            return True
        return False

    def period(self, text: str) -> tuple[Period, StandIn | None]:
        parse = partial(parse_period, text, today=self.today, fiscal_start=self.fiscal_start)
        try:
            period = parse(data_end=self.data_end)
        except NotInError as error:
            marked = "" if error.instead.complete else " to date"
            sentence = f"{error}. This is {period_words(error.instead)}{marked}."
            return error.instead, StandIn(sentence=sentence, asked=error.asked)
        if self.data_end is None or parse().start == period.start:
            return period, None
        ends = day_words(self.data_end.last_day, period)
        sentence = f"“{text.strip()}” is {period_words(period)}: the data ends {ends}."
        return period, StandIn(sentence=sentence, asked=None)

    def _follow(self, scan: Scan) -> Question:
        draft = _Draft(self)
        for phrase in scan.phrases():  # lazily: a contradiction is told before a later word
            draft.add(phrase)
        return draft.question(scan.sentence.text)
