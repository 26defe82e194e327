"""What a run of alerts came to: how each stands in one word, its month, and what is new."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from metrics.alerts.grouping import MUTABLE, Alert
from metrics.alerts.states import StateName, TransitionKind

PAUSED = "paused"
"""How a rule stands that is off: nothing is evaluated until it is on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReport:
    """Alerts, and the version of the data that they are about; None before the first evaluation.

    An alert has only the transitions of the run that the report is of.
    """

    data_version: int | None
    alerts: tuple[Alert, ...]

    def noteworthy(self) -> Self:
        """Return the report without what is fine, and without what is off."""
        shown = (one for one in self.alerts if state_name(one) not in {StateName.INACTIVE, PAUSED})
        return replace(self, alerts=tuple(shown))


def state_name(alert: Alert) -> str:
    """Return how an alert stands, in one word."""
    return alert.state.name if alert.rule.enabled else PAUSED


def month_of(alert: Alert) -> date | None:
    """Return the first day of the last month that was judged; without one, of the last closed."""
    return alert.state.status.month or alert.state.closed_through


def news_of(alert: Alert) -> TransitionKind | None:
    """Return what a run changed, in one word: what it fires comes before what it was."""
    kinds = [transition.kind for transition in alert.transitions]
    return next((kind for kind in kinds if kind in MUTABLE), kinds[0] if kinds else None)
