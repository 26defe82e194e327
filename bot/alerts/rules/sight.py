"""Figures of alert rules that people without account detail may see."""

from dataclasses import dataclass, replace
from itertools import takewhile

from bot.access.visibility import Visibility
from bot.alerts.rules.report import month_of, verdict_of
from bot.answers.answers import Answers
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.small_stretches import Stretches, may_tell
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series


@dataclass(frozen=True, slots=True)
class AlertSight:
    """Judges the stretches that a rule is about, by the same law as questions."""

    answers: Answers

    def may_tell(self, alert: Alert, visibility: Visibility) -> bool:
        """Tell whether a person may see the ratio of an alert, and what it is held against."""
        rule, verdict, month = alert.rule, verdict_of(alert), month_of(alert)
        if self._sees_all(rule, visibility):
            return True
        with self.answers.reading() as reading:
            return may_tell(reading, rule, visibility.scopes, month=month, verdict=verdict)

    def visible(self, rule: AlertRule, series: Series, visibility: Visibility) -> Series:
        """Return the newest months of a rule that a person may see, up to the first they may not.

        Raises
        ------
        SmallCohortError
            If the last closed month is none of them.
        """
        if not series.months or self._sees_all(rule, visibility):
            return series
        with self.answers.reading() as reading:
            stretches = Stretches(reading, rule.scope, rule.window, visibility.scopes)
            newest = filter(rule.window.ends_with, sorted(series.months, reverse=True))
            shown = list(takewhile(stretches.may_show, newest))
        if not shown:
            raise SmallCohortError(rule.scope)
        return replace(
            series, months={month: of for month, of in series.months.items() if month >= shown[-1]}
        )

    def _sees_all(self, rule: AlertRule, visibility: Visibility) -> bool:
        return visibility.sees_accounts(rule.scope) or self.answers.shows_small_groups()
