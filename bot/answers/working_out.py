"""The work behind a reply: figures of a period, and of those beside it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.answers.answer import Answer, Comparisons, Memo, PeriodRetention, Reply, Slice, ViewReply
from bot.answers.away import unless_away
from bot.answers.question_reading import QuestionReading
from bot.answers.views import ViewReader
from bot.confidence.measuring import read_sureness
from bot.questions.parsing import Question
from bot.questions.question import View
from bot.style.grounds import RATES_OF_EACH, rates_of
from bot.trends.measuring import trend_of
from metrics.pauses import LapsedPauses
from metrics.period_grammar import shift_months
from metrics.periods import Period, months_between, previous, trailing_twelve_months
from metrics.rates import MissingRateError
from metrics.retention import NOTHING, Retention, switched
from metrics.rollup import Scope
from metrics.segments import PRODUCT


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingOut(QuestionReading):
    """Questions of one ledger that are answered in whole, whoever asks."""

    def reply(self, question: Question) -> Reply:
        """Answer a question that `question` gave, with a trend if it asks for one.

        Raises
        ------
        MissingRateError
            If a currency cannot be converted when the period opens, or closes.
        """
        return replace(self, ledger=self.ledger_of(question)).work_out(question)

    def work_out(self, question: Question) -> Reply:
        """Answer a question in the currency of this reading's ledger."""
        if question.options.window is not None:
            return trend_of(
                self.ledger,
                question,
                today=self.today,
                data_end=self.data_end,
                grounds=self._grounds(question, RATES_OF_EACH),
            )
        if (view := self._view(question)) is not None:
            return view
        period, scope = question.period, question.scope
        trailing = trailing_twelve_months(period, today=self.today)
        beside = (previous(period), trailing, previous(trailing))
        self.ledger.read_ahead([one.ends for one in (period, *beside)])
        parts = self._parts(question, beside)
        # A product that was sold meanwhile has no opening MRR, and is a row all the same.
        breakdown = tuple(part for part in parts if part.retention != NOTHING)
        return Answer(
            question=question,
            grounds=self._grounds(question, rates_of(period.start)),
            retention=self.ledger.retention(*period.ends, scope),
            comparisons=Comparisons(
                previous=self._measured(question, beside[0]),
                trailing=self._measured(question, trailing),
                latest_month=self._latest_month(question),
                year_ago=self._measured(question, beside[2]),
                no_rate=self._missing_rate(question, trailing),
                unpaid=trailing if self._is_unpaid(question, trailing) else None,
            ),
            breakdown=breakdown,
            gone=tuple(part for part in parts if part.retention == NOTHING),
            memo=Memo(
                outside=self.ledger.outside_cohort(*period.ends, scope),
                activity=unless_away(lambda: self.ledger.activity(*period.ends, scope)),
                lapsed=self._lapsed(period, scope),
                fx=self.ledger.fx(*period.ends, scope),
            ),
            switched=self._switched(question, breakdown),
            sureness=read_sureness(self.ledger, question) if question.view is View.FULL else None,
        )

    def _view(self, question: Question) -> ViewReply | None:
        if question.view in (View.ANSWER, View.FULL) and question.versus is None:
            return None
        reader = ViewReader(
            ledger=self.ledger,
            today=self.today,
            data_end=self.data_end,
            values=self.vocabulary().values,
            main_dimension=self.main_dimension,
            playbook=self.playbook,
        )
        has_several = question.view in (View.WHY, View.COHORTS) or question.versus is not None
        rates = RATES_OF_EACH if has_several else rates_of(question.period.start)
        return reader.view(question, self._grounds(question, rates))

    def _switched(self, question: Question, rows: Sequence[Slice]) -> int | None:
        if question.dimension != PRODUCT or PRODUCT in dict(question.scope):
            return None
        whole = self.ledger.retention(*question.period.ends, question.scope)
        return switched({row.value: row.retention for row in rows}, whole)

    def _lapsed(self, period: Period, scope: Scope) -> LapsedPauses | None:
        if not period.is_month or PRODUCT in dict(scope):  # an account pauses as a whole
            return None
        return unless_away(lambda: self.ledger.lapsed_pauses(*period.ends, scope))

    def _latest_month(self, question: Question) -> PeriodRetention | None:
        period = question.period
        if not period.is_year:  # else there are twelve months beside the period
            return None
        start = shift_months(period.end, -1)
        return self._measured(question, months_between(start, period.end, today=self.today))

    def _measured(self, question: Question, period: Period) -> PeriodRetention | None:
        if not self.data_end.has_some_of(*period.ends):
            return None  # silence is not retention
        with suppress(MissingRateError):  # only of the period asked for it is an error
            retention = self.ledger.retention(*period.ends, question.scope)
            if retention.opening:
                return PeriodRetention(period=period, retention=retention)
        return None

    def _missing_rate(self, question: Question, period: Period) -> MissingRateError | None:
        if not self.data_end.has_some_of(*period.ends):
            return None
        return self.ledger.missing_rate(*period.ends, question.scope)

    def _is_unpaid(self, question: Question, period: Period) -> bool:
        """Tell whether nobody paid when a period opened that the ledger reaches back to."""
        first = self.ledger.first_month()
        if first is None or period.start <= first:
            return False
        with suppress(MissingRateError):
            opened = self.ledger.retention(*period.ends, question.scope)
            return not opened.opening
        return False

    def _parts(self, question: Question, beside: Sequence[Period]) -> tuple[Slice, ...]:
        if (dimension := self._breakdown_dimension(question)) is None:
            return ()
        before, year, year_ago = (self._by(question, dimension, period) for period in beside)
        ends, scope = question.period.ends, question.scope
        whole = self.ledger.retention(*ends, scope).opening
        here = self.ledger.by(dimension, *ends, scope)
        gone = {value: NOTHING for value in year if value not in here}
        return tuple(
            Slice(
                dimension=dimension,
                value=value,
                retention=retention,
                weight=Fraction(retention.opening, whole or 1),
                before=before.get(value),
                year=year.get(value),
                year_ago=year_ago.get(value),
            )
            for value, retention in {**here, **gone}.items()
        )

    def _by(self, question: Question, dimension: str, period: Period) -> Mapping[str, Retention]:
        if self._measured(question, period) is None:
            return {}
        found = self.ledger.by(dimension, *period.ends, question.scope)
        return {value: retention for value, retention in found.items() if retention.opening}

    def _breakdown_dimension(self, question: Question) -> str | None:
        # Only the company is split unasked: a scope often is one value of the main dimension.
        if question.dimension is not None or question.scope:
            return question.dimension
        # The main dimension is a setting: a ledger need not have it.
        return self.main_dimension if self.main_dimension in self.vocabulary().values else None
