"""Tries a rule out on the months that are closed, before it is set up."""

from dataclasses import dataclass

from bot.answers.answers import Answers
from metrics.alerts.backtest import Backtest, backtest
from metrics.alerts.rules import AlertRule
from storage.alerts.series import read_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtester:
    """Reads the closed months of a rule's accounts; nothing is stored."""

    answers: Answers

    def measure(self, rule: AlertRule) -> Backtest | None:
        """Return how often a rule would have fired; None while no month is closed."""
        with self.answers.reading() as reading:
            series = read_series(reading.ledger, [rule]).get(rule.scope)
        return None if series is None else backtest(rule, series)
