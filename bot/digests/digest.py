"""A subscription's digest: one answer, the one before it, a trend, and what has changed since."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from bot.answers.answer import Answer, Reply, Slice
from bot.answers.answers import Answers
from bot.answers.small_cohorts import (
    FEWEST_TO_SHOW,
    TOGETHER,
    SmallCohortError,
    without_small_cohorts,
)
from bot.digests.posted_figures import PostedFigures, Restatement, restatements
from bot.errors import DataChangedError, UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question
from bot.trends.trend import A_YEAR, Series, Trend
from metrics.alerts.states import Transition
from metrics.diagnosis import Finding, caution, diagnose, losses_first, masking, needs_caution
from metrics.periods import Period, parse_period, previous
from metrics.retention import Retention
from metrics.segments import NO_VALUE
from metrics.trends import WINDOWS, last_months
from storage.digests.subscriptions import DigestContent, DigestPeriod, DigestSection
from storage.ledger.account_changes import AccountChange, AccountChanges

TREND_MONTHS = 24
MOST_CHANGES = 3
"""How many gains, and how many losses, are told account by account."""

R = TypeVar("R", Answer, Reply)
_ATTEMPTS = 3
_PERIOD_WORDS = {
    DigestPeriod.LAST_MONTH: "last-month",
    DigestPeriod.QUARTER_TO_DATE: "qtd",
    DigestPeriod.TTM: "ttm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """What a subscription wants to know in one week, such as ``2026-W46``.

    ``dimension`` may be empty: then the company is split by its main one, and a scope not at all;
    nor is one that has a single value of it. ``alerts_listed`` is what alerts have to say that was
    no message.
    ``names_shown`` tells whether readers may see which account it was, ``small_shown`` whether
    cohorts of fewer than five accounts are shown apart; ``previous_figures``
    is what `digest_figures` gave for the digest before, None for the first; ``weeks_missed`` had
    none since.
    """

    content: DigestContent
    names_shown: bool
    small_shown: bool
    previous_figures: str | None
    week: str
    weeks_missed: tuple[str, ...] = ()
    alerts_listed: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The whole scope, or one value of the dimension, in the period and in the one before.

    ``weight`` is its share of the scope's opening MRR, None where there is none. ``course`` has
    the last twelve windows that are over, as far as the ledger reaches back.
    """

    value: str | None = None
    retention: Retention
    weight: Fraction | None
    before: Retention | None
    course: Series | None

    @property
    def nrr_change(self) -> Fraction | None:
        """NRR less that of the period before; None where either is undefined."""
        was = self.before.nrr if self.before else None
        return None if self.retention.nrr is None or was is None else self.retention.nrr - was


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """What is no longer as the digest before posted it, and the period that it was about."""

    period: Period
    figures: tuple[Restatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Everything that one digest says; amounts are minor units of the answer's currency.

    ``before`` is the same question about the equally long period before, None if nobody paid
    then. ``changes`` is None where accounts are not told apart. ``trailing_findings`` are about
    twelve months, where the period is another. ``is_unchanged`` tells that the digest before said
    the same of the same period: then there is nothing but the answer.
    """

    request: DigestRequest
    answer: Answer
    figures: PostedFigures
    today: date
    before: Answer | None = None
    trend: Trend | None = None
    changes: AccountChanges | None = None
    findings: tuple[Finding, ...] = ()
    trailing_findings: tuple[Finding, ...] = ()
    restated: Restated | None = None
    is_unchanged: bool = False

    @property
    def dimension(self) -> str | None:
        """What the scope is split by; None if it is not."""
        return self.figures.dimension

    @property
    def whole(self) -> Segment:
        """The whole scope."""
        retention, before = self.answer.retention, self.answer.previous
        return Segment(
            retention=retention,
            weight=retention.share_of_opening(retention.opening),
            before=before.retention if before else None,
            course=_last_year(self.trend.whole) if self.trend else None,
        )

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The values of the dimension, the largest opening base first."""
        slices = self.before.breakdown if self.before else ()
        before = {part.value: part.retention for part in slices}
        series = self.trend.parts if self.trend else ()
        courses = {of_value.value: _last_year(of_value) for of_value in series}
        return tuple(_segment(part, before, courses) for part in self.answer.breakdown)

    def segment_of(self, account: AccountChange) -> str | None:
        """Return which value an account has; None if that has too few to tell them apart."""
        own = account.attributes.get(self.dimension or "", NO_VALUE)
        return next((part.value for part in self._large() if part.value == own), None)

    def may_name(self, account: AccountChange) -> bool:
        """Tell whether the digest's readers may see which account it was."""
        is_among_others = self.dimension is None or self.segment_of(account) is not None
        return self.request.names_shown and is_among_others

    def _large(self) -> tuple[Slice, ...]:
        parts = self.answer.breakdown
        return tuple(part for part in parts if _can_tell_apart(part.retention))


def compose(answers: Answers, request: DigestRequest, *, today: date) -> Digest:
    """Work out a digest; everything in it rests on the same data.

    Parameters
    ----------
    today : date
        The reader's own day, in the zone of the digest's schedule.

    Raises
    ------
    UsageError, MetricsError, StorageError
        With one sentence: the ledger is empty, or knows the scope or the dimension no longer.
    DataChangedError
        If imports keep coming in between.
    """
    for _ in range(_ATTEMPTS):
        with suppress(DataChangedError):
            return _Composer(answers, request, today).compose()
    raise DataChangedError


def digest_figures(digest: Digest) -> str:
    """Return what to compare the next digest with, as JSON."""
    return digest.figures.write()


@dataclass(frozen=True, slots=True)
class _Composer:
    """Asks for everything that a digest says, at one version of the data."""

    answers: Answers
    request: DigestRequest
    today: date

    def compose(self) -> Digest:
        answer = self._ask(self._question())
        figures = PostedFigures.of(answer, today=self.today)
        posted = PostedFigures.read(self.request.previous_figures)
        digest = Digest(request=self.request, answer=answer, figures=figures, today=self.today)
        if posted is not None and posted.says_as_much_as(figures):
            return replace(digest, is_unchanged=True)
        digest = replace(
            digest,
            before=self._before(answer),
            trend=self._trend(answer.question, figures.dimension),
            changes=self._changes(answer),
            restated=self._restated(posted, digest) if posted else None,
        )
        return self._diagnosed(_at_one_version(digest))

    def _question(self) -> Question:
        period = parse_period(
            _PERIOD_WORDS[self.request.content.period],
            today=self.today,
            fiscal_start=self.answers.fiscal_start,
        )
        scope, dimension = self.request.content.scope, self.request.content.dimension
        is_one_value = not dimension or dimension in dict(scope)
        return Question(
            text="", scope=scope, period=period, dimension=None if is_one_value else dimension
        )

    def _ask(self, asked: str | Question) -> Answer:
        answer = self.answers.ask(asked, today=self.today, max_length=CANONICAL_LENGTH)
        return self._visible(answer)

    def _visible(self, reply: R) -> R:
        """Return a reply as the channel may see it.

        Raises
        ------
        SmallCohortError
            If all of it is about too few accounts.
        """
        return reply if self.request.small_shown else without_small_cohorts(reply)

    def _before(self, answer: Answer) -> Answer | None:
        if answer.previous is None:
            return None
        with suppress(SmallCohortError):
            return self._ask(replace(answer.question, period=previous(answer.period)))
        return None

    def _trend(self, question: Question, dimension: str | None) -> Trend | None:
        """Return the trend of whole years, of single months where there are no two of them."""
        for window in (WINDOWS[-1], WINDOWS[0]):
            months = last_months(TREND_MONTHS, window=window, today=self.today)
            asked = replace(question, period=months, dimension=dimension, window=window)
            with suppress(UsageError, SmallCohortError):  # nobody paid yet when they opened, or few
                trend = self._visible(self.answers.reply(asked, today=self.today))
                if isinstance(trend, Trend) and trend.whole.previous is not None:
                    return trend
        return None

    def _changes(self, answer: Answer) -> AccountChanges | None:
        is_wanted = DigestSection.DRIVERS in self.request.content.sections
        if not is_wanted or not _can_tell_apart(answer.retention):
            return None
        return self.answers.account_changes(answer, most=MOST_CHANGES)

    def _restated(self, posted: PostedFigures, digest: Digest) -> Restated | None:
        if not posted.is_about_the_same(digest.figures):
            return None
        again = self._ask(posted.asked)
        if again.data_version != digest.answer.data_version:
            raise DataChangedError
        found = restatements(posted, PostedFigures.of(again, today=self.today))
        return Restated(period=again.period, figures=found) if found else None

    def _diagnosed(self, digest: Digest) -> Digest:
        answer = digest.answer
        if DigestSection.DIAGNOSIS not in self.request.content.sections:
            return digest
        found = diagnose(answer.retention, answer.outside)
        if needs_caution(answer.retention):
            members = self.answers.cohort(answer)
            found += (caution([(member.opening, member.closing) for member in members]),)
        return replace(digest, findings=found, trailing_findings=_trailing_findings(answer))


def _trailing_findings(answer: Answer) -> tuple[Finding, ...]:
    """Return what only twelve months can show: losses build up that one month hides."""
    trailing = answer.trailing
    if trailing is None or trailing.period == answer.period:
        return ()
    found = (losses_first(trailing.retention), masking(trailing.retention))
    return tuple(finding for finding in found if finding is not None)


def _at_one_version(digest: Digest) -> Digest:
    replies = (digest.before, digest.trend)
    if {reply.data_version for reply in replies if reply} - {digest.answer.data_version}:
        raise DataChangedError
    return digest


def _segment(
    part: Slice, before: Mapping[str, Retention], courses: Mapping[str | None, Series | None]
) -> Segment:
    return Segment(
        value=part.value,
        retention=part.retention,
        weight=part.weight,
        # what stands together now need not be what stood together then
        before=before.get(part.value) if part.value != TOGETHER else None,
        course=courses.get(part.value),
    )


def _last_year(series: Series) -> Series | None:
    points = series.complete[-A_YEAR:]
    return replace(series, points=points) if points else None


def _can_tell_apart(retention: Retention) -> bool:
    return retention.accounts_opening >= FEWEST_TO_SHOW
