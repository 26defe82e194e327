"""The button under an answer that opens the form of an alert, filled in with a level that fits."""

import math
from dataclasses import dataclass
from fractions import Fraction

from bot.access.visibility import Visibility
from bot.alerts.rules.backtesting import Backtester
from bot.alerts.rules.form import alert_form
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.wording.backtests import backtest_sentence
from bot.answers.small_cohorts import SmallCohortError
from bot.questions.parsing import CANONICAL_LENGTH
from bot.slack.forms import Forms
from bot.slack.sent import Click
from metrics.alerts.backtest import Backtest
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.rollup import Scope

STEP, LEAST_BELOW = Fraction(5, 100), Fraction(5, 1000)
"""A level is the next multiple of five points that lies at least half a point below now."""
DROP = Fraction(3, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMe:
    """Opens the form for the accounts of an answer."""

    access: AlertAccess
    backtester: Backtester
    forms: Forms

    def open(self, click: Click) -> None:
        """Open the form, filled in with the accounts of the question that the button carries.

        Raises
        ------
        AccessDeniedError
            If the person may have no alerts, or not on these accounts.
        UsageError, MetricsError, StorageError
            If the question cannot be read any more.
        """
        visibility = self.access.visibility(click.asker)
        with self.backtester.answers.reading() as reading:
            question = reading.question(
                click.value, visibility=visibility, max_length=CANONICAL_LENGTH
            )
        rule = level_below(question.scope, self._test(_level(question.scope, STEP), visibility))
        tested = self._test(rule, visibility)
        form = alert_form(
            None,
            channel_id=click.asker.channel_id,
            asker=click.asker.user_id,
            example=self.access.example(click.asker),
            proposed=rule,
            note=backtest_sentence(rule, tested) if tested is not None else "",
        )
        self.forms.open(click.trigger_id, form)

    def _test(self, rule: AlertRule, visibility: Visibility) -> Backtest | None:
        try:
            return self.backtester.measure(rule, visibility)
        except SmallCohortError:  # the form opens, and says nothing of such a group
            return None


def level_below(scope: Scope, tested: Backtest | None) -> AlertRule:
    """Choose the level of twelve months that lies next below; a drop where none is known.

    Examples
    --------
    >>> from metrics.alerts.backtest import Newest
    >>> at = Backtest(periods=24, newest=Newest(value=Fraction(1141, 1000)))
    >>> float(level_below((), at).threshold)
    1.1
    """
    value = tested.newest.value if tested is not None else None
    if value is None or value - LEAST_BELOW < STEP:
        return AlertRule(rule_id="", kind=RuleKind.POINT_DROP, threshold=DROP, scope=scope)
    return _level(scope, math.floor((value - LEAST_BELOW) / STEP) * STEP)


def _level(scope: Scope, level: Fraction) -> AlertRule:
    return AlertRule(
        rule_id="", kind=RuleKind.FLOOR, threshold=level, window=Window.YEAR, scope=scope
    )
