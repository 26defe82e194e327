"""All that answers, plans, sends and watches: built once Slack gets through, for it loads long."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from threading import Event

from bot.answers.services import Services
from bot.app.clock_guard import ClockGuard, database_time
from bot.app.features import build_features, join
from bot.app.handlers import Handlers, build_handlers
from bot.app.scheduling import Scheduler
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.metering import Meter
from bot.delivery.store_clock import store_clock
from bot.server.health import HealthChecks
from bot.server.operations import OperationsEndpoint
from bot.server.slack_probe import SlackProbe
from bot.server.store_figures import StoreFigures
from bot.slack.client import SlackClient
from bot.slack.clock import SlackClock
from bot.slack.ids import Workspace
from bot.slack.working import LONG_SECONDS, start_timer
from storage.access.grants import new_admin_code
from storage.store.engine import Store
from storage.store.leadership import Leadership

LOADED_BY_ANSWERS = (
    "babel.dates",
    "numpy.ma",
    "storage.ledger.reading",
    "storage.ledger.reading_with_usage",
)
"""Modules that the first answer loads elsewhere: a command line without one need not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """The handlers of what Slack sends, the checks of the ports, and what runs unasked."""

    handlers: Handlers
    health: HealthChecks
    operations: OperationsEndpoint
    probe: SlackProbe
    scheduler: Scheduler | None
    tell_admin_code: Callable[[], None]

    def start(self) -> None:
        """Begin to probe, and to tick."""
        self.probe.start()
        if self.scheduler is not None:
            self.scheduler.start()

    def stop_ticking(self) -> None:
        """Finish the message in hand, and begin nothing new."""
        if self.scheduler is not None:
            self.scheduler.stop()


def build_works(
    settings: Settings,
    *,
    store: Store,
    client: SlackClient,
    workspace: Workspace,
    connections: Callable[[], int | None],
    stopping: Event,
) -> Works:
    """Build the works of a bot, not started yet; nothing is asked of Slack or of the store."""
    for name in LOADED_BY_ANSWERS:  # now, while nobody waits for it yet
        import_module(name)
    due_clock = store_clock(store, utc_now)
    meter = _meter(StoreFigures(store, due_clock, workspace.team_id), connections)
    services = Services.of(
        settings,
        store=store,
        client=client,
        workspace=workspace,
        timer=start_timer(LONG_SECONDS),
        denied=meter.count_denied,
    )
    feature = join(build_features(services, meter))
    guard = ClockGuard(
        now=utc_now, monotonic=time.monotonic, ask_database=partial(database_time, store)
    )
    hear_slack_clock(client.clock, meter, guard)
    probe = SlackProbe(client, monotonic=time.monotonic)
    health = HealthChecks(
        store=store,
        meter=meter,
        silence=probe.silence,
        now=due_clock,
        team_id=workspace.team_id,
        is_ticking=settings.nrrbot_scheduler,
        connections=connections,
        stopping=stopping,
    )
    scheduler = Scheduler(
        feature.jobs, leadership=Leadership(store), meter=meter, guard=guard, now=utc_now
    )
    return Works(
        handlers=build_handlers(services, feature),
        health=health,
        operations=OperationsEndpoint(health),
        probe=probe,
        scheduler=scheduler if settings.nrrbot_scheduler else None,
        tell_admin_code=partial(print_admin_code, settings, store),
    )


def _meter(figures: StoreFigures, connections: Callable[[], int | None]) -> Meter:
    meter = Meter(now=time.monotonic)
    meter.registry.register(figures)
    if connections() is not None:
        meter.watch_connections(lambda: connections() or 0)
    return meter


def hear_slack_clock(clock: SlackClock, meter: Meter, guard: ClockGuard) -> None:
    """Measure with each answer of Slack's how far the clocks are apart."""

    def note_time(moment: datetime) -> None:
        guard.note("slack", moment)
        meter.note_skew((utc_now() - moment).total_seconds())

    clock.listen(note_time)


def print_admin_code(settings: Settings, store: Store) -> None:
    """Print the one-time code of the first administrator, while there is none."""
    if settings.nrrbot_admin is not None:
        return
    with store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())
    if code is not None:
        command = settings.nrrbot_commands[0]
        # Not into the log, which others read; it is stored nowhere but as a hash.
        sys.stdout.write(
            "There is no administrator yet. Within a day, type this in Slack to become the first:"
            f" {command} access claim {code}\n"
        )
        sys.stdout.flush()
