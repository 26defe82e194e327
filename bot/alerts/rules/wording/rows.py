"""Alerts as a table in words: the rule and its accounts, the ratio against its yardstick."""

from collections.abc import Iterator
from datetime import date

from bot.alerts.rules.report import (
    AlertReport,
    early_of,
    is_quiet,
    level_in,
    month_of,
    news_of,
    verdict_of,
)
from bot.alerts.rules.wording.sentences import accounts_of, odd_words, ratio_words, state_words
from bot.style.figures import NOT_DEFINED, percent
from bot.style.grid import Cells, Grid
from bot.style.names import day_words, short_month
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule, RuleKind
from metrics.alerts.states import TransitionKind
from metrics.alerts.verdicts import Half, Verdict

HEADER = ("alert", "ratio", "usual", "fires at", "state")
FIGURES = 3  # columns after the first that are figures: a terminal sets them flush right


def alert_grid(report: AlertReport) -> Grid:
    """Return a row for each alert of a report."""
    last = max((month for alert in report.alerts if (month := month_of(alert))), default=None)
    title = "Alerts" if last is None else f"Alerts, closed months up to {short_month(last)}"
    rows = tuple(row for alert in report.alerts for row in _rows(alert, last))
    return Grid(title=title, header=HEADER, rows=rows)


def _rows(alert: Alert, last: date | None) -> Iterator[Cells]:
    early = early_of(alert)
    if not (early and is_quiet(alert)):
        yield _row(alert.rule, verdict_of(alert), ", ".join(dict.fromkeys(_state(alert, last))))
    for one in early:
        yield _row(alert.rule, one.verdict, f"{one.kind}, {one.period:%b %Y} so far")


def _row(rule: AlertRule, verdict: Verdict | None, state: str) -> Cells:
    ratio = f"{ratio_words(rule)} {percent(verdict.value)}" if verdict else NOT_DEFINED
    return (
        f"{rule.rule_id}, {accounts_of(rule)}",
        ratio,
        _usual(verdict),
        _fires_at(rule, verdict),
        state,
    )


def _usual(verdict: Verdict | None) -> str:
    # Of what one account took, the baseline is the same month without it, and nothing usual.
    if verdict is None or verdict.half is Half.ACCOUNT:
        return NOT_DEFINED
    return percent(verdict.baseline)


def _fires_at(rule: AlertRule, verdict: Verdict | None) -> str:
    level = level_in(verdict)
    is_open = rule.kind is RuleKind.FLOOR and level is not None  # at it, nothing fires yet
    return f"< {percent(level)}" if is_open else percent(level)


def _state(alert: Alert, last: date | None) -> Iterator[str]:
    state = alert.state
    yield state_words(alert)
    yield from odd_words(alert)
    if (month := month_of(alert)) != last and month is not None:
        yield short_month(month)
    if state.snoozed_until is not None:
        yield f"snoozed until {day_words(state.snoozed_until)}"
    if (news := news_of(alert)) is not None:
        yield "new" if news is TransitionKind.FIRED else news
