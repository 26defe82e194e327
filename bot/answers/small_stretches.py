"""Ratios of stretches by month, as alerts tell them, for people without account detail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from bot.answers.reading import Reading
from bot.style.ratios import start_of
from metrics.alerts.baselines import twelve_before
from metrics.alerts.provisional import with_unclosed
from metrics.alerts.rules import MIN_ACCOUNTS, AlertRule, Window
from metrics.alerts.statuses import usual_before
from metrics.alerts.verdicts import Verdict
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from metrics.small_groups import SmallGroups
from storage.alerts.series import read_series, read_unclosed


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

    def may_tell_usual(self, before: Iterable[date]) -> bool:
        """Tell whether each stretch may be shown that makes up what is usual before some months.

        In a median are those of at least `MIN_ACCOUNTS` accounts.
        """
        twelve = set(chain.from_iterable(map(twelve_before, before)))
        judged = filter(self.window.ends_with, twelve)
        return all(self.may_show(one) for one in judged if self._is_counted(one))

    def groups(self, month: date) -> SmallGroups:
        """Judge the opening bases of the stretch that ends with a month."""
        start, end = start_of(self.window, month), shift_months(month, 1)
        return self.reading.cohorts(self.granted, start, end).opening

    def _is_whole(self, month: date) -> bool:
        through = self.reading.ledger.data_end(self.reading.today).through
        return shift_months(month, 1) <= through

    def _is_counted(self, month: date) -> bool:
        first = self.reading.ledger.first_month()
        if first is None or start_of(self.window, month) < first:
            return False
        return self.groups(month).accounts_of(self.scope) >= MIN_ACCOUNTS


def may_tell(
    reading: Reading,
    rule: AlertRule,
    granted: frozenset[Scope],
    *,
    month: date | None,
    verdict: Verdict | None,
) -> bool:
    """Tell whether people without account detail may see the verdict on a month by a rule."""
    if month is None or verdict is None:
        return True
    stretches = Stretches(reading, rule.scope, verdict.window, granted)
    if not stretches.may_show(month):
        return False
    return verdict.baseline is None or stretches.may_tell_usual(held_against(reading, rule, month))


def held_against(reading: Reading, rule: AlertRule, month: date) -> frozenset[date]:
    """Find the months before which that lies which a rule holds a month against."""
    series = read_series(reading.ledger, [rule]).get(rule.scope)
    if series is None:
        return frozenset({month})
    if month > series.closed_through:
        unclosed = read_unclosed(reading.ledger, [rule], today=reading.today)
        series = with_unclosed(series, unclosed.get(rule.scope, {}))
    return usual_before(rule, series, month)
