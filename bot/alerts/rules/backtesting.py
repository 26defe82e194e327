"""Tries a rule out on the months that are closed, before it is set up."""

from dataclasses import dataclass

from bot.access.visibility import EVERYTHING, Visibility
from bot.alerts.rules.sight import AlertSight
from bot.answers.answers import Answers
from metrics.alerts.backtest import Backtest, backtest
from metrics.alerts.rules import AlertRule
from storage.alerts.series import read_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtester:
    """Reads the closed months of a rule's accounts; nothing is stored."""

    answers: Answers

    def measure(self, rule: AlertRule, visibility: Visibility = EVERYTHING) -> Backtest | None:
        """Count the months in which a rule would have fired; None while no month is closed.

        Raises
        ------
        SmallCohortError
            If the last closed month must not be shown to whoever has that visibility.
        """
        with self.answers.reading() as reading:
            series = read_series(reading.ledger, [rule]).get(rule.scope)
        if series is None:
            return None
        return backtest(rule, AlertSight(self.answers).visible(rule, series, visibility))
