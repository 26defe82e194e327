"""Digest of a subscription for one week: its answer, the comparison and the news beside it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial
from hashlib import sha256

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answer import Answer, Slice
from bot.answers.answers import Answers
from bot.answers.posted_figures import Restated, figures_of, restated_by_now
from bot.answers.small_cohorts import TOGETHER, SmallCohortError, WholeMonthsError
from bot.digests.diagnosing import Diagnosis, diagnosis_of
from bot.errors import AccessDeniedError, DataChangedError, UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question, StandIn
from bot.trends.trend import A_YEAR, Trend, TrendSeries
from metrics.alerts.states import Transition
from metrics.data_end import DataEnd
from metrics.diagnosis import Caution
from metrics.periods import (
    NotInError,
    Period,
    day_words,
    parse_period,
    period_words,
    previous,
)
from metrics.retention import Retention
from metrics.segments import NO_VALUE
from metrics.small_groups import FEWEST_TO_SHOW
from metrics.trends import WINDOWS, last_months
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.digests.subscriptions import DigestContent, DigestPeriod, DigestSection
from storage.ledger.account_changes import AccountChange, AccountChanges

TREND_MONTHS = 24
MOST_CHANGES = 3
"""Gains, and losses, that are named account by account."""

_ATTEMPTS = 3  # an import that lands in between costs one; the job tries again later anyway
_PERIOD_WORDS = {
    DigestPeriod.LAST_MONTH: "last-month",
    DigestPeriod.QUARTER_TO_DATE: "qtd",
    DigestPeriod.TTM: "ttm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceLastDigest:
    """News for a channel since its last digest.

    Attributes
    ----------
    posted : str, optional
        The `Digest.fingerprint` of the last digest; None before the first.
    shown : tuple of ShownFigure
        The newest figures that the channel was shown, of whatever the digest may speak of.
    weeks_missed : tuple of str
        Weeks since then that had no digest, such as ``2026-W46``.
    alerts_listed : tuple of Transition
        Transitions of alerts that were no message of their own.
    """

    posted: str | None = None
    shown: tuple[ShownFigure, ...] = ()
    weeks_missed: tuple[str, ...] = ()
    alerts_listed: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """Content of a subscription's digest in one week, and how much its recipients may see.

    Attributes
    ----------
    content : DigestContent
        Without a dimension the company is split by its main one, and a scope not at all; nor is a
        scope that has a single value of it.
    today : date
        The recipients' own day, in the time zone of the digest's schedule.
    names_shown : bool
        Whether accounts may be named.
    small_shown : bool
        Whether cohorts of fewer than five accounts are shown apart.
    """

    content: DigestContent
    week: str
    today: date
    names_shown: bool
    small_shown: bool
    since: SinceLastDigest = SinceLastDigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSegment:
    """Retention of the whole scope, or of one value of the dimension, and of the period before.

    Attributes
    ----------
    weight : Fraction, optional
        Its share of the scope's opening MRR.
    course : Series, optional
        The last twelve windows that are over, as far as the ledger reaches back.
    """

    value: str | None = None
    retention: Retention
    weight: Fraction | None
    before: Retention | None
    course: TrendSeries | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBody:
    """Everything in a digest beside its answer, as far as it is wanted and known."""

    before: Answer | None = None
    trend: Trend | None = None
    changes: AccountChanges | None = None
    diagnosis: Diagnosis | None = None
    restated: tuple[Restated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A composed digest; amounts are minor units of the answer's currency.

    Where ``is_unchanged``, no figure is another than in the last digest, and the body has at most
    what was restated.
    """

    request: DigestRequest
    answer: Answer
    body: DigestBody = DigestBody()
    is_unchanged: bool = False

    @property
    def dimension(self) -> str | None:
        """Dimension that the scope is split by; None if it is not."""
        return self.answer.breakdown[0].dimension if self.answer.breakdown else None

    @property
    def posted(self) -> tuple[PostedFigure, ...]:
        """The figures that its channel is shown, restated ones too."""
        return (*(one.now for one in self.body.restated), *figures_of(self.answer))

    @property
    def fingerprint(self) -> str:
        """A hash of the period and of every amount, by which the next digest knows what is new."""
        answer, beside = self.answer, self.answer.comparisons
        others = (beside.previous, beside.trailing, beside.latest_month)
        told = [
            *(answer.period.label, answer.question.scope, answer.retention),
            # a correction far back may change twelve months and leave the period as it is
            *(other.retention for other in others if other),
            *((part.dimension, part.value, part.retention) for part in answer.breakdown),
        ]
        return sha256(repr(told).encode()).hexdigest()

    @property
    def whole(self) -> DigestSegment:
        """The whole scope."""
        retention, before = self.answer.retention, self.answer.comparisons.previous
        return DigestSegment(
            retention=retention,
            weight=retention.share_of_opening(retention.opening),
            before=before.retention if before else None,
            course=_last_year(self.body.trend.whole) if self.body.trend else None,
        )

    @property
    def segments(self) -> tuple[DigestSegment, ...]:
        """The values of the dimension, the largest opening base first."""
        slices = self.body.before.breakdown if self.body.before else ()
        before = {part.value: part.retention for part in slices}
        series = self.body.trend.breakdown if self.body.trend else ()
        courses = {of_value.value: _last_year(of_value) for of_value in series}
        return tuple(_segment(part, before, courses) for part in self.answer.breakdown)

    def segment_of(self, account: AccountChange) -> str | None:
        """Return the dimension's value of an account; None if too few accounts share it."""
        own = account.attributes.get(self.dimension or "", NO_VALUE)
        large = (part for part in self.answer.breakdown if _can_tell_apart(part.retention))
        return next((part.value for part in large if part.value == own), None)

    def may_name(self, account: AccountChange) -> bool:
        """Tell whether the digest's recipients may see the name of an account."""
        # in a small segment a named account would tell nearly all of the segment
        is_among_others = self.dimension is None or self.segment_of(account) is not None
        return self.request.names_shown and is_among_others


def build_digest(answers: Answers, request: DigestRequest) -> Digest:
    """Build a digest from one version of the data.

    Raises
    ------
    UsageError, MetricsError, StorageError
        With one sentence: the ledger is empty, or knows the scope or the dimension no longer.
    DataChangedError
        If imports keep coming in between.
    """
    for _ in range(_ATTEMPTS):
        with suppress(DataChangedError):
            return _Builder(answers, request).build()
    raise DataChangedError


@dataclass(frozen=True, slots=True)
class _Builder:
    answers: Answers
    request: DigestRequest

    def build(self) -> Digest:
        answer = self._answer()
        body = DigestBody(restated=self._restated(answer))
        short = Digest(request=self.request, answer=answer, body=body, is_unchanged=True)
        if short.fingerprint == self.request.since.posted:
            return short
        return replace(short, body=self._filled(body, short), is_unchanged=False)

    def _filled(self, body: DigestBody, digest: Digest) -> DigestBody:
        answer = digest.answer
        body = replace(
            body,
            before=self._before(answer),
            trend=self._trend(answer.question, digest.dimension),
            changes=self._changes(answer),
            diagnosis=self._diagnosis(answer),
        )
        year = body.diagnosis.answer if body.diagnosis else None
        replies = (body.before, body.trend, year)  # the others check their version themselves
        if {reply.grounds.data_version for reply in replies if reply} - {
            answer.grounds.data_version
        }:
            raise DataChangedError
        return body

    def _answer(self) -> Answer:
        content = self.request.content
        try:
            return self._ask(self._question(_PERIOD_WORDS[content.period]))
        except WholeMonthsError:  # no month of the quarter is closed yet
            return self._ask(self._question(_PERIOD_WORDS[DigestPeriod.LAST_MONTH]))

    def _question(self, words: str) -> Question:
        content = self.request.content
        period, note = self._period(words)
        is_one_value = not content.dimension or content.dimension in dict(content.scope)
        return Question(
            text="",
            scope=content.scope,
            period=period,
            dimension=None if is_one_value else content.dimension,
            stand_in=StandIn(sentence=note, asked=None) if note else None,
        )

    def _period(self, words: str) -> tuple[Period, str | None]:
        """Read the last period that is in, and why it is not the calendar's if it is not."""
        data_end = self._data_end
        parse = partial(
            parse_period, words, today=self.request.today, fiscal_start=self.answers.fiscal_start
        )
        try:
            period, on_calendar = parse(data_end=data_end), parse()
        except NotInError as error:
            return error.instead, f"{error}."
        if period.start == on_calendar.start:
            return period, None
        return period, _why_not(on_calendar, data_end, period)

    @property
    def _data_end(self) -> DataEnd:
        with self.answers.reading(today=self.request.today) as reading:
            return reading.data_end

    def _ask(self, asked: str | Question) -> Answer:
        today = self.request.today
        return self.answers.ask(
            asked, today=today, max_length=CANONICAL_LENGTH, visibility=self._visibility
        )

    @property
    def _visibility(self) -> Visibility:
        # Others than its owner read a digest: what they may see of the company bounds it.
        return EVERYTHING if self.request.small_shown else EVERYTHING.without_accounts()

    def _before(self, answer: Answer) -> Answer | None:
        if answer.comparisons.previous is None:
            return None
        with suppress(SmallCohortError):
            return self._ask(replace(answer.question, period=previous(answer.period)))
        return None  # too few accounts paid then to be shown: the digest goes without

    def _trend(self, question: Question, dimension: str | None) -> Trend | None:
        for window in (WINDOWS[-1], WINDOWS[0]):  # months, where there are no two whole years
            months = last_months(
                TREND_MONTHS, window=window, today=self.request.today, data_end=self._data_end
            )
            asked = replace(question, period=months, dimension=dimension, window=window)
            with suppress(
                UsageError, AccessDeniedError
            ):  # nobody paid yet when they opened, or few
                trend = self.answers.reply(
                    asked, today=self.request.today, visibility=self._visibility
                )
                if isinstance(trend, Trend) and trend.whole.previous is not None:
                    return trend
        return None

    def _changes(self, answer: Answer) -> AccountChanges | None:
        is_wanted = DigestSection.DRIVERS in self.request.content.sections
        if not is_wanted or not _can_tell_apart(answer.retention):
            return None
        return self.answers.account_changes(answer, most=MOST_CHANGES)

    def _restated(self, answer: Answer) -> tuple[Restated, ...]:
        request = self.request
        found = restated_by_now(self.answers, request.since.shown, small_shown=request.small_shown)
        if any(one.now.data_version != answer.grounds.data_version for one in found):
            raise DataChangedError
        return found

    def _diagnosis(self, answer: Answer) -> Diagnosis | None:
        if DigestSection.DIAGNOSIS not in self.request.content.sections:
            return None
        diagnosis = diagnosis_of(answer, self._year(answer), self.answers.cohort)
        if self.request.small_shown or self.answers.shows_small_groups():
            return diagnosis
        # The largest account is a group of one.
        findings = (
            replace(one, top_share=None) if isinstance(one, Caution) else one
            for one in diagnosis.findings
        )
        return replace(diagnosis, findings=tuple(findings))

    def _year(self, answer: Answer) -> Answer | None:
        trailing = answer.comparisons.trailing
        if trailing is None:
            return None
        if trailing.period == answer.period:
            return answer
        with suppress(SmallCohortError):
            return self._ask(replace(answer.question, period=trailing.period, dimension=None))
        return None


def _why_not(asked: Period, data_end: DataEnd, instead: Period) -> str:
    if not data_end.has_some_of(asked.start, asked.end):
        return f"{NotInError(asked, data_end, instead)}."
    words = period_words(asked)
    through = day_words(data_end.last_day, asked)
    return f"{words[:1].upper()}{words[1:]} is in through {through} only."


def _segment(
    part: Slice, before: Mapping[str, Retention], courses: Mapping[str | None, TrendSeries | None]
) -> DigestSegment:
    return DigestSegment(
        value=part.value,
        retention=part.retention,
        weight=part.weight,
        # what stands together now need not be what stood together then
        before=before.get(part.value) if part.value != TOGETHER else None,
        course=courses.get(part.value),
    )


def _last_year(series: TrendSeries) -> TrendSeries | None:
    points = series.complete[-A_YEAR:]
    return replace(series, points=points) if points else None


def _can_tell_apart(retention: Retention) -> bool:
    return retention.accounts_opening >= FEWEST_TO_SHOW
