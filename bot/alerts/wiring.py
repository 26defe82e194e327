"""Builds the alerts feature: its commands, buttons and forms, and the job that evaluates."""

import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.alerts import refs
from bot.alerts.evaluating import Evaluator
from bot.alerts.job import AlertJob
from bot.alerts.rules.backtesting import Backtester
from bot.alerts.rules.command import AlertCommand
from bot.alerts.rules.form import ALERT_FORM, AlertForm
from bot.alerts.rules.proposals import Proposals
from bot.alerts.rules.question_message import ALERT_ANYWAY
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.sight import AlertSight
from bot.alerts.rules.silencing import Silencing
from bot.alerts.rules.tell_me import TellMe
from bot.alerts.telling import buttons as button
from bot.alerts.telling.amending import amend
from bot.alerts.telling.clicks import AlertButtons
from bot.alerts.telling.composing import AlertComposer
from bot.alerts.telling.details import AlertMessage
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.notifier import Notifier
from bot.alerts.telling.owners import OwnerDirectory
from bot.alerts.telling.recipients import RecipientAccess
from bot.alerts.telling.replying import AlertReplies
from bot.alerts.telling.retelling import Retelling
from bot.alerts.telling.snooze_form import ALERT_SNOOZE_FORM
from bot.answers.answers import Answers
from bot.answers.services import Services
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.payloads import draw_safely
from bot.delivery.rewriting import Compose
from bot.delivery.store_clock import store_clock
from bot.delivery.updating import Amend
from bot.feature import Feature, Job
from bot.questions.buttons import TELL_ME
from bot.slack.once import Once
from storage.delivery.parcels import Picture

EVALUATE_EVERY = timedelta(minutes=1)


def feature(services: Services) -> Feature:
    """Serve ``/nrr alert`` and ``/nrr alerts``, the buttons under alerts, and ``evaluate``."""
    answers = services.answers
    evaluator = Evaluator(answers=answers, now=utc_now)
    setup = AlertSetup(
        store=services.store, report=evaluator.listed, today=answers.today, now=evaluator.now
    )
    rules, buttons = _rules(services, setup), _buttons(services, setup)
    messages = _messages(buttons)
    replies = AlertReplies(buttons=buttons, by_number=rules.commands["alert"])
    return replace(
        rules,
        commands={**rules.commands, **replies.commands()},
        clicks={**rules.clicks, **messages.clicks},
        forms={**rules.forms, **messages.forms},
        jobs=(_evaluation(services, evaluator),),
    )


def _rules(services: Services, setup: AlertSetup) -> Feature:
    """Serve rules: the commands, the form, and what opens it under an answer."""
    answers, forms = services.answers, services.forms
    backtester = Backtester(answers=answers)
    access = AlertAccess(
        gate=services.gate,
        words=answers.vocabulary,
        main_dimension=answers.main_dimension,
    )
    proposals = Proposals(setup=setup, access=access, backtest=backtester.measure)
    command = AlertCommand(
        setup=setup,
        access=access,
        proposals=proposals,
        forms=forms,
        sight=AlertSight(answers),
        silencing=Silencing(setup=setup, access=access),
    )
    tell_me = TellMe(access=access, backtester=backtester, forms=forms)
    form = AlertForm(setup=setup, access=access, proposals=proposals, once=Once())
    return Feature(
        commands={"alert": command.answer, "alerts": command.list_alerts},
        clicks={TELL_ME: tell_me.open, ALERT_ANYWAY: command.set_up_anyway},
        forms={ALERT_FORM: form.check},
        home={"attention": command.attention, "rules": command.own_rules},
    )


def _buttons(services: Services, setup: AlertSetup) -> AlertButtons:
    return AlertButtons(
        setup=setup,
        details_reader=DetailsReader(answers=services.answers),
        forms=services.forms,
        gate=services.gate,
        ask=services.asking.ask_again,
    )


def _messages(buttons: AlertButtons) -> Feature:
    """Serve what stands under a message that tells of alerts."""
    return Feature(
        clicks={
            refs.ALERT_ACKNOWLEDGE: buttons.acknowledge,
            refs.ALERT_SNOOZE: buttons.snooze,
            refs.ALERT_WAKE: buttons.wake,
            button.ALERT_ACCOUNTS: buttons.accounts,
            button.ALERT_ANSWER: buttons.answer,
            button.ALERT_MUTE: buttons.mute,
            button.ALERT_UNMUTE: buttons.unmute,
            button.ALERT_DETAILS: buttons.details,
        },
        forms={ALERT_SNOOZE_FORM: buttons.check_snooze},
    )


def _evaluation(services: Services, evaluator: Evaluator) -> Job:
    settings, client, gate = services.settings, services.client, services.gate
    return Job(
        name="evaluate",
        every=EVALUATE_EVERY,
        # At the first tick: the directory of owners and its cache are for this alone.
        build=lambda: build_alert_job(settings, evaluator=evaluator, client=client, gate=gate).run,
        is_led=True,
        needs_clock=True,
    )


def build_alert_job(
    settings: Settings, *, evaluator: Evaluator, client: WebClient, gate: Gate
) -> AlertJob:
    """Build the job that evaluates alerts and tells their recipients."""
    answers = evaluator.answers
    composer = build_composer(settings, answers=answers, client=client, gate=gate)
    now = store_clock(answers.store, evaluator.now)
    notifier = Notifier(store=answers.store, composer=composer, now=now)
    return AlertJob(evaluator=evaluator, notifier=notifier, today=answers.today)


def retold(services: Services) -> tuple[Compose, Amend]:
    """Build what composes an alert anew, and what writes into it what became of it.

    The first is for a recipient who may see a part of it no more.
    """
    answers = services.answers
    composer = build_composer(
        services.settings, answers=answers, client=services.client, gate=services.gate
    )
    anew = Retelling(store=answers.store, composer=composer, today=answers.today)
    zone = services.settings.zone
    return anew.compose, partial(amend, answers.store, lambda: utc_now().astimezone(zone))


def build_composer(
    settings: Settings, *, answers: Answers, client: WebClient, gate: Gate
) -> AlertComposer:
    """Build what composes the messages of alerts."""
    recipients = RecipientAccess(
        gate=gate,
        team_id=gate.workspace.team_id,
        named=settings.nrrbot_alerts_to,
        operators=tuple(filter(None, [settings.nrrbot_alive_channel])),
        names_in=settings.nrrbot_names_in_channels,
        find_owner=OwnerDirectory(client, now=time.monotonic).find,
    )
    return AlertComposer(
        details=DetailsReader(answers=answers),
        recipients=recipients,
        draw=draw_alert,
        time_zone=settings.nrrbot_time_zone,
    )


def draw_alert(message: AlertMessage) -> tuple[Picture, ...]:
    """Draw the worst of several alerts; no picture if it cannot be drawn."""
    from bot.alerts.telling.chart import alert_pictures  # noqa: PLC0415 - matplotlib is slow to load

    return draw_safely(lambda: alert_pictures(message))
