"""Replies for people without account detail: of whole months, and of no group of so few accounts.

SECURITY.md, section "Small groups", has the rule, and what it does not hide.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import dropwhile, takewhile
from typing import Self, TypeVar

from bot.access.decisions import Reason
from bot.answers.answer import Answer, Comparisons, Memo, PeriodRetention, Slice
from bot.errors import ExplainedDenialError
from bot.questions.parsing import Question, StandIn
from bot.questions.question import View
from bot.style.names import period_name
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.movements import MovementKind
from metrics.periods import Period, PeriodUnit, months_between, period_words
from metrics.retention import Retention
from metrics.rollup import Scope, total
from metrics.small_groups import SmallGroups, is_few

TOGETHER = "(small ones together)"
"""The name of all values that are too small to be shown apart."""
_FROM_OUTSIDE = frozenset({MovementKind.NEW, MovementKind.REACTIVATION})

R = TypeVar("R", Answer, Trend, Answer | Trend)


class DetailNeededError(ExplainedDenialError):
    """A question that takes account detail of a scope.

    Parameters
    ----------
    said : str
        The refusal to whom no line gives it.
    lead : str
        The refusal up to the line that gives it.
    """

    def __init__(self, reason: Reason, said: str, scope: Scope, *, lead: str) -> None:
        super().__init__(reason, said)
        self.reason, self.scope, self._lead = reason, scope, lead
        self.question: Question | None = None

    def about(self, question: Question) -> Self:
        """Keep the question that was asked."""
        self.question = question
        return self

    def with_line(self, how: str, instead: str = "") -> "DetailNeededError":
        """Return the refusal with a line as from `bot.access.wording.how_to_see_accounts`.

        ``instead`` is a question that needs none.
        """
        said = f"{self._lead} {how}{f'. Try: {instead}' if instead else ''}"
        return DetailNeededError(self.reason, said, self.scope, lead=self._lead)


class SmallCohortError(DetailNeededError):
    """The accounts asked about, or those that they leave of others, are too few to be shown."""

    def __init__(self, scope: Scope) -> None:
        lead = "that could tell of fewer than five accounts:"
        super().__init__(Reason.NO_DETAIL, Reason.NO_DETAIL, scope, lead=lead)


class WholeMonthsError(DetailNeededError):
    """The period is one of days, from which single movements follow."""

    def __init__(self, period: Period, last: Period, scope: Scope) -> None:
        said = (
            f"{period_name(period)} is no closed month: without account detail type whole months,"
            f" such as last-month, {last.label} or last-quarter"
        )
        super().__init__(Reason.NO_DAYS, said, scope, lead=f"{said}; for days")


class PastMomentError(DetailNeededError):
    """A question about a past moment's knowledge, beside which late movements show."""

    def __init__(self, scope: Scope) -> None:
        lead = "what was known at a past moment takes account detail: ask without --as-of, or"
        super().__init__(Reason.NO_PAST_MOMENT, Reason.NO_PAST_MOMENT, scope, lead=lead)


class TodaysGroupsError(DetailNeededError):
    """A question about groups of today: beside those of then, who moved between them shows."""

    def __init__(self, scope: Scope) -> None:
        lead = "groups of today take account detail: leave basis current out, or"
        super().__init__(Reason.NO_TODAYS_GROUPS, Reason.NO_TODAYS_GROUPS, scope, lead=lead)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Parts of one period that may be shown: its opening base, and who pays outside that."""

    opening: SmallGroups
    outside: SmallGroups

    @classmethod
    def of(
        cls,
        accounts: Mapping[frozenset[tuple[str, str]], tuple[int, int]],
        granted: Collection[Scope],
    ) -> Self:
        """Judge the groups of a period by its accounts, as from `PeriodSums.accounts`."""
        opening = {pairs: counts[0] for pairs, counts in accounts.items()}
        outside = {pairs: counts[1] for pairs, counts in accounts.items()}
        return cls(SmallGroups(opening, granted), SmallGroups(outside, granted))

    def may_ask(self, scope: Scope) -> bool:
        """Tell whether an answer about a scope may be given."""
        if not self.opening.may_ask(scope):
            return False
        # Of what was granted only the MRR from outside the base is left out, not the answer.
        is_base = self.opening.is_granted(scope) and self.opening.accounts_of(scope) > 0
        return is_base or self.may_show_outside(scope)

    def may_show_outside(self, scope: Scope) -> bool:
        """Tell whether the MRR may be shown that accounts outside the opening base brought."""
        return self.outside.may_ask(scope)


CohortsOf = Callable[[Period], Cohorts]


def in_whole_months(question: Question, *, closed_through: date, today: date) -> Question:
    """Return the question with a period to date cut to its closed months.

    Raises
    ------
    WholeMonthsError
        If there is none in it, or it is counted in days.
    """
    period, versus = question.period, question.versus
    if versus and (part := next((one for one in question.periods if not _is_whole(one)), None)):
        last = last_closed(closed_through, today=today)
        raise WholeMonthsError(part, last, question.scope)  # equal lengths cannot be cut alike
    if _is_whole(period):
        return question
    if period.unit is PeriodUnit.DAY or closed_through <= period.start:
        last = last_closed(closed_through, today=today)
        raise WholeMonthsError(period, last, question.scope)
    cut = months_between(period.start, min(closed_through, period.end), today=today)
    said = f"This is {period_words(cut)}: without account detail a period ends with a closed month."
    before = f"{question.note} " if question.note else ""
    instead = question.words.stand_in
    stand_in = StandIn(sentence=before + said, asked=instead.asked if instead else None)
    return replace(question, period=cut).with_stand_in(stand_in)


def is_of_usual_month(question: Question) -> bool:
    """Tell whether a question is about the last month only because it names no period."""
    is_plain = question.view in {View.ANSWER, View.FULL, View.WHY}
    is_alone = question.versus is None and question.options.window is None
    return is_plain and is_alone and not question.words.names_period


def in_quarter(question: Question, quarter: Period) -> Question:
    """Return the question about a quarter, and why it is not about a month."""
    month = period_name(question.period)
    said = f"{month} alone could tell of fewer than five accounts: this is {period_words(quarter)}."
    return replace(question, period=quarter).with_stand_in(StandIn(sentence=said, asked=None))


def _is_whole(period: Period) -> bool:
    return period.complete and bool(period.months)


def last_closed(closed_through: date, *, today: date) -> Period:
    """Return the last closed month."""
    end = closed_through.replace(day=1)
    start = end.replace(year=end.year - (end.month == 1), month=(end.month - 2) % 12 + 1)
    return months_between(start, end, today=today)


def without_small_cohorts(reply: R, cohorts_of: CohortsOf) -> R:
    """Merge or leave out every figure of too few accounts, or that leads to one.

    Values that are too small are shown together; where they are too small even so, with the next
    one, or what is left over after all the others would tell.

    Parameters
    ----------
    cohorts_of : callable
        Judges the groups of a period.

    Raises
    ------
    SmallCohortError
        If the scope itself must not be shown.
    """
    if isinstance(reply, Answer):
        return _answer(reply, cohorts_of)
    return _trend(reply, cohorts_of)


def _answer(answer: Answer, cohorts_of: CohortsOf) -> Answer:
    scope, here = answer.question.scope, cohorts_of(answer.period)
    if not here.may_ask(scope):
        raise SmallCohortError(scope)

    def may_see(period: Period | None) -> bool:
        return period is not None and cohorts_of(period).opening.may_ask(scope)

    def shown(measured: PeriodRetention | None) -> PeriodRetention | None:
        return measured if measured and may_see(measured.period) else None

    beside = answer.comparisons
    return replace(
        answer,
        comparisons=Comparisons(
            previous=shown(beside.previous),
            trailing=shown(beside.trailing),
            latest_month=shown(beside.latest_month),
            year_ago=shown(beside.year_ago),
            no_rate=beside.no_rate,
            unpaid=beside.unpaid if may_see(beside.unpaid) else None,
        ),
        breakdown=_breakdown(
            _courses_shown(answer, answer.breakdown, cohorts_of), scope, here.opening
        ),
        gone=tuple(one for one in _courses_shown(answer, answer.gone, cohorts_of) if one.year),
        memo=_without_few_lapsed(
            answer.memo if here.may_show_outside(scope) else _without_outside(answer.memo),
            is_whole=here.opening.is_granted(scope),
        ),
    )


def _without_few_lapsed(memo: Memo, *, is_whole: bool) -> Memo:
    """Leave out pauses that became too long, if they are few, or may leave few of others."""
    lapsed = memo.lapsed
    may_show = lapsed is None or not lapsed.accounts or (is_whole and not is_few(lapsed.accounts))
    return memo if may_show else replace(memo, lapsed=None)


def _without_outside(memo: Memo) -> Memo:
    # The gross sums of the same accounts would say it, too, and so would a change of rates.
    activity = memo.activity and memo.activity.without(_FROM_OUTSIDE)
    return replace(memo, outside=None, fx=None, activity=activity)


def _courses_shown(
    answer: Answer, parts: Sequence[Slice], cohorts_of: CohortsOf
) -> tuple[Slice, ...]:
    """Leave out what a split of another period would not show apart."""
    if not parts:
        return ()
    scope, dimension, beside = answer.question.scope, parts[0].dimension, answer.comparisons

    def folded(measured: PeriodRetention | None) -> frozenset[str] | None:
        """List what is not shown apart; None where nothing is."""
        groups = measured and cohorts_of(measured.period).opening
        return groups.folded(scope, dimension) if groups and groups.may_ask(scope) else None

    before, year, year_ago = map(folded, (beside.previous, beside.trailing, beside.year_ago))

    def shown(
        value: str, found: Retention | None, hidden: frozenset[str] | None
    ) -> Retention | None:
        return None if hidden is None or value in hidden else found

    return tuple(
        replace(
            part,
            before=shown(part.value, part.before, before),
            year=shown(part.value, part.year, year),
            year_ago=shown(part.value, part.year_ago, year_ago),
        )
        for part in parts
    )


def _breakdown(parts: Sequence[Slice], scope: Scope, groups: SmallGroups) -> tuple[Slice, ...]:
    if not parts:
        return ()
    folded = groups.folded(scope, parts[0].dimension)
    small = [part for part in parts if part.value in folded]
    together = groups.is_granted(scope) and bool(small)
    return (
        *(part for part in parts if part.value not in folded),
        *([_slices_together(small)] if together else []),
    )


def _slices_together(small: Sequence[Slice]) -> Slice:
    return Slice(
        dimension=small[0].dimension,
        value=TOGETHER,
        retention=total(part.retention for part in small),
        weight=sum((part.weight for part in small), start=Fraction(0)),
    )


def _trend(trend: Trend, cohorts_of: CohortsOf) -> Trend:
    scope = trend.question.scope

    def may_ask(period: Period) -> bool:
        return cohorts_of(period).opening.may_ask(scope)

    def is_hidden(point: TrendPoint) -> bool:
        return point.is_in and not may_ask(point.period)

    # A small start is cut off, like months before the ledger begins; a small hole is refused.
    kept = list(dropwhile(is_hidden, trend.whole.points))
    if not kept or any(map(is_hidden, kept)):
        raise SmallCohortError(scope)
    dropped = len(trend.whole.points) - len(kept)
    earlier = trend.whole.earlier
    is_compared = earlier is not None and not is_hidden(earlier)
    whole, *parts = (
        replace(
            series,
            points=series.points[dropped:],
            earlier=series.earlier if is_compared else None,
        )
        for series in trend.series
    )
    return replace(
        trend,
        series=(whole, *_series(whole, parts, scope, cohorts_of)),
        months_left_out=trend.months_left_out + dropped,
        # what lies before a gap is of other times
        months_before={
            month: trend.months_before[month] for month in takewhile(may_ask, trend.months_before)
        },
    )


def _series(
    whole: TrendSeries, parts: Sequence[TrendSeries], scope: Scope, cohorts_of: CohortsOf
) -> tuple[TrendSeries, ...]:
    if not parts or (dimension := parts[0].dimension) is None:
        return ()
    groups = [cohorts_of(point.period).opening for point in _measured(whole) if point.is_in]
    every = [each.folded(scope, dimension) for each in groups]
    folded = frozenset().union(*every)
    shown = tuple(series for series in parts if series.value not in folded)
    small = [series for series in parts if series.value in folded]
    # What is folded in one month and not in another would stand together in both: other accounts
    # than where that month is split alone.
    is_steady = all(each == folded for each in every) and all(g.is_granted(scope) for g in groups)
    return (*shown, *([_series_together(small)] if small and is_steady else []))


def _series_together(small: Sequence[TrendSeries]) -> TrendSeries:
    measured = [
        replace(at_once[0], retention=total(each.retention for each in at_once))
        for at_once in zip(*map(_measured, small), strict=True)
    ]
    earlier = measured.pop() if small[0].earlier else None
    return TrendSeries(
        dimension=small[0].dimension, value=TOGETHER, points=tuple(measured), earlier=earlier
    )


def _measured(series: TrendSeries) -> tuple[TrendPoint, ...]:
    return (*series.points, *([series.earlier] if series.earlier else []))
