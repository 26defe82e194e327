"""Ratios of stretches by month, as alerts tell them, for people without account detail."""

from dataclasses import dataclass
from datetime import date

from bot.answers.reading import Reading
from bot.style.ratios import start_of
from metrics.alerts.baselines import twelve_before
from metrics.alerts.rules import MIN_ACCOUNTS, Window
from metrics.alerts.states import Transition
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from metrics.small_groups import SmallGroups


@dataclass(frozen=True, slots=True)
class Stretches:
    """The stretches of a scope that end with a month, for whoever was granted some scopes."""

    reading: Reading
    scope: Scope
    window: Window
    granted: frozenset[Scope]

    def may_show(self, month: date) -> bool:
        """Tell whether the ratio of a stretch may be shown: it is over, and of no small group."""
        return self._is_whole(month) and self.groups(month).may_show(self.scope)

    def may_tell(self, month: date, *, beside_usual: bool) -> bool:
        """Tell whether a stretch may be shown, with what the twelve before it have as usual."""
        before = filter(self._counts, twelve_before(month)) if beside_usual else ()
        return all(map(self.may_show, (month, *before)))

    def groups(self, month: date) -> SmallGroups:
        """Judge the opening bases of the stretch that ends with a month."""
        start, end = start_of(self.window, month), shift_months(month, 1)
        return self.reading.cohorts(self.granted, start, end).opening

    def _is_whole(self, month: date) -> bool:
        through = self.reading.ledger.data_end(self.reading.today).through
        return shift_months(month, 1) <= through

    def _counts(self, month: date) -> bool:
        # What was too small to be judged is in no median.
        first = self.reading.ledger.first_month()
        if first is None or start_of(self.window, month) < first:
            return False
        return self.groups(month).accounts_of(self.scope) >= MIN_ACCOUNTS


def may_tell(reading: Reading, told: Transition, granted: frozenset[Scope]) -> bool:
    """Tell whether people without account detail may see what a transition says of its month."""
    if told.period is None or told.verdict is None:
        return True
    stretches = Stretches(reading, told.alert.scope, told.verdict.window, granted)
    return stretches.may_tell(told.period, beside_usual=told.verdict.baseline is not None)
