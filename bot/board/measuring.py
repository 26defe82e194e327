"""Measures a board pack: the questions that it answers, asked of one version of the data."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from bot.access.visibility import Visibility
from bot.answers.answer import Answer, Reply
from bot.answers.answers import Answers
from bot.board.pack import AsClosed, BoardPack
from bot.cohorts.table import CohortTable
from bot.errors import AccessDeniedError, DataChangedError, UsageError
from bot.questions.echo import echoed
from bot.questions.parsing import CANONICAL_LENGTH, Question
from bot.questions.question import View, ViewOptions
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.errors import MetricsError, UnknownPeriodError
from metrics.period_grammar import shift_months
from metrics.periods import (
    Period,
    PeriodUnit,
    months_between,
    parse_period,
    previous,
    trailing_twelve_months,
)
from metrics.retention import Retention
from metrics.trends import WINDOWS
from storage.errors import StorageError

R = TypeVar("R", bound=Reply)

TREND_MONTHS = 24
COHORT_MONTHS = 36
CLOSINGS = 4
"""Earlier periods that are looked at as they were closed."""

_ATTEMPTS = 3  # an import that lands in between costs one
_USUAL = "last-quarter"
_TRY = "Try: Q3 2026, October 2026 or 2025"


def build_pack(
    answers: Answers,
    text: str,
    *,
    visibility: Visibility,
    as_of: datetime | None = None,
) -> BoardPack:
    """Measure the pack of the period that a text names; the last quarter without one.

    Parameters
    ----------
    visibility : Visibility
        It has to see the company. Without account detail small groups are left out.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If the text names no period, one that is not over, or more than a period.
    AccessDeniedError
        If the company may not be seen.
    DataChangedError
        If imports keep coming in between.
    """
    asked = _asked(answers, text)
    day = _told_on(answers, asked.period)
    for _ in range(_ATTEMPTS):
        with suppress(DataChangedError):
            return _Builder(answers, asked, visibility, day, as_of).build()
    raise DataChangedError


def _asked(answers: Answers, text: str) -> Question:
    with answers.reading() as reading:
        day, data_end = reading.today, reading.data_end
    words = text.strip() or _USUAL
    try:
        period = parse_period(
            words, today=day, fiscal_start=answers.fiscal_start, data_end=data_end
        )
    except UnknownPeriodError:
        raise UsageError(
            f"a board pack is of the whole company in one period, not {echoed(words)}. {_TRY}"
        ) from None
    if not (period.complete and period.months):
        raise UsageError(f"a board pack is of whole months that are over. {_TRY}")
    return Question(scope=(), period=period, view=View.FULL)


def _told_on(answers: Answers, period: Period) -> date | None:
    """Find the day that a period is told on: that on which it closed, so that nothing later counts.

    None, which is today, where its last month was silent: that it is over follows from what came
    later alone.
    """
    with answers.reading(today=period.end) as reading:
        return period.end if reading.data_end.through >= period.end else None


def _without_names(reply: R) -> R:
    """Leave single accounts out: a pack is handed on."""
    if isinstance(reply, Answer | Explanation):
        sure = reply.sureness and reply.sureness.as_seen(hides_small=False, sees_accounts=False)
        reply = replace(reply, sureness=sure)
    if isinstance(reply, Explanation):
        return replace(reply, accounts=None)
    if isinstance(reply, Answer | Trend):
        return replace(reply, findings=reply.findings.without_names())
    return reply


@dataclass(frozen=True, slots=True)
class _Builder:
    answers: Answers
    question: Question
    visibility: Visibility
    day: date | None
    as_of: datetime | None

    def build(self) -> BoardPack:
        period = self.question.period
        pack = BoardPack(
            answer=self._told(Answer, self.question),
            year=self._year(trailing_twelve_months(period, today=period.end)),
            why=self._told(Explanation, replace(self.question, view=View.WHY)),
            trend=self._trend(),
            cohorts=self._cohorts(),
            closings=self._closings(),
        )
        parts = (pack.answer, pack.year, pack.why, pack.trend, pack.cohorts)
        if len({one.grounds.data_version for one in parts if one is not None}) > 1:
            raise DataChangedError
        return pack

    def _told(self, kind: type[R], question: Question, *, as_of: datetime | None = None) -> R:
        reply = self.answers.reply(
            question,
            today=self.day,
            as_of=as_of or self.as_of,
            max_length=CANONICAL_LENGTH,
            visibility=self.visibility,
        )
        if not isinstance(reply, kind):
            raise UsageError(f"a board pack needs another reply than a {type(reply).__name__}")
        return _without_names(reply)

    def _found(self, kind: type[R], question: Question) -> R | None:
        """Ask what a young ledger has no answer to, or one of too few accounts."""
        with suppress(UsageError, MetricsError, AccessDeniedError):
            return self._told(kind, question)
        return None

    def _year(self, period: Period) -> Answer | None:
        found = self._found(Answer, replace(self.question, period=period))
        return found if found is not None and found.retention.opening else None

    def _trend(self) -> Trend | None:
        end = self.question.period.end
        months = months_between(shift_months(end, -TREND_MONTHS), end, today=end)
        options = ViewOptions(window=WINDOWS[-1])
        asked = replace(self.question, view=View.ANSWER, period=months, options=options)
        return self._found(Trend, replace(asked, dimension=self._dimension)) or self._found(
            Trend, asked
        )

    @property
    def _dimension(self) -> str | None:
        known = self.answers.vocabulary(self.visibility).values
        return self.answers.main_dimension if self.answers.main_dimension in known else None

    def _cohorts(self) -> CohortTable | None:
        end = self.question.period.end
        months = months_between(shift_months(end, -COHORT_MONTHS), end, today=end)
        options = ViewOptions(cohort_unit=PeriodUnit.QUARTER)
        asked = replace(self.question, view=View.COHORTS, period=months, options=options)
        return self._found(CohortTable, asked)

    def _closings(self) -> tuple[AsClosed, ...] | None:
        if not self.visibility.sees_accounts(()):
            return None
        return tuple(self._closed(self.question.period))

    def _closed(self, period: Period) -> Iterator[AsClosed]:
        for _ in range(CLOSINGS):
            period = previous(period)
            now = self._found(Answer, replace(self.question, view=View.ANSWER, period=period))
            if now is None or not now.retention.opening:
                return
            yield AsClosed(period=period, then=self._then(now), now=now.retention)

    def _then(self, now: Answer) -> Retention | None:
        with self.answers.reading() as reading:
            moment = reading.ledger.first_closed(now.period.end)
        if moment is None or (self.as_of is not None and moment > self.as_of):
            return None
        with suppress(StorageError, UsageError, MetricsError, AccessDeniedError):
            return self._told(Answer, now.question, as_of=moment).retention
        return None
