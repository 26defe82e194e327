"""Alerts as the JSON document of ``nrrbot alerts --json``."""

from fractions import Fraction

from bot.alert_report import AlertReport, month_of, news_of, state_name
from bot.answer_json import Json
from metrics.alert_grouping import Alert
from metrics.money import round_half_up

_PLACES = 6


def alerts_json(report: AlertReport) -> Json:
    """Return the document: an entry for each rule and scope, ratios to six decimals."""
    return {
        "data_version": report.data_version,
        "alerts": [_entry(alert) for alert in report.alerts],
    }


def _entry(alert: Alert) -> Json:
    month, verdict = month_of(alert), alert.state.standing.verdict
    return {
        "rule": alert.rule.rule_id,
        "scope": dict(alert.rule.scope),
        "period": f"{month:%Y-%m}" if month else None,
        "state": state_name(alert),
        "transition": news_of(alert),
        "value": _ratio(verdict.value) if verdict else None,
        "baseline": _ratio(verdict.baseline) if verdict else None,
        "threshold": _ratio(verdict.threshold) if verdict else None,
    }


def _ratio(ratio: Fraction | None) -> str | None:
    return None if ratio is None else f"{round_half_up(ratio, _PLACES):f}"
