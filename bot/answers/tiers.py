"""Looks for segments that lie far apart in NRR over twelve months, quarter after quarter."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.answers.away import unless_away
from bot.answers.small_cohorts import CohortsOf
from bot.benchmarks.tier_review import TierReview
from metrics.benchmarks.tiers import tiers_apart
from metrics.data_end import DataEnd
from metrics.period_grammar import shift_months
from metrics.periods import Period, months_between
from metrics.rates import MissingRateError
from metrics.retention import Retention
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.ledger.ledger import Ledger

A_QUARTER, A_YEAR = 3, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TierReader:
    """Reads twelve months to the last two quarter ends, by segment.

    Attributes
    ----------
    cohorts : callable, optional
        Judges the groups of a period; None where small groups may be shown.
    """

    ledger: Ledger
    today: date
    data_end: DataEnd
    fiscal_start: int
    cohorts: CohortsOf | None

    def review(self, scope: Scope, dimension: str, period: Period) -> TierReview | None:
        """Find two segments that lie far apart at the last two quarter ends of a period."""
        later = self._quarter_end(min(period.measured_end, self.data_end.through))
        ends = (shift_months(later, -A_QUARTER), later)
        with suppress(MissingRateError):
            both = unless_away(lambda: [self._by(scope, dimension, end) for end in ends])
            if both is None or not all(both):
                return None
            earlier, now = both
            every = sum(one.opening for one in self._every(scope, dimension, later).values())
            apart = tiers_apart(earlier, now, opening=every)
            return None if apart is None else TierReview(apart=apart, ends=ends)
        return None

    def _quarter_end(self, day: date) -> date:
        month = day.replace(day=1)
        return shift_months(month, -((month.month - self.fiscal_start) % A_QUARTER))

    def _by(self, scope: Scope, dimension: str, end: date) -> Mapping[str, Retention]:
        """Read twelve months by segment, without what must not be shown apart."""
        start = shift_months(end, -A_YEAR)
        hidden = {NO_VALUE}
        if self.cohorts is not None:
            groups = self.cohorts(months_between(start, end, today=self.today)).opening
            if not groups.may_ask(scope):
                return {}
            hidden |= groups.folded(scope, dimension)
        found = self._every(scope, dimension, end)
        return {value: one for value, one in found.items() if value not in hidden}

    def _every(self, scope: Scope, dimension: str, end: date) -> Mapping[str, Retention]:
        start = shift_months(end, -A_YEAR)
        if not self.data_end.has_some_of(start, end):
            return {}
        return self.ledger.by(dimension, start, end, scope)
