"""Puts together what serves alerts: commands, buttons and forms, and what evaluates and tells."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.alerts.evaluating import Alerting
from bot.alerts.job import Evaluator
from bot.alerts.notices import buttons as button
from bot.alerts.notices.clicks import AlertButtons
from bot.alerts.notices.details import AlertMessage
from bot.alerts.notices.details_reader import DetailsReader
from bot.alerts.notices.notifier import Notifier
from bot.alerts.notices.owners import OwnerDirectory
from bot.alerts.notices.recipients import RecipientAccess
from bot.alerts.notices.snooze_form import ALERT_SNOOZE_FORM
from bot.alerts.rules.command import AlertCommand
from bot.alerts.rules.form import ALERT_FORM, AlertForm
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.answers.asking import Asking
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.payloads import draw_safely
from bot.message import Message
from bot.slack.forms import Forms
from bot.slack.once import Once
from bot.slack.sent import Click, Request, Submission
from storage.delivery.outbox import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertParts:
    """What a desk needs to serve alerts, under the names that Slack sends."""

    commands: Mapping[str, Callable[[Request], Message | None]]
    clicks: Mapping[str, Callable[[Click], Message | None]]
    forms: Mapping[str, Callable[[Submission], Callable[[], Message]]]


def alert_parts(
    alerting: Alerting, *, gate: Gate, quick_gate: Gate, forms: Forms, asking: Asking
) -> AlertParts:
    """Return what serves ``/nrr alert`` and ``/nrr alerts``, and the buttons under alerts."""
    answers = alerting.answers
    setup = AlertSetup(
        store=answers.store, report=alerting.listed, today=answers.today, now=alerting.now
    )
    access = AlertAccess(gate=gate, quick_gate=quick_gate, words=answers.vocabulary)
    buttons = AlertButtons(
        setup=setup,
        details_reader=DetailsReader(answers=answers),
        forms=forms,
        gate=gate,
        ask=asking.ask_again,
    )
    command = AlertCommand(setup=setup, access=access, forms=forms)
    return AlertParts(
        commands={"alert": command.answer, "alerts": command.list_alerts},
        clicks={
            button.ALERT_ACKNOWLEDGE: buttons.acknowledge,
            button.ALERT_SNOOZE: buttons.snooze,
            button.ALERT_ACCOUNTS: buttons.accounts,
            button.ALERT_ANSWER: buttons.answer,
            button.ALERT_MUTE: buttons.mute,
            button.ALERT_DETAILS: buttons.details,
        },
        forms={
            ALERT_FORM: AlertForm(setup=setup, access=access, once=Once()).check,
            ALERT_SNOOZE_FORM: buttons.check_snooze,
        },
    )


def build_evaluator(
    settings: Settings, *, alerting: Alerting, client: WebClient, gate: Gate, team_id: str
) -> Evaluator:
    """Return what evaluates alerts, and tells who is to hear of them."""
    answers = alerting.answers
    recipients = RecipientAccess(
        gate=gate,
        team_id=team_id,
        named=settings.nrrbot_alerts_to,
        operators=tuple(filter(None, [settings.nrrbot_alive_channel])),
        names_in=settings.nrrbot_names_in_channels,
        find_owner=OwnerDirectory(client, now=time.monotonic).find,
    )
    notifier = Notifier(
        store=answers.store,
        details=DetailsReader(answers=answers),
        recipients=recipients,
        draw=draw_alert,
        time_zone=settings.nrrbot_time_zone,
        now=utc_now,
    )
    return Evaluator(alerting=alerting, notifier=notifier, today=answers.today)


def draw_alert(message: AlertMessage) -> tuple[Picture, ...]:
    """Return the picture of the worst of several alerts; none if it cannot be drawn."""
    from bot.alerts.notices.chart import alert_pictures  # noqa: PLC0415 - matplotlib is slow to load

    return draw_safely(lambda: alert_pictures(message))
