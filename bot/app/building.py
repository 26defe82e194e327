"""Composition root: the one place where all names meet."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Semaphore
from typing import ParamSpec, TypeVar

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.access.wiring import build_gate
from bot.alerts.evaluating import Alerting
from bot.alerts.wiring import alert_parts
from bot.answers.answers import Answers
from bot.answers.asking import Asked, Asking, AsksQuestions
from bot.answers.command import answer_question
from bot.answers.wiring import answer_clicks, draw_picture
from bot.app.listeners import Desk, Doorway, attach
from bot.channels.wiring import event_parts
from bot.clock import utc_now
from bot.config import Settings
from bot.digests.form import DIGEST_FORM
from bot.digests.subscribing import Subscribing
from bot.digests.wiring import build_subscribing, digest_parts
from bot.grants.wiring import access_commands
from bot.message import Message
from bot.reference.registry import COMMANDS, sub_command
from bot.slack.client import QUICK_SECONDS, slack_client
from bot.slack.forms import Forms
from bot.slack.replies import Replies
from bot.slack.sent import Asker, Request
from bot.slack.workspace import Workspace
from storage.store.engine import Store

AT_ONCE = 4
"""Answers and pictures worked on at the same time; more would only slow each other down."""


INSIDE = 68
"""Commands and clicks taken on: those at work, and those who wait for their turn or for Slack."""


SPARE_THREADS = 12
"""Threads that are always left to acknowledge at once."""


P = ParamSpec("P")


T = TypeVar("T")


def build_app(
    settings: Settings,
    *,
    store: Store,
    client: WebClient,
    workspace: Workspace,
    denied: Callable[[str], None] = lambda _: None,
) -> App:
    """Return the production app; ``denied`` is told in one word why somebody was refused."""
    answers = Answers.of(store, settings)
    app = new_app(client, workspace)
    desk = build_desk(
        settings,
        answers=answers,
        subscribing=build_subscribing(settings, store=store, answers=answers),
        alerting=Alerting(answers=answers, now=utc_now),
        store=store,
        client=client,
        workspace=workspace,
        denied=denied,
    )
    attach(app, desk)
    return app


def new_app(client: WebClient, workspace: Workspace) -> App:
    """Return a Bolt app without listeners.

    It leaves signatures to `bot.server`: Bolt logs the whole body of a request that it refuses.
    It never calls ``auth.test``, which would hold up the first acknowledgement. Its name is that
    of its own loggers, whose messages `bot.server.logs` does not write.
    """
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)
    return App(
        name=quiet.name,
        logger=quiet,
        client=WebClient(base_url=client.base_url, timeout=client.timeout, retry_handlers=[]),
        authorize=lambda: AuthorizeResult(
            enterprise_id=workspace.enterprise_id, team_id=workspace.team_id
        ),
        request_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(INSIDE + SPARE_THREADS, "listener"),
    )


def build_desk(
    settings: Settings,
    *,
    answers: AsksQuestions,
    subscribing: Subscribing,
    alerting: Alerting,
    store: Store,
    client: WebClient,
    workspace: Workspace,
    sleep: Callable[[float], None] = time.sleep,
    denied: Callable[[str], None] = lambda _: None,
) -> Desk:
    """Return what the listeners work with; asks nobody anything yet."""
    gate = build_gate(settings, store=store, client=client, workspace=workspace, denied=denied)
    turns = Semaphore(AT_ONCE)
    asking = Asking(answer=_in_turn(turns, answers.reply), gate=gate)
    forms = Forms(client)
    quick_gate = gate.asking(slack_client(settings, timeout=QUICK_SECONDS))
    command, form = digest_parts(
        settings,
        answers=answers,
        subscribing=replace(subscribing, compose=_in_turn(turns, subscribing.compose)),
        gate=gate,
        quick_gate=quick_gate,
        forms=forms,
    )
    alerts = alert_parts(alerting, gate=gate, quick_gate=quick_gate, forms=forms, asking=asking)
    events = event_parts(
        settings, store=store, gate=gate, client=client, workspace=workspace, sleep=sleep
    )
    main_dimension = settings.nrrbot_main_dimension
    draw = _in_turn(turns, draw_picture)
    clicks = answer_clicks(asking, draw, client, sleep=sleep, main_dimension=main_dimension)
    access = access_commands(gate, store=store, answers=answers)
    return Desk(
        gate=gate,
        replies=Replies(client, sleep=sleep),
        commands=settings.nrrbot_commands,
        respond=partial(
            respond,
            ask=asking.ask,
            main_dimension=main_dimension,
            personal={"digest": command.answer, **access, **alerts.commands},
        ),
        clicks={**clicks, **alerts.clicks, **events.clicks},
        hear=events.hear,
        forms={DIGEST_FORM: form.check, **alerts.forms},
        doorway=Doorway(INSIDE),
    )


def respond(
    request: Request,
    *,
    ask: Callable[[str, Asker], Asked],
    main_dimension: str,
    personal: Mapping[str, Callable[[Request], Message | None]],
) -> Message | None:
    """Return what to say to what was typed after a slash command; None where a form has opened."""
    if (command := sub_command(request.text, personal)) is not None:
        name, rest = command
        return personal[name](replace(request, text=rest))
    if (command := sub_command(request.text)) is not None:
        name, rest = command
        return COMMANDS[name](rest)
    return answer_question(request, ask=ask, main_dimension=main_dimension)


def _in_turn(turns: Semaphore, work: Callable[P, T]) -> Callable[P, T]:
    def wait_and_work(*args: P.args, **kwargs: P.kwargs) -> T:
        with turns:
            return work(*args, **kwargs)

    return wait_and_work
