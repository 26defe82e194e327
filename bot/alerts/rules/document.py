"""Alerts as the JSON document of ``nrrbot alerts --json``."""

from collections.abc import Iterable, Iterator
from datetime import date

from bot.alerts.rules.grammar import rule_text
from bot.alerts.rules.report import (
    AlertReport,
    early_of,
    is_quiet,
    month_of,
    news_of,
    state_name,
    verdict_of,
)
from bot.alerts.rules.wording.backtests import backtest_words
from bot.alerts.rules.wording.listing import is_loud, stands
from bot.alerts.rules.wording.sentences import ListedAlert, ListedRule, rule_words, short_id
from bot.style.document import Json, ratio_json
from metrics.alerts.backtest import Backtest
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.verdicts import Verdict
from storage.alerts.rules import RuleRecord, is_default


def alerts_json(report: AlertReport) -> Json:
    """Write the noteworthy part of a report as a document, ratios to six decimals."""
    entries = (
        entry
        for alert in report.noteworthy().alerts
        for entry in (*([] if is_quiet(alert) else [_entry(alert)]), *_early_entries(alert))
    )
    return _head(report) | {"alerts": list(entries)}


def listed_json(listed: Iterable[ListedRule], report: AlertReport) -> Json:
    """Return the same document with the words, recipients and snooze of each alert."""
    return _head(report) | {
        "alerts": [
            {**entry, **_of_rule(rule.record), **_of_alert(one)}
            for rule in listed
            for one in rule.alerts
            for entry in (_entry(one.alert), *_early_entries(one.alert))
        ],
    }


def rule_json(record: RuleRecord, tested: Backtest | None) -> Json:
    """Return one rule of the workspace's own, as it is set up or changed, with its backtest."""
    rule = record.rule
    return {
        "id": short_id(rule),
        "rule": rule.rule_id,
        "words": rule_text(rule),
        "scope": dict(rule.scope),
        "window": rule.window,
        "recipients": list(record.recipients),
        "enabled": rule.enabled,
        "backtest": _backtest(rule, tested) if tested else None,
    }


def _backtest(rule: AlertRule, tested: Backtest) -> Json:
    return {
        "words": backtest_words(rule, tested),
        "periods": tested.periods,
        "breached": tested.breached,
        "alerts": tested.alerts,
        "first": _month(tested.first),
        "last": _month(tested.last),
        "period": _month(tested.newest.month),
        "value": ratio_json(tested.newest.value),
        "would_fire": tested.newest.would_fire,
        "health": tested.newest.health,
    }


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None


def _head(report: AlertReport) -> Json:
    return {"data_version": report.data_version, "evaluated": report.is_evaluated}


def _of_rule(record: RuleRecord) -> Json:
    return {
        "id": short_id(record.rule),
        "recipients": list(record.recipients),
        "owner": record.owner_id,
    }


def _of_alert(listed: ListedAlert) -> Json:
    until, rule = listed.alert.state.snoozed_until, listed.alert.rule
    return {
        "words": rule_words(rule) if is_default(rule) else rule_text(rule),
        "snoozed_until": until.isoformat() if until else None,
        "snooze_reason": listed.snooze.reason if listed.snooze else None,
    }


def _early_entries(alert: Alert) -> Iterator[Json]:
    """Yield an entry for each month that is not closed yet, in which the rule breaks already."""
    for one in early_of(alert):
        news = one.kind if one in alert.transitions else None
        yield _of_verdict(alert, one.verdict) | {
            "period": _month(one.period),
            "state": one.kind,
            "transition": news,
            "finding": None,
        }


def _entry(alert: Alert) -> Json:
    return _of_verdict(alert, verdict_of(alert)) | {
        "period": _month(month_of(alert)),
        "state": state_name(alert),
        "transition": news_of(alert),
        "finding": stands(alert) if is_loud(alert) else None,
    }


def _of_verdict(alert: Alert, verdict: Verdict | None) -> Json:
    return {
        "rule": alert.rule.rule_id,
        "scope": dict(alert.rule.scope),
        "window": alert.rule.window,
        "value": ratio_json(verdict.value) if verdict else None,
        "baseline": ratio_json(verdict.baseline) if verdict else None,
        "threshold": ratio_json(verdict.threshold) if verdict else None,
        "half": verdict.half if verdict else None,
    }
