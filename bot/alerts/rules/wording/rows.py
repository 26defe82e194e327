"""Alerts in words: which rule on which accounts, the month against its yardstick, how it stands."""

from bot.alerts.rules.report import AlertReport, month_of, news_of, state_name
from bot.style.figures import NOT_DEFINED, percent, points
from bot.style.grid import Cells, Grid
from bot.style.names import scope_name
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import Metric

HEADER = ("alert", "month", "ratio", "usual", "fires at", "state", "new")
FIGURES = 4
"""How many columns after the first are figures."""

_RATIOS = {Metric.NRR: "NRR", Metric.GRR: "GRR"}


def alert_grid(report: AlertReport) -> Grid:
    """Return a row for each alert of a report."""
    version = "" if report.data_version is None else f" on data version {report.data_version}"
    return Grid(title=f"Alerts{version}", header=HEADER, rows=tuple(map(_row, report.alerts)))


def _row(alert: Alert) -> Cells:
    month, verdict, news = month_of(alert), alert.state.status.verdict, news_of(alert)
    metric = _RATIOS[alert.rule.metric]
    return (
        f"{alert.rule.rule_id}, {_accounts(alert)}",
        f"{month:%Y-%m}" if month else NOT_DEFINED,
        f"{metric} {percent(verdict.value)}" if verdict else NOT_DEFINED,
        percent(verdict.baseline) if verdict else NOT_DEFINED,
        _threshold(alert),
        _state(alert),
        news or "",
    )


def _state(alert: Alert) -> str:
    until = alert.state.snoozed_until
    return state_name(alert) + (f", snoozed until {until}" if until else "")


def _accounts(alert: Alert) -> str:
    scope = alert.rule.scope
    return scope_name(scope) if scope else "company"


def _threshold(alert: Alert) -> str:
    """Return a drop in points, or the ratio not to fall below where there is no baseline."""
    verdict = alert.state.status.verdict
    if verdict is None or verdict.threshold is None:
        return NOT_DEFINED
    return percent(verdict.threshold) if verdict.baseline is None else points(-verdict.threshold)
