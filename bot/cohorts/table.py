"""Sign-up cohorts as values that everything else shows."""

from dataclasses import dataclass
from datetime import date

from bot.questions.grounded import GroundedReply
from metrics.cohorts import Shift, SignUpCohort, early_shift, shift_at
from metrics.periods import PeriodUnit

_SPOKEN_OF = (6, 3, 12, 1)
"""Ages in months that are spoken of, the likely one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTable(GroundedReply):
    """The reply to a question for cohorts; amounts are MRR in minor units.

    ``end`` is the first day after the last month that is looked at, ``ages`` the ages in months
    that any cohort has reached, ``hidden`` how many cohorts are too small to be shown.
    ``first_month`` is the ledger's: whoever paid then signed up before, so it is in no cohort.
    """

    end: date
    first_month: date | None
    cohorts: tuple[SignUpCohort, ...]
    hidden: int = 0

    @property
    def length(self) -> PeriodUnit:
        """The unit of time that a cohort has signed up in."""
        return self.question.options.cohort_unit or PeriodUnit.QUARTER

    @property
    def ages(self) -> tuple[int, ...]:
        """Ages in months that any cohort has reached, without its beginning."""
        return tuple(sorted({age for one in self.cohorts for age in one.ages if age}))

    @property
    def shift(self) -> tuple[int, Shift] | None:
        """The share that the newest cohort keeps at an age, beside those before; None if unknown.

        The age at which it keeps the least beside those; else the likely one.
        """
        every = ((age, shift_at(self.cohorts, age)) for age in _SPOKEN_OF)
        found = [(age, shift) for age, shift in every if shift is not None]
        worst = min(found, key=lambda one: one[1].difference, default=None)
        return worst if worst and worst[1].difference < 0 else next(iter(found), None)

    @property
    def early(self) -> Shift | None:
        """Early churn of the newest cohort beside those before it; None if none is known."""
        return early_shift(self.cohorts)
