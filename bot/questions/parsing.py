"""Text to a question: a closed grammar over periods and the words of this ledger."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from bot.errors import UsageError
from bot.questions import hints
from bot.questions.cards import read_account
from bot.questions.listing import ListingWords
from bot.questions.phrases import MOVED, Kind
from bot.questions.question import (
    CANONICAL_LENGTH,
    OF_NOW,
    Basis,
    Question,
    StandIn,
    View,
    canonical_scope,
    canonical_text,
)
from bot.questions.rules import EVERY_RULE, EXPLICIT_RULES, Phrase, Scan, UnreadError
from bot.questions.sides import Side, Sides
from bot.questions.view_words import OF_SOME_VIEWS, ViewWords, cohort_months
from bot.questions.words import (
    HUMAN_LENGTH,
    Meanings,
    Sentence,
    Vocabulary,
    fold,
    is_too_long,
    normalise,
)
from metrics.data_end import DataEnd
from metrics.errors import MetricsError
from metrics.periods import NotInError, Period, PeriodUnit, day_words, parse_period, period_words
from metrics.trends import USUAL_MONTHS, WINDOWS, last_months, months_of

__all__ = [
    "CANONICAL_LENGTH",
    "Question",
    "StandIn",
    "canonical_scope",
    "canonical_text",
    "parse_question",
]

_DEFAULT_PERIOD = "last-month"
_USUAL_WINDOW = "ttm"
_PASSED_OVER = 8  # stretches of words that cannot be read
_CHARACTERS_PER_WORD = 7  # many short words take long to read: every stretch is looked up


def parse_question(
    text: str,
    *,
    vocabulary: Vocabulary,
    today: date,
    fiscal_start: int = 1,
    data_end: DataEnd | None = None,
    max_length: int = HUMAN_LENGTH,
    lists_accounts: bool = True,
) -> Question:
    """Read ``text`` as a question.

    Parameters
    ----------
    text : str
        ``[trend] [values] [period] [by DIMENSION] [in CURRENCY]`` in any order and case; nothing
        asks for the whole company in the last complete month. A trend also takes ``24m`` for a
        period, and ``monthly``, ``rolling-3m`` or ``rolling-12m``, which beside ``24m`` is ``ttm``
        too. ``full``, ``why`` or ``accounts`` ask for another view; ``A vs B`` sets two groups of
        accounts or two equally long periods against each other. ``incl. usage`` counts usage, too.
        ``accounts churned``, and other outcomes, list single accounts, with ``top 20`` or
        ``page 2``; ``account NAME`` is about one, ``at risk`` and ``ready to expand`` rank them.
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
    lists_accounts : bool
        Whether accounts may be listed: only then a refusal suggests that.

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
        unreadable = hints.Unreadable(
            vocabulary,
            read=reader.try_read,
            skim=reader.skim,
            lists_accounts=lists_accounts,
        )
        raise unreadable.refusal(unread.span) from None


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
            raise hints.no_trend(self.months)
        return None


@dataclass(slots=True)
class _Draft:
    """The question that the phrases read so far ask; a second answer to one point is refused."""

    reader: "_QuestionReader"
    sides: list[Side] = field(default_factory=lambda: [Side()])
    dimension: str | None = None
    currency: str | None = None
    said: set[Kind] = field(default_factory=set)
    trend: _TrendWords = field(default_factory=_TrendWords)
    listing: ListingWords = field(default_factory=ListingWords)
    of_view: ViewWords = field(default_factory=ViewWords)
    named: list[str] = field(default_factory=list)  # dimensions, by nothing but their name
    is_joined: bool = False  # by "and": what follows may be the other side

    @property
    def side(self) -> Side:
        return self.sides[-1]

    def add(self, phrase: Phrase) -> None:
        if phrase.kind is Kind.DIMENSION:
            self.named.append(_only(phrase.meanings)[0])
        else:
            self._read(phrase)
        if phrase.kind is not Kind.FILLER:
            self.is_joined = phrase.kind is Kind.AND

    def _read(self, phrase: Phrase) -> None:
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
            case Kind.MOVED:
                self.listing.of(MOVED[fold(phrase.spelled)])
            case Kind.TOP:
                self.listing.limit(phrase.count)
            case Kind.PAGE:
                self.listing.turn_to(phrase.count)
            case kind:
                self._say(kind, phrase.count)

    def question(self, text: str) -> Question:
        if any(side.is_company and side.scope for side in self.sides):
            raise UsageError(hints.COMPANY_AND_VALUE)
        self._split_by_named()
        self._require_two()
        sides = Sides.of(self.sides) if Kind.VERSUS in self.said else None
        left = self.sides[0]
        views = self._views() or self._views_meant(is_versus=sides is not None)
        window = self.trend.chosen_window(is_trend=self._is_trend(views))
        names_period = any(side.names_period for side in self.sides)
        view = views[0] if views else View.ANSWER
        has_usage = Kind.USAGE in self.said
        self.of_view.check(
            view, names_period=names_period, has_usage=has_usage, dimension=self.dimension
        )
        unit = self.of_view.cohort_unit(view, left.period)
        if unit is not None and left.period is None and window is None:
            left.period = self._cohort_months(unit)
        period = self._whole_period(sides) if window is None else self._trend_months(window)
        question = Question(
            text=text,
            scope=tuple(left.scope.items()),
            period=period,
            dimension=self.dimension,
            in_arr=Kind.ARR in self.said,
            currency=self.currency,
            window=window,
            stand_in=left.stand_in,
            view=view,
            basis=Basis.WITH_USAGE if has_usage else Basis.COMMITTED,
            listing=self.listing.listing(),
            cohort_unit=unit,
            ahead=self.of_view.horizon(view),
            names_company=any(side.is_company or side.is_rest for side in self.sides),
            names_period=names_period,
        )
        if len(views) > 1:
            raise hints.two_views(question, views[1])
        self._check_view(question, is_versus=sides is not None)
        return sides.joined(question, hints.typed) if sides else question

    def _views(self) -> list[View]:
        said = [view for view in View if view and Kind(view) in self.said]
        if any(view in OF_NOW for view in said):  # "which accounts are at risk" is one question
            return [view for view in said if view is not View.ACCOUNTS]
        return [*said, View.ACCOUNTS] if self.listing.is_said and not said else said

    def _split_by_named(self) -> None:
        """Split by a dimension that is only named, unless a value of it is: "the starter plan"."""
        for dimension in self.named:
            if not any(dimension in side.scope for side in self.sides):
                self._split(dimension, "")

    def _require_two(self) -> None:
        """Refuse a third value of a dimension: the split shows all of them."""
        shared = set.intersection(*(set(side.scope) for side in self.sides))
        if len(self.sides) > 2 and shared:  # noqa: PLR2004
            raise hints.more_than_two(min(shared))

    def _views_meant(self, *, is_versus: bool) -> list[View]:
        """Choose the view that everyday words ask for: a comparison has their answer itself."""
        if is_versus and not self.sides[1].is_year_ago:
            return []
        if Kind.REASON in self.said:
            return [View.WHY]
        return [View.FULL] * (Kind.PART in self.said and not is_versus)

    def _is_trend(self, views: list[View]) -> bool:
        if Kind.TREND in self.said:
            return True
        is_meant = Kind.COURSE in self.said and len(self.sides) == 1
        return is_meant and not set(views) - {View.FULL} and self.side.period is None

    def _check_view(self, question: Question, *, is_versus: bool) -> None:
        is_trend = question.window is not None
        if is_trend and (is_versus or question.view not in (View.ANSWER, View.FULL)):
            ttm = self.reader.period(_USUAL_WINDOW)[0]
            raise hints.no_trend_of_that(
                replace(question, window=None, period=ttm), is_versus=is_versus
            )
        if is_versus and question.view not in (View.ANSWER, View.FULL, View.WHY):
            raise hints.one_side_only(question)
        if self.listing.is_said and question.view not in (View.ACCOUNTS, *OF_NOW):
            raise hints.two_views(question, View.ACCOUNTS)
        if question.view in OF_NOW and (question.names_period or self.listing.moved):
            raise hints.of_now(question)
        if not is_versus and (self.side.is_year_ago or self.side.is_rest):
            raise hints.needs_versus(question, is_rest=self.side.is_rest)

    def _cohort_months(self, unit: PeriodUnit) -> Period:
        reader = self.reader
        return cohort_months(
            unit,
            today=reader.today,
            fiscal_start=reader.fiscal_start,
            data_end=reader.data_end,
        )

    def _whole_period(self, sides: Sides | None) -> Period:
        left = self.sides[0]
        if sides and left.period is None:
            left.period = sides.period
            left.stand_in = self.sides[1].stand_in
        if left.period is None:
            usual = self.sides[1].usual_period() if sides else None
            said = [kind for kind in (Kind.LAST_MONTH, Kind.LAST_QUARTER) if kind in self.said]
            left.period, left.stand_in = self.reader.period(usual or (*said, _DEFAULT_PERIOD)[0])
        return left.period

    def _trend_months(self, window: int) -> Period:
        months, reader = self.trend.months, self.reader
        today, data_end = reader.today, reader.data_end
        if self.trend.doubtful is not None:
            raise hints.value_or_months(*self.trend.doubtful)
        named = self.sides[0].period
        if named is not None and months is None:
            return months_of(named, window=window, today=today, data_end=data_end)
        # Beside ``24m`` a period is a second length, but for ``ttm``, which names the usual window.
        if named not in (None, reader.period(_USUAL_WINDOW)[0]):
            raise UsageError(hints.TWO_LENGTHS)
        if named is not None and window != WINDOWS[-1]:
            raise UsageError(hints.TWO_WINDOWS)
        count = USUAL_MONTHS if months is None else months
        return last_months(count, window=window, today=today, data_end=data_end)

    def _narrow(self, dimension: str, value: str) -> None:
        first = self.side.scope.setdefault(dimension, value)
        if first != value:
            self._oppose(hints.two_values(dimension, first, value))
            self.side.scope[dimension] = value

    def _oppose(self, refusal: UsageError) -> None:
        """Begin the other side where "and" stands before it, or a comparison is asked for."""
        is_meant = self.is_joined or Kind.COMPARE in self.said
        if not is_meant or (len(self.sides) > 1 and not self.is_joined):
            raise refusal
        self._say(Kind.VERSUS, 1)

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
        if self.side.period is not None:
            scope = tuple(self.side.scope.items())
            self._oppose(hints.two_periods(self.side.period, period, scope))
        self.side.period, self.side.stand_in = period, stand_in

    def _say(self, kind: Kind, count: int) -> None:
        self.said.add(kind)
        if kind in OF_SOME_VIEWS:
            self.of_view.add(kind, count)
        match kind:
            case Kind.VERSUS:
                self.sides.append(Side())
            case Kind.COMPANY:
                self.side.is_company = True
            case Kind.REST:
                self.side.is_rest = True
            case Kind.YEAR_AGO:
                self.side.is_year_ago = True
            case Kind.YEAR_OVER_YEAR:
                self.said.add(Kind.VERSUS)
                self.sides.append(Side(is_year_ago=True))


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
        if (found := self._account(sentence)) is not None:
            return found
        # A canonical text must mean the same once a value called "2026-q3" has been imported.
        with suppress(UsageError, MetricsError):
            return self._follow(Scan(sentence, self.vocabulary, EXPLICIT_RULES, reach=1))
        return self._follow(Scan(sentence, self.vocabulary, EVERY_RULE, reach=len(sentence)))

    def _account(self, sentence: Sentence) -> Question | None:
        asked = read_account(sentence)
        if asked is None:
            return None
        first = Scan(sentence, self.vocabulary, EVERY_RULE, reach=len(sentence)).phrase_at(0)
        if first is not None and first.end > 1:  # a value is called "account manager"
            return None
        period, stand_in = self.period(asked.period or _DEFAULT_PERIOD)
        return Question(
            text=sentence.text,
            scope=(),
            period=period,
            stand_in=stand_in if asked.period else None,
            view=View.CARD,
            account=asked.name,
            names_period=bool(asked.period),
        )

    def try_read(self, text: str) -> Question | None:
        with suppress(UsageError, MetricsError):
            return self.read(Sentence.of(normalise(text)))
        return None

    def skim(self, text: str) -> Question | None:
        for _ in range(_PASSED_OVER):
            try:
                return self.read(Sentence.of(normalise(text)))
            except UnreadError as unread:
                text = unread.span.replaced_by("")
            except (UsageError, MetricsError):
                break
        return None

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
