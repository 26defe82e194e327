"""Alerts as a table in words: the rule and its accounts, the month against its yardstick."""

from bot.alerts.rules.report import AlertReport, month_of, news_of, state_name
from bot.alerts.rules.wording.sentences import accounts_of
from bot.style.figures import NOT_DEFINED, percent, points
from bot.style.grid import Cells, Grid
from bot.style.ratios import RATIOS
from metrics.alerts.grouping import Alert

HEADER = ("alert", "month", "ratio", "usual", "fires at", "state", "new")
FIGURES = 4  # columns after the first that are figures: a terminal sets them flush right


def alert_grid(report: AlertReport) -> Grid:
    """Return a row for each alert of a report."""
    version = "" if report.data_version is None else f" on data version {report.data_version}"
    return Grid(title=f"Alerts{version}", header=HEADER, rows=tuple(map(_row, report.alerts)))


def _row(alert: Alert) -> Cells:
    month, verdict, news = month_of(alert), alert.state.status.verdict, news_of(alert)
    metric = RATIOS[alert.rule.metric]
    return (
        f"{alert.rule.rule_id}, {accounts_of(alert.rule)}",
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


def _threshold(alert: Alert) -> str:
    verdict = alert.state.status.verdict
    if verdict is None or verdict.threshold is None:
        return NOT_DEFINED
    # Without a baseline it is the ratio not to fall below, else a drop, which is shown below zero.
    return percent(verdict.threshold) if verdict.baseline is None else points(-verdict.threshold)
