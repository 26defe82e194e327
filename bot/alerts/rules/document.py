"""Alerts as the JSON document of ``nrrbot alerts --json``."""

from collections.abc import Iterable

from bot.alerts.rules.grammar import rule_text
from bot.alerts.rules.report import AlertReport, month_of, news_of, state_name
from bot.alerts.rules.wording.sentences import ListedAlert, ListedRule, rule_words, short_id
from bot.style.document import Json, ratio_json
from metrics.alerts.grouping import Alert
from storage.alerts.rules import RuleRecord


def alerts_json(report: AlertReport) -> Json:
    """Return the report as a document: an entry for each rule and scope, ratios to six decimals."""
    return {
        "data_version": report.data_version,
        "alerts": [_entry(alert) for alert in report.alerts],
    }


def listed_json(listed: Iterable[ListedRule], *, data_version: int | None) -> Json:
    """Return the same document with the words, recipients and snooze of each alert."""
    return {
        "data_version": data_version,
        "alerts": [
            {**_entry(one.alert), **_of_rule(rule.record), **_of_alert(one)}
            for rule in listed
            for one in rule.alerts
        ],
    }


def rule_json(record: RuleRecord) -> Json:
    """Return one rule of the workspace's own, as it is set up or changed."""
    rule = record.rule
    return {
        "id": short_id(rule),
        "rule": rule.rule_id,
        "words": rule_text(rule),
        "scope": dict(rule.scope),
        "recipients": list(record.recipients),
        "enabled": rule.enabled,
    }


def _of_rule(record: RuleRecord) -> Json:
    return {
        "id": short_id(record.rule),
        "recipients": list(record.recipients),
        "owner": record.owner_id,
    }


def _of_alert(listed: ListedAlert) -> Json:
    until = listed.alert.state.snoozed_until
    return {
        "words": rule_words(listed.alert.rule),
        "snoozed_until": until.isoformat() if until else None,
        "snooze_reason": listed.reason,
    }


def _entry(alert: Alert) -> Json:
    month, verdict = month_of(alert), alert.state.status.verdict
    return {
        "rule": alert.rule.rule_id,
        "scope": dict(alert.rule.scope),
        "period": f"{month:%Y-%m}" if month else None,
        "state": state_name(alert),
        "transition": news_of(alert),
        "value": ratio_json(verdict.value) if verdict else None,
        "baseline": ratio_json(verdict.baseline) if verdict else None,
        "threshold": ratio_json(verdict.threshold) if verdict else None,
    }
