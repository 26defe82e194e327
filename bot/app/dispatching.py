"""Puts together what sends of its own accord: the courier, the jobs, and what ticks them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from uuid import uuid4

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.access.wiring import build_gate
from bot.alerts.evaluating import Alerting
from bot.alerts.job import Evaluator
from bot.alerts.wiring import build_evaluator
from bot.answers.answers import Answers
from bot.answers.job import answer_ahead
from bot.app.clock_guard import ClockGuard
from bot.app.scheduling import Job, Scheduler
from bot.channels.job import Sweep, ping
from bot.channels.rechecking import Rechecking
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.breaker import Breaker
from bot.delivery.claims import Claims
from bot.delivery.courier import Courier
from bot.delivery.history import History
from bot.delivery.job import send_all
from bot.delivery.metering import Meter
from bot.delivery.notices import Notices, notices_of
from bot.delivery.permissions import Permissions
from bot.delivery.pictures import Illustrator
from bot.delivery.posting import MarkedPosts
from bot.digests.composing import DigestComposer
from bot.digests.job import Planner
from bot.slack.client import reveal, slack_client
from bot.slack.workspace import Workspace
from storage.delivery.secret import delivery_secret
from storage.ledger.health import database_now
from storage.store.engine import Store
from storage.store.leadership import Leadership

PLAN_EVERY = timedelta(seconds=30)
SEND_EVERY = timedelta(seconds=2)
AHEAD_EVERY = timedelta(minutes=1)
EVALUATE_EVERY = timedelta(minutes=1)
SWEEP_EVERY = timedelta(hours=1)
POST_SECONDS = 20
"""How long a post may take: a third of what must be left of its claim."""
DRAIN_SECONDS = 25
"""How long a stop waits for the message in hand; after that its claim runs out."""

log = logging.getLogger("nrrbot.dispatching")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """Everything that sending needs.

    Attributes
    ----------
    client : WebClient
        Has no retry handlers, and gives up after `POST_SECONDS`.
    workspace : Workspace
        Says who we are.
    """

    store: Store
    client: WebClient
    workspace: Workspace
    gate: Gate
    notices: Notices
    meter: Meter
    now: Callable[[], datetime]

    def courier(self) -> Courier:
        """Return a courier; each has a name of its own, so that no other is taken for it."""
        with self.store.write(ledger=False) as session:
            secret = delivery_secret(session)
        history = History(self.client, bot_id=self.workspace.bot_id)
        return Courier(
            claims=Claims(
                store=self.store,
                owner=uuid4().hex,
                breaker=Breaker(self.store, self.client, now=self.now),
                notices=self.notices,
                meter=self.meter,
                now=self.now,
            ),
            posts=MarkedPosts(client=self.client, history=history, secret=secret),
            illustrator=Illustrator(store=self.store, client=self.client, now=self.now),
            permissions=Permissions(self.gate, self.store),
            meter=self.meter,
            now=self.now,
        )

    def rechecking(self) -> Rechecking:
        """Return what looks whether subscriptions may still go where they go."""
        return Rechecking(
            store=self.store,
            team_id=self.workspace.team_id,
            gate=self.gate,
            notices=self.notices,
            now=self.now,
        )

    def sweep(self, *, ping: Callable[[], None] | None = None) -> Sweep:
        """Return what is done once an hour."""
        return Sweep(
            store=self.store,
            team_id=self.workspace.team_id,
            rechecking=self.rechecking(),
            notices=self.notices,
            now=self.now,
            ping=ping,
        )


def jobs(
    *,
    plan: Callable[[], object],
    courier: Callable[[], Courier],
    evaluate: Callable[[], object],
    ahead: Callable[[], object],
    sweep: Sweep,
    may_go_on: Callable[[], bool],
) -> tuple[Job, ...]:
    """Return what is ticked.

    Every process sends, because a claim is one worker's alone; the rest is led, so that the others
    need not do the same work again.
    """
    the_courier = cache(courier)  # made at the first tick: an import may keep the store busy

    def send() -> None:
        send_all(the_courier(), may_go_on=may_go_on)

    return (
        Job(name="plan", every=PLAN_EVERY, run=plan, is_led=True),
        Job(name="send", every=SEND_EVERY, run=send),
        Job(name="evaluate", every=EVALUATE_EVERY, run=evaluate, is_led=True),
        Job(name="ahead", every=AHEAD_EVERY, run=ahead, is_led=True),
        Job(name="sweep", every=SWEEP_EVERY, run=sweep.run, is_led=True),
    )


class Dispatch:
    """What one process sends of its own accord, between `start` and `stop`."""

    def __init__(self, scheduler: Scheduler, leadership: Leadership) -> None:
        self._scheduler = scheduler
        self._leadership = leadership

    def start(self) -> None:
        """Begin to plan, to send and to sweep."""
        self._scheduler.start()

    def stop(self) -> None:
        """Claim nothing new, finish the message in hand, and let another process lead."""
        self._scheduler.drain(seconds=DRAIN_SECONDS)
        self._leadership.close()


def build_correspondence(
    settings: Settings, *, store: Store, workspace: Workspace, meter: Meter
) -> Correspondence:
    """Return everything that sending needs."""
    client = slack_client(settings, timeout=POST_SECONDS)
    gate = build_gate(
        settings, store=store, client=client, workspace=workspace, denied=meter.count_denied
    )
    return Correspondence(
        store=store,
        client=client,
        workspace=workspace,
        gate=gate,
        notices=notices_of(settings),
        meter=meter,
        now=utc_now,
    )


def build_dispatch(
    settings: Settings, *, store: Store, workspace: Workspace, meter: Meter, guard: ClockGuard
) -> Dispatch:
    """Return what sends, not started yet.

    Parameters
    ----------
    guard : ClockGuard
        While it does not believe the clock nothing is planned and nothing sent.
    """
    correspondence = build_correspondence(settings, store=store, workspace=workspace, meter=meter)
    url = reveal(settings.nrrbot_alive_url)
    sweep = correspondence.sweep(ping=partial(ping, url) if url else None)
    answers = Answers.of(store, settings)
    composer = DigestComposer(
        answers=answers, store=store, names_in=settings.nrrbot_names_in_channels
    )
    planner = Planner(
        store,
        team_id=workspace.team_id,
        compose=composer.compose_week,
        is_allowed=sweep.rechecking.check,
        suspend=sweep.rechecking.suspend,
        notices=correspondence.notices,
    )
    evaluator = build_evaluator(
        settings,
        alerting=Alerting(answers=answers, now=utc_now),
        client=correspondence.client,
        gate=correspondence.gate,
        team_id=workspace.team_id,
    )
    leadership = Leadership(store)
    scheduler = Scheduler(leads=leadership.try_lead, meter=meter, now=utc_now)
    for job in jobs(
        plan=partial(_plan, planner, store, guard),
        evaluate=partial(_evaluate, evaluator, guard),
        courier=correspondence.courier,
        ahead=partial(answer_ahead, answers.reply),
        sweep=sweep,
        may_go_on=lambda: not scheduler.is_stopping and guard.is_believable(),
    ):
        scheduler.add(job)
    return Dispatch(scheduler, leadership)


def _evaluate(evaluator: Evaluator, guard: ClockGuard) -> None:
    if guard.is_believable():
        evaluator.run()


def _plan(planner: Planner, store: Store, guard: ClockGuard) -> None:
    with store.read() as session:
        moment = database_now(session)
    if moment is not None:
        guard.note("database", moment)
    if guard.is_believable():
        planner.plan(utc_now())
    else:
        log.error("the clock is an hour off: nothing is planned or sent")
