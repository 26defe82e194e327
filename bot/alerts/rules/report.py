"""The report of a run of evaluations: the state of each alert, its month, and what is new."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Self

from metrics.alerts.grouping import INHIBITABLE, Alert
from metrics.alerts.states import StateName, Transition, TransitionKind
from metrics.alerts.verdicts import Verdict

PAUSED = "paused"
"""The state of an alert whose rule is off: nothing is evaluated until it is on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReport:
    """Alerts with the transitions of one run, and the data that they are about.

    Without a last month no month is closed, so that nothing could be evaluated yet: that nothing
    fires then says nothing.
    """

    data_version: int | None  # None before the first evaluation
    alerts: tuple[Alert, ...]
    last_month: date | None = None  # the last closed one
    closed_months: int | None = None  # of the ledger, where they were counted

    @property
    def is_evaluated(self) -> bool:
        """Whether any figures were judged yet: no drop among none is no good news."""
        return any(alert.state.data_version is not None for alert in self.alerts)

    def noteworthy(self) -> Self:
        """Return the report without what is fine, and without what is off."""
        return replace(
            self, alerts=tuple(one for one in self.alerts if not is_quiet(one) or early_of(one))
        )


def state_name(alert: Alert) -> str:
    """Return the state of an alert in one word."""
    return alert.state.name if alert.rule.enabled else PAUSED


def is_quiet(alert: Alert) -> bool:
    """Tell whether nothing is to be said of the closed months."""
    return state_name(alert) in {StateName.INACTIVE, PAUSED}


def early_of(alert: Alert) -> tuple[Transition, ...]:
    """List drops in months that are not closed yet, which are provisional, while the rule is on."""
    return alert.provisional if alert.rule.enabled else ()


def month_of(alert: Alert) -> date | None:
    """Return the first day of the last month that was judged; without one, of the last closed."""
    return alert.state.status.month or alert.state.closed_through


def verdict_of(alert: Alert) -> Verdict | None:
    """Return the verdict on the last month; None while it is still that of other words."""
    return None if is_outdated(alert) else alert.state.status.verdict


def level_of(alert: Alert) -> Fraction | None:
    """Return the ratio at which a rule fires; None where there is nothing to compare with."""
    return level_in(verdict_of(alert))


def level_in(verdict: Verdict | None) -> Fraction | None:
    """Return the ratio at which a verdict would breach; None with nothing to compare with."""
    if verdict is None or verdict.threshold is None or verdict.baseline is None:
        return verdict.threshold if verdict else None
    return verdict.baseline - verdict.threshold


def is_outdated(alert: Alert) -> bool:
    """Tell whether the rule says something else than when it was evaluated last."""
    return alert.state.rule_version not in {None, alert.rule.version}


def news_of(alert: Alert) -> TransitionKind | None:
    """Return the kind of the transition that a run made, in one word: a drop comes first."""
    found = (transition.kind for transition in alert.transitions)
    kinds = [kind for kind in found if kind is not TransitionKind.PROVISIONAL]  # see `early_of`
    return next((kind for kind in kinds if kind in INHIBITABLE), kinds[0] if kinds else None)
