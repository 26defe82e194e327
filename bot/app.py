"""Composition root: the one place where all names meet."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Semaphore
from typing import ParamSpec, TypeVar

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.actions.click import Click
from bot.actions.digest_form import DigestForm
from bot.actions.follow_up import follow_up
from bot.actions.once import Once
from bot.actions.share import Sharing
from bot.alert_parts import alert_parts
from bot.alerting import Alerting
from bot.answers import Answers, Reply
from bot.asking import Asked, Asking, AsksQuestions
from bot.authorization.askers import Asker
from bot.authorization.decisions import Workspace
from bot.authorization.gate import Gate
from bot.authorization.people import People
from bot.authorization.records import Records
from bot.blocks.buttons import BY_DIMENSION, IN_FULL, PREVIOUS_PERIOD, SHARE
from bot.blocks.digest_form import DIGEST_FORM
from bot.clock import utc_now
from bot.commands.access import AccessCommand
from bot.commands.digest import DigestCommand
from bot.commands.nrr import answer_question
from bot.commands.registry import COMMANDS, sub_command
from bot.commands.request import Request
from bot.config import Settings
from bot.delivery.failures import blame_setting
from bot.delivery.forms import Forms
from bot.delivery.posts import Posts
from bot.delivery.replies import Replies
from bot.delivery.uploads import Picture, Uploads
from bot.digest_composer import DigestComposer
from bot.errors import SettingsError
from bot.event_parts import event_parts
from bot.granting import Granting
from bot.listeners import Desk, Doorway, attach
from bot.message import Message
from bot.slack_errors import SLACK_ERRORS
from bot.subscribing import Subscribing
from bot.wording.trend_pictures import reply_alt_text
from storage.engine import Store

AT_ONCE = 4
"""Answers and pictures worked on at the same time; more would only slow each other down."""

INSIDE = 68
"""Commands and clicks taken on: those at work, and those who wait for their turn or for Slack."""

SPARE_THREADS = 12
"""Threads that are always left to acknowledge at once."""

TIMEOUT_SECONDS = 10
QUICK_SECONDS = 1
"""How long Slack may take to answer what is asked while Slack itself waits for a form."""

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


def build_subscribing(settings: Settings, *, store: Store, answers: Answers) -> Subscribing:
    """Return what sets weekly digests up, for Slack and for the command line."""
    composer = DigestComposer(
        answers=answers, store=store, names_in=settings.nrrbot_names_in_channels
    )
    return Subscribing(store=store, compose=composer.compose_now, now=utc_now)


def slack_client(settings: Settings, *, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """Return the client for everything: it never sends a call twice of its own accord."""
    token = reveal(settings.slack_bot_token)
    if not token:
        raise SettingsError("SLACK_BOT_TOKEN is not set: copy the bot's token from your Slack app")
    return WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=timeout,
        retry_handlers=[],
    )


def reveal(secret: SecretStr | None) -> str:
    """Return what a secret setting holds; nothing when it is not set, or set to nothing."""
    return secret.get_secret_value().strip() if secret else ""


def find_workspace(client: WebClient) -> Workspace:
    """Ask Slack which workspace the token belongs to.

    Raises
    ------
    SettingsError
        If Slack does not accept the token or cannot be reached.
    """
    try:
        known = client.auth_test()
    except SLACK_ERRORS as error:
        raise blame_setting("SLACK_BOT_TOKEN", error) from error
    except ValueError as error:
        raise SettingsError("SLACK_BOT_TOKEN or SLACK_API_URL is not written right") from error
    return Workspace(
        team_id=known["team_id"],
        enterprise_id=known.get("enterprise_id"),
        bot_name=known.get("user", "nrr"),
        bot_id=known.get("bot_id", ""),
    )


def new_app(client: WebClient, workspace: Workspace) -> App:
    """Return a Bolt app without listeners.

    It leaves signatures to `bot.server`: Bolt logs the whole body of a request that it refuses.
    It never calls ``auth.test``, which would hold up the first acknowledgement. Its name is that
    of its own loggers, whose messages `bot.logs` does not write.
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


def build_gate(
    settings: Settings,
    *,
    store: Store,
    client: WebClient,
    workspace: Workspace,
    denied: Callable[[str], None] = lambda _: None,
) -> Gate:
    """Return what decides who may see figures, and where they may be posted."""
    return Gate(
        client,
        People(client, now=time.monotonic),
        records=Records(store=store, now=utc_now, admin_id=settings.nrrbot_admin),
        workspace=workspace,
        names_in=settings.nrrbot_names_in_channels,
        denied=denied,
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


def access_commands(
    gate: Gate, *, store: Store, answers: AsksQuestions
) -> dict[str, Callable[[Request], Message | None]]:
    """Return what serves ``/nrr access`` and ``/nrr audit``."""
    granting = Granting(
        store=store, records=gate.records, vocabulary=answers.vocabulary, today=answers.today
    )
    command = AccessCommand(gate=gate, granting=granting)
    return {"access": command.answer, "audit": command.audit}


def answer_clicks(
    asking: Asking,
    draw: Callable[[Reply], Picture],
    client: WebClient,
    *,
    sleep: Callable[[float], None],
    main_dimension: str,
) -> dict[str, Callable[[Click], Message | None]]:
    """Return what the buttons under an answer do."""
    sharing = Sharing(
        ask=asking.ask_for_channel,
        draw=draw,
        gate=asking.gate,
        uploads=Uploads(client, sleep=sleep),
        posts=Posts(client, sleep=sleep, invitation=asking.gate.invitation),
        once=Once(),
        main_dimension=main_dimension,
    )
    another = partial(follow_up, ask=asking.ask_again, main_dimension=main_dimension)
    return {
        **dict.fromkeys((PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL), another),
        SHARE: sharing.share,
    }


def digest_parts(
    settings: Settings,
    *,
    answers: AsksQuestions,
    subscribing: Subscribing,
    gate: Gate,
    quick_gate: Gate,
    forms: Forms,
) -> tuple[DigestCommand, DigestForm]:
    """Return what serves ``/nrr digest``, and the form that it opens."""
    command = DigestCommand(
        subscribing=subscribing,
        gate=gate,
        quick_gate=quick_gate,
        forms=forms,
        vocabulary=answers.vocabulary,
        time_zone=settings.nrrbot_time_zone,
        main_dimension=settings.nrrbot_main_dimension,
    )
    form = DigestForm(
        subscribing=subscribing,
        gate=gate,
        quick_gate=quick_gate,
        vocabulary=answers.vocabulary,
        today=answers.today,
        fiscal_start=settings.nrrbot_fiscal_year_start,
        once=Once(),
    )
    return command, form


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


def draw_picture(reply: Reply) -> Picture:
    """Return the picture of a reply, and what it shows in words."""
    from bot.charts.reply import reply_png  # noqa: PLC0415 - matplotlib is slow to load

    return Picture(reply_png(reply), reply_alt_text(reply))


def _in_turn(turns: Semaphore, work: Callable[P, T]) -> Callable[P, T]:
    def wait_and_work(*args: P.args, **kwargs: P.kwargs) -> T:
        with turns:
            return work(*args, **kwargs)

    return wait_and_work
