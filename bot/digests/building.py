"""Builds a digest from one version of the data."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.behind import account_changes, changes_by_driver, sureness_of, tier_review_of
from bot.answers.posted_figures import Restated, restated_by_now
from bot.answers.small_cohorts import WholeMonthsError
from bot.digests.digest import Digest, DigestBody, DigestRequest, DigestThread
from bot.digests.watching import find_watched
from bot.digests.wording.sureness import may_be_chance
from bot.errors import AccessDeniedError, DataChangedError, UsageError
from bot.outlook.outlook import Outlook
from bot.questions.parsing import CANONICAL_LENGTH, Question, StandIn
from bot.questions.question import View, ViewOptions, Words
from bot.style.names import capitalised
from bot.trends.trend import Trend
from metrics.data_end import DataEnd
from metrics.horizons import Horizon
from metrics.period_grammar import shift_months
from metrics.periods import NotInError, Period, day_words, parse_period, period_words
from metrics.rates import MissingRateError
from metrics.trends import WINDOWS, last_months
from storage.digests.subscriptions import DigestPeriod

TREND_MONTHS = 24
MOST_CHANGES = 3
"""Gains, and losses, that are named account by account."""

_ATTEMPTS = 3  # an import that lands in between costs one; the job tries again later anyway
_PERIOD_WORDS = {
    DigestPeriod.LAST_MONTH: "last-month",
    DigestPeriod.QUARTER_TO_DATE: "qtd",
    DigestPeriod.TTM: "ttm",
}


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
        answer = self._told(self._answer())
        body = DigestBody(restated=self._restated(answer))
        short = Digest(request=self.request, answer=answer, body=body, is_unchanged=True)
        if short.fingerprint == self.request.since.posted:
            return short
        return replace(short, body=self._filled(body, short), is_unchanged=False)

    def _filled(self, body: DigestBody, digest: Digest) -> DigestBody:
        answer = digest.answer
        trend = self._trend(answer.question, digest.dimension)
        if trend and trend.grounds.data_version != answer.grounds.data_version:
            raise DataChangedError  # the others check their version themselves
        return replace(
            body,
            trend=trend and replace(trend, findings=answer.findings),  # one leak, in both
            tier_review=tier_review_of(
                self.answers, answer, today=self._today, visibility=self._visibility
            ),
            watched=find_watched(digest, self._ask, self.answers.vocabulary(self._visibility)),
            thread=self._thread(answer),
            sureness=sureness_of(self.answers, answer) if may_be_chance(answer) else None,
            outlook=self._outlook(answer),
        )

    def _answer(self) -> Answer:
        content = self.request.content
        try:
            return self._ask(self._question(_PERIOD_WORDS[content.period]))
        except WholeMonthsError:  # no month of the quarter is closed yet
            return self._ask(self._question(_PERIOD_WORDS[DigestPeriod.LAST_MONTH]))

    def _told(self, answer: Answer) -> Answer:
        if self.request.names_shown:
            return answer
        return replace(answer, findings=answer.findings.without_names())

    def _question(self, words: str) -> Question:
        content = self.request.content
        period, note = self._period(words)
        is_one_value = not content.dimension or content.dimension in dict(content.scope)
        return Question(
            words=Words(stand_in=StandIn(sentence=note, asked=None) if note else None),
            scope=content.scope,
            period=period,
            dimension=None if is_one_value else content.dimension,
        )

    def _period(self, words: str) -> tuple[Period, str | None]:
        """Read the last period that is in, and why it is not the calendar's if it is not."""
        data_end = self._data_end
        parse = partial(
            parse_period, words, today=self._today, fiscal_start=self.answers.fiscal_start
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
        with self.answers.reading(today=self._today) as reading:
            return reading.data_end

    @property
    def _today(self) -> date:
        """The day that the digest looks back from: a month is seen from the day after it."""
        month = self.request.month
        return self.request.today if month is None else shift_months(month, 1)

    def _ask(self, asked: Question) -> Answer:
        return self.answers.ask(
            asked, today=self._today, max_length=CANONICAL_LENGTH, visibility=self._visibility
        )

    @property
    def _visibility(self) -> Visibility:
        # Others than its owner read a digest: what they may see of the company bounds it.
        return EVERYTHING if self.request.small_shown else EVERYTHING.without_accounts()

    def _trend(self, question: Question, dimension: str | None) -> Trend | None:
        for window in (WINDOWS[-1], WINDOWS[0]):  # months, where there are no two whole years
            months = last_months(
                TREND_MONTHS, window=window, today=self._today, data_end=self._data_end
            )
            options = ViewOptions(window=window)
            asked = replace(question, period=months, dimension=dimension, options=options)
            # nobody paid yet when they opened, or few
            with suppress(UsageError, AccessDeniedError):
                trend = self.answers.reply(asked, today=self._today, visibility=self._visibility)
                if isinstance(trend, Trend) and trend.whole.previous is not None:
                    return trend
        return None

    def _outlook(self, answer: Answer) -> Outlook | None:
        """Look ahead from today, where the month is the last closed one and anything is known."""
        if self.request.month is None or answer.period.end != answer.grounds.reach.closed_through:
            return None
        options = ViewOptions(ahead=Horizon())
        asked = replace(answer.question, view=View.OUTLOOK, dimension=None, options=options)
        # Nothing is dated ahead, or of few accounts, or in a currency that has no rate yet.
        with suppress(UsageError, AccessDeniedError, MissingRateError):
            found = self.answers.reply(asked, today=self.request.today, visibility=self._visibility)
            if isinstance(found, Outlook) and found.known.is_known:
                return found
        return None

    def _thread(self, answer: Answer) -> DigestThread:
        named = self.request.names_shown
        return DigestThread(
            drivers=changes_by_driver(self.answers, answer),
            accounts=account_changes(self.answers, answer, most=MOST_CHANGES) if named else None,
        )

    def _restated(self, answer: Answer) -> tuple[Restated, ...]:
        request = self.request
        found = restated_by_now(self.answers, request.since.shown, small_shown=request.small_shown)
        if any(one.now.data_version != answer.grounds.data_version for one in found):
            raise DataChangedError
        return found


def _why_not(asked: Period, data_end: DataEnd, instead: Period) -> str:
    if not data_end.has_some_of(asked.start, asked.end):
        return f"{NotInError(asked, data_end, instead)}."
    words, through = period_words(asked), day_words(data_end.last_day, asked)
    verb = "are" if asked.is_year else "is"
    return f"{capitalised(words)} {verb} in through {through} only."
