"""A board pack as one value: all that its sheets and pages show, from one version of the data."""

from dataclasses import dataclass

from bot.answers.answer import Answer
from bot.cohorts.table import CohortTable
from bot.style.figures import Unit
from bot.style.grounds import Grounds
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.periods import Period
from metrics.restatement import is_restated
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class AsClosed:
    """An earlier period as it was known when it was first closed, and as it is known now.

    ``then`` is None where the ledger cannot tell what it knew by then.
    """

    period: Period
    then: Retention | None
    now: Retention

    @property
    def is_changed(self) -> bool:
        """Whether any amount of it is another one now."""
        return self.then is not None and self.then != self.now

    @property
    def is_restated(self) -> bool:
        """Whether its NRR or GRR moved by half a point or more."""
        then, now = self.then, self.now
        return then is not None and (
            is_restated(then.nrr, now.nrr) or is_restated(then.grr, now.grr)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPack:
    """The whole company in one period and in the twelve months that end with it.

    ``trend`` are 24 such twelve months, split by the main dimension; None where there are none.
    ``cohorts`` are sign-ups of twelve quarters. ``closings`` are earlier periods as they were
    closed; None for whoever may not see what was known at a past moment. No account is named.
    """

    answer: Answer
    year: Answer | None
    why: Explanation
    trend: Trend | None
    cohorts: CohortTable | None
    closings: tuple[AsClosed, ...] | None

    @property
    def period(self) -> Period:
        """The period that it is about."""
        return self.answer.period

    @property
    def grounds(self) -> Grounds:
        """The data and the definition that its figures rest on."""
        return self.answer.grounds

    @property
    def unit(self) -> Unit:
        """The unit that amounts are shown in."""
        return self.answer.unit
