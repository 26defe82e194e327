"""Alert messages of the page docs/messages.md, each of an alert of the demo company."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from bot.alerts.evaluating import Evaluator
from bot.alerts.telling.amending import amended
from bot.alerts.telling.details import AlertMessage, owner_of
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.message import alert_message, alert_parts
from bot.answers.answers import Answers
from bot.demo.uses import newest_alert
from metrics.alerts.grouping import Alert, Notice
from metrics.alerts.rules import FLOOR, AlertRule, Metric
from metrics.alerts.states import AlertState, Transition, TransitionKind
from metrics.alerts.statuses import month_statuses
from storage.alerts.actions import AlertAction
from storage.alerts.aftermaths import Aftermath
from storage.alerts.series import read_series
from tests.bot.demo_company import NOW, TODAY
from tests.gallery.shown import Shown, in_terminal, of_message
from tests.metrics.alerts.own_rules import below

OCTOBER = date(2026, 10, 1)
STEADY = below("100", (("segment", "enterprise"),), rule_id="1")
"""Broken in August, when one large account left, and not in September."""
LOSSES = replace(STEADY, metric=Metric.GRR, threshold=Fraction(995, 1000))
"""Broken from July on, in October by an account that pays less and renews in January."""


def provisional_notice(answers: Answers) -> Shown:
    """Show what is told before October is closed."""
    report = Evaluator(answers=answers, now=lambda: NOW).evaluate(today=TODAY)
    [(alert, change)] = [(alert, one) for alert in report.alerts for one in alert.provisional]
    return _shown(
        "An alert before the close",
        "A month is in and not closed yet, and would break the rule as it is",
        _message(answers, alert, change),
    )


def alerts(answers: Answers) -> Iterator[Shown]:
    """Yield an alert and all that may follow on it."""
    fired = newest_alert(answers, now=lambda: NOW)
    assert fired is not None
    yield _shown("An alert", "A closed month breaks a rule: once, to those who hear of it", fired)
    yield _shown(
        "What the owner of an account reads",
        "An alert, to whom the ledger names as the owner of an account that drove it: a list of"
        " contracts has its next renewal",
        _for_owner(_told(answers, LOSSES, TransitionKind.REMINDER, OCTOBER)),
    )
    yield _snoozed(fired)
    leak = FLOOR.over((("segment", "smb"),))
    yield _shown(
        "A reminder",
        "Every four weeks, until somebody acknowledges or snoozes it",
        _told(answers, leak, TransitionKind.REMINDER, OCTOBER),
    )
    yield _shown(
        "A recovery",
        "A closed month is clear of the level again",
        _told(answers, STEADY, TransitionKind.RESOLVED, date(2026, 9, 1)),
    )


def _for_owner(fired: AlertMessage) -> AlertMessage:
    [details] = fired.notices
    owner = owner_of(details.figures.drivers[0])
    assert owner is not None
    told = replace(details, notice=replace(details.notice, recipient_id=owner))
    return replace(fired, notices=(told,))


def _snoozed(fired: AlertMessage) -> Shown:
    snooze = AlertAction(
        user_id="U0MAYA", at=NOW, until=date(2026, 12, 12), reason="renewal pending"
    )
    key = fired.notices[0].notice.episode
    after = amended(alert_message(fired), {key: Aftermath(snooze=snooze)}, now=NOW)
    return Shown(
        "An alert, afterwards",
        "In place, once somebody has snoozed it",
        of_message(after, {"U0MAYA": "@maya"}),
    )


def _told(answers: Answers, rule: AlertRule, kind: TransitionKind, month: date) -> AlertMessage:
    with answers.reading() as reading:
        series = read_series(reading.ledger, [rule])[rule.scope]
    status = month_statuses(rule, series)[month]
    change = Transition.of(rule, kind, status, episode=1, n=1)
    state = AlertState(status=status, closed_through=month)
    return _message(answers, Alert(rule=rule, state=state), change)


def _message(answers: Answers, alert: Alert, change: Transition) -> AlertMessage:
    notice = Notice(recipient_id="U0MAYA", transition=change, severity=alert.rule.severity)
    details = DetailsReader(answers=answers).read([(notice, alert)])
    return AlertMessage(notices=tuple(details), breakdown=(), more=0, names_shown=True)


def _shown(heading: str, occasion: str, message: AlertMessage) -> Shown:
    return Shown(heading, occasion, in_terminal(alert_parts(message), alert_message(message)))
