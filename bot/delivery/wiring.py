"""Builds the delivery feature: the job that sends what waits in the outbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

from bot.access.gate import Gate
from bot.access.records import admins
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.delivery.admission import Admission
from bot.delivery.breaker import Breaker
from bot.delivery.claims import Claims
from bot.delivery.courier import Courier
from bot.delivery.failure_notices import FailureNotices, failure_notices_of
from bot.delivery.history import History
from bot.delivery.home_parts import waiting_messages
from bot.delivery.metering import Meter
from bot.delivery.outcomes import POST_TIMEOUT
from bot.delivery.permissions import Permissions
from bot.delivery.pictures import Illustrator
from bot.delivery.posting import MarkedPosts
from bot.delivery.rewriting import Compose, Rewriting
from bot.delivery.store_clock import store_clock
from bot.delivery.updating import Amend, Updater, unchanged
from bot.feature import Feature, Job
from bot.slack.client import SlackClient
from storage.delivery.secret import delivery_secret
from storage.store.engine import Store

SEND_EVERY = timedelta(seconds=2)


def feature(
    settings: Settings,
    *,
    store: Store,
    client: SlackClient,
    gate: Gate,
    meter: Meter,
    retold: Callable[[], tuple[Compose, Amend]],
) -> Feature:
    """Send, in every process: a claim is one courier's alone, so they need no leader.

    ``retold`` builds, at the first tick, what composes an alert anew and what amends one.
    """

    def build() -> Callable[[], bool]:
        compose, amend = retold()
        return build_courier(
            store=store,
            client=client.with_timeout(int(POST_TIMEOUT.total_seconds())),
            gate=gate,
            notices=failure_notices_of(settings),
            meter=meter,
            compose=compose,
            amend=amend,
            now=store_clock(store, utc_now),
        ).work_once

    # One message a run: a stop, or a clock that jumps, holds up the next one and not the next tick.
    send = Job(name="send", every=SEND_EVERY, build=build, needs_clock=True, is_repeated=True)
    return Feature(jobs=(send,), home={"messages": partial(waiting_messages, gate, store)})


def build_courier(
    *,
    store: Store,
    client: SlackClient,
    gate: Gate,
    notices: FailureNotices,
    meter: Meter,
    compose: Compose = lambda *_: None,
    amend: Amend = unchanged,
    now: Clock,
) -> Courier:
    """Build a courier with a name of its own, so that no other is taken for it.

    Its client has no retry handlers; without ``compose`` no alert is sent in part, without
    ``amend`` none says what became of it. The store's secret is read, and written the first time.
    """
    with store.write(ledger=False) as session:
        secret = delivery_secret(session)
    history = History(client, bot_id=gate.workspace.bot_id)
    admission = Admission(
        permissions=Permissions(gate, store),
        rewriting=Rewriting(store=store, compose=compose, notices=notices, now=now),
    )
    updater = Updater(store=store, client=client, admission=admission, amend=amend, now=now)
    return Courier(
        claims=Claims(
            store=store,
            owner=uuid4().hex,
            team_id=gate.workspace.team_id,
            breaker=Breaker(store, client, now=now),
            notices=replace(notices, admins=partial(admins, gate.records)),
            meter=meter,
            now=now,
        ),
        posts=MarkedPosts(client=client, history=history, secret=secret),
        illustrator=Illustrator(store=store, client=client, updater=updater, now=now),
        admission=admission,
        meter=meter,
        now=now,
    )
