"""The question that phrases ask for, as they are read one by one."""

from dataclasses import dataclass, field, replace

from bot.errors import UsageError
from bot.questions import hints
from bot.questions.kinds import Kind
from bot.questions.listing import ListingWords
from bot.questions.outcomes import MOVED, MOVES
from bot.questions.period_reader import PeriodReader
from bot.questions.question import LISTS, OF_NOW, Amounts, Basis, Question, View, ViewOptions, Words
from bot.questions.rules import FILLERS, Phrase
from bot.questions.sides import Side, Sides
from bot.questions.trend_words import TrendWords
from bot.questions.view_words import OF_SOME_VIEWS, ViewWords, basis_refused, cohort_months
from bot.questions.words import Meanings
from metrics.period_grammar import MONTHS_IN, YEARS
from metrics.periods import Period, PeriodUnit, previous, year_before
from metrics.spelling import fold
from metrics.trends import USUAL_MONTHS, WINDOWS, last_months, months_of

DEFAULT_PERIOD = "last-month"
_CALLED = "The newest whole month"  # where nobody typed it
_USUAL_WINDOW = "ttm"
_IMPLIED = {
    Kind.COUNT: (Kind.PART,),
    Kind.LEVEL: (Kind.PART,),
    Kind.ARR_LEVEL: (Kind.ARR, Kind.PART, Kind.LEVEL),
    Kind.EARLY: (Kind.COHORTS,),
}
_ASKED = (Kind.COUNT, Kind.LEVEL, Kind.EARLY, Kind.PART, Kind.NRR, Kind.GRR)
"""What an answer says first, the more specific before the rest."""
_BASES = {Kind.USAGE: Basis.WITH_USAGE, Kind.CURRENT: Basis.CURRENT}


@dataclass(slots=True)
class Draft:
    """The question that the phrases read so far ask; a second answer to one point is refused."""

    reader: PeriodReader
    sides: list[Side] = field(default_factory=lambda: [Side()])
    dimension: str | None = None
    currency: str | None = None
    said: set[Kind] = field(default_factory=set)
    trend: TrendWords = field(default_factory=TrendWords)
    listing: ListingWords = field(default_factory=ListingWords)
    of_view: ViewWords = field(default_factory=ViewWords)
    named: list[str] = field(default_factory=list)  # dimensions, by nothing but their name
    is_joined: bool = False  # by "and": what follows may be the other side

    @property
    def side(self) -> Side:
        """The side that is being read."""
        return self.sides[-1]

    def add(self, phrase: Phrase) -> None:
        """Take the next phrase.

        Raises
        ------
        UsageError
            If it contradicts one before it.
        """
        if phrase.kind is Kind.DIMENSION:
            self.named.append(_only(phrase.meanings)[0])
        else:
            self._read(phrase)
        if phrase.kind not in FILLERS:
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
                self.listing.limit(phrase.count, moved=MOVES.get(phrase.spelled))
            case Kind.PAGE:
                self.listing.turn_to(phrase.count)
            case kind:
                self._say(kind, phrase.count)

    def question(self, text: str) -> Question:
        """Build the question, which has the text that was read.

        Raises
        ------
        UsageError
            If phrases do not go together.
        """
        if any(side.is_company and side.scope for side in self.sides):
            raise UsageError(hints.COMPANY_AND_VALUE)
        self._count_accounts()
        views = self._views()
        if not {*views} & LISTS:  # "accounts and their owners" are not split: owners stand there
            self._split_by_named()
        self._require_two()
        sides = Sides.of(self.sides) if Kind.VERSUS in self.said else None
        views = views or self._views_meant(is_versus=sides is not None)
        self._turn_to_months(views, is_versus=sides is not None)
        question = self._composed(text, views, sides)
        refused = basis_refused(question.view, question.amounts.basis)
        if refused:  # what else is wrong is told first, and of a question without it
            committed = replace(question.amounts, basis=Basis.COMMITTED)
            question = replace(question, amounts=committed)
        if len(views) > 1:
            raise hints.two_views(question, views[1])
        self._check_view(question, is_versus=sides is not None)
        if refused:
            raise UsageError(f"{refused}. Try: {hints.typed(question)}")
        asked = sides.joined(question, hints.typed) if sides else question
        _check_years(asked)
        return asked

    def _composed(self, text: str, views: list[View], sides: Sides | None) -> Question:
        """Compose the question of the left side."""
        left, view = self.sides[0], views[0] if views else View.ANSWER
        window = self.trend.chosen_window(view, is_trend=self._is_trend(views))
        basis, names_period = self._basis(), any(side.names_period for side in self.sides)
        self.of_view.check(view, names_period=names_period, dimension=self.dimension)
        unit = self.of_view.cohort_unit(view, left.period)
        if unit is not None and left.period is None and window is None:
            left.period = self._cohort_months(unit)
        period = self._whole_period(sides) if window is None else self._trend_months(window)
        return Question(
            words=Words(
                text=text,
                asked=next((kind for kind in _ASKED if kind in self.said), None),
                names_company=any(side.is_company or side.is_rest for side in self.sides),
                names_period=names_period,
                stand_in=None if view.is_ahead or view in OF_NOW else left.stand_in,
            ),
            scope=tuple(left.scope.items()),
            period=period,
            dimension=self.dimension,
            view=view,
            amounts=Amounts(in_arr=Kind.ARR in self.said, currency=self.currency, basis=basis),
            options=ViewOptions(
                window=window,
                listing=self.listing.listing(),
                cohort_unit=unit,
                ahead=self.of_view.horizon(view),
            ),
        )

    def _basis(self) -> Basis:
        found = [basis for kind, basis in _BASES.items() if kind in self.said]
        if len(found) > 1:
            raise UsageError(hints.TWO_BASES)
        return found[0] if found else Basis.COMMITTED

    def _count_accounts(self) -> None:
        """Take "how many smb customers" for their number: a list of all would not tell it."""
        if {Kind.HOW_MANY, Kind.ACCOUNTS} <= self.said and not self.listing.is_said:
            self.said.remove(Kind.ACCOUNTS)
            self._say(Kind.COUNT, 1)

    def _views(self) -> list[View]:
        said = [view for view in View if view and Kind(view) in self.said]
        if any(view in OF_NOW or view is View.RENEWALS for view in said):
            # "which accounts are at risk" is one question, and so is "who renews"
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
        if is_versus and not self.sides[1].earlier:
            return []
        if Kind.REASON in self.said:
            return [View.WHY]
        return [View.FULL] * (Kind.PART in self.said and not is_versus)

    def _turn_to_months(self, views: list[View], *, is_versus: bool) -> None:
        """Take "NRR by quarter" for a trend of windows that are as long."""
        unit, named = self.of_view.unit, self.side.period
        if Kind.TREND not in self.said and self.trend.window == 1 and named and named.is_month:
            self.trend.window = None  # "monthly churn in october" is that of one month
        if unit is not None and not is_versus and not {*views} - {View.FULL}:
            self.of_view.unit = None
            self.said.add(Kind.TREND)
            # Each month has a point of a trend in any window; quarters and years name the window.
            is_each = unit is PeriodUnit.MONTH
            self.trend.roll((is_each and self.trend.window) or MONTHS_IN[unit])

    def _is_trend(self, views: list[View]) -> bool:
        if Kind.TREND in self.said:
            return True
        is_meant = Kind.COURSE in self.said and self.side.period is None
        is_of_one = len(self.sides) == 1 and not set(views) - {View.FULL}
        return is_of_one and (is_meant or self.trend.window is not None)

    def _check_view(self, question: Question, *, is_versus: bool) -> None:
        is_trend = question.options.window is not None
        if is_trend and (is_versus or question.view not in (View.ANSWER, View.FULL)):
            ttm = self.reader.period(_USUAL_WINDOW)[0]
            alone = replace(question, options=ViewOptions(), period=ttm)
            raise hints.no_trend_of_that(alone, is_versus=is_versus)
        if is_versus and question.view not in (View.ANSWER, View.FULL, View.WHY):
            raise hints.one_side_only(question)
        if self.listing.is_said and question.view not in LISTS:
            raise hints.two_views(question, View.ACCOUNTS)
        if question.view in LISTS and question.dimension is not None:
            raise hints.not_split(question, question.dimension)
        if question.view in OF_NOW and (question.words.names_period or self.listing.moved):
            raise hints.of_now(question)
        if not is_versus and (self.side.earlier or self.side.is_rest):
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
            text = usual or (*said, DEFAULT_PERIOD)[0]
            called = "" if usual or said else _CALLED
            left.period, left.stand_in = self.reader.period(text, called=called)
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
        self.said |= {kind, *_IMPLIED.get(kind, ())}
        if kind in OF_SOME_VIEWS:
            self.of_view.add(kind, count)
        match kind:
            case Kind.VERSUS:
                self.sides.append(Side())
            case Kind.COMPANY:
                self.side.is_company = True
            case Kind.REST:
                self.side.is_rest = True
            case Kind.YEAR_AGO | Kind.BEFORE:
                self.side.earlier = year_before if kind is Kind.YEAR_AGO else previous
            case Kind.MINE:
                raise UsageError(hints.WHOSE)
            case Kind.YEAR_OVER_YEAR:
                self.said.add(Kind.VERSUS)
                self.sides.append(Side(earlier=year_before))


def _check_years(asked: Question) -> None:
    """Refuse what begins too early, as what stands in for a century to come does."""
    for period in (asked.period, asked.versus.period if asked.versus else asked.period):
        if period.start.year not in YEARS:
            raise hints.too_early(period)


def _only(meanings: Meanings) -> tuple[str, str]:
    if len(meanings) > 1:
        raise hints.several_meanings(meanings)
    return meanings[0]
