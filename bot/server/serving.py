"""Bot process: built from settings, it answers until it is told to stop."""

import logging
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from types import FrameType

from slack_bolt import App

from bot.answers.services import Services
from bot.app.clock_guard import ClockGuard, database_time
from bot.app.features import build_features, join
from bot.app.handlers import build_handlers
from bot.app.listeners import attach, new_app
from bot.app.scheduling import Scheduler
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.metering import Meter
from bot.errors import SettingsError
from bot.server import logs
from bot.server.health import HealthChecks
from bot.server.http_server import HttpServer
from bot.server.operations import OperationsEndpoint
from bot.server.slack_endpoint import SlackEndpoint
from bot.server.slack_probe import SlackProbe
from bot.server.socket_mode import SocketMode
from bot.server.store_figures import StoreFigures
from bot.slack.client import find_workspace, reveal, slack_client
from storage.access.grants import new_admin_code
from storage.store.engine import Store
from storage.store.leadership import Leadership
from storage.store.schema import require_head

RETRY_SECONDS = 0.5
OPERATIONS_THREADS = 4
OPERATIONS_SETTINGS = ("NRRBOT_OPERATIONS_HOST", "NRRBOT_OPERATIONS_PORT")

log = logging.getLogger("nrrbot.server")


Listening = SocketMode | HttpServer


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The operations port, and the probe and checks behind it."""

    health: HealthChecks
    probe: SlackProbe
    port: HttpServer

    def start(self) -> None:
        """Open the port, and begin to probe."""
        self.port.start()
        self.probe.start()

    def stop(self) -> None:
        """Probe no more, and close the port."""
        self.probe.stop()
        self.port.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A bot with a way of hearing from Slack, and a port that tells how it is."""

    app: App
    listening: Listening
    store: Store
    monitoring: Monitoring
    scheduler: Scheduler | None

    @property
    def port(self) -> int | None:
        """The port it listens on; None over Socket Mode."""
        return self.listening.port if isinstance(self.listening, HttpServer) else None

    @property
    def is_connected(self) -> bool:
        """Whether Slack gets through."""
        return self.monitoring.health.connections() != 0

    def start(self) -> None:
        """Begin to answer.

        Raises
        ------
        SettingsError
            If a port is taken, or Slack does not accept the app token; nothing is left running.
        """
        with ExitStack() as started:
            for service in (self.monitoring, self.listening, self.scheduler):
                if service is not None:
                    service.start()
                    started.callback(service.stop)
            started.pop_all()

    def stop(self) -> None:
        """Take nothing new, finish what has been taken on, and let go of everything."""
        self.monitoring.health.stopping.set()
        # Both at once: a message in hand may take 25 seconds, in which nothing new is taken.
        with ThreadPoolExecutor(1) as meanwhile:
            listening = meanwhile.submit(self.listening.stop)
            if self.scheduler is not None:
                self.scheduler.stop()
            listening.result()
        # Only now is everything acknowledged that will be: what waits here still gets its answer.
        self.app.listener_runner.listener_executor.shutdown()
        self.monitoring.stop()
        self.store.engine.dispose()


def build_server(settings: Settings) -> Server:
    """Build the server that the settings ask for, not started yet.

    Raises
    ------
    SettingsError
        If a setting is missing or Slack does not accept it; the message names the setting.
    StorageError
        If the store cannot be opened or is not at this version's schema.
    """
    listen = choose_listening(settings)
    store = Store(
        settings.database_url.get_secret_value(),
        pool_size=settings.nrrbot_db_pool_size,
        timeout_seconds=settings.nrrbot_db_timeout_seconds,
    )
    require_head(store)
    client = slack_client(settings)
    workspace = find_workspace(client)
    meter = Meter(now=time.monotonic)
    meter.registry.register(StoreFigures(store, utc_now))
    services = Services.of(
        settings, store=store, client=client, workspace=workspace, denied=meter.count_denied
    )
    feature = join(build_features(services, meter))
    app = new_app(client, workspace)
    attach(app, build_handlers(services, feature))
    guard = ClockGuard(
        now=utc_now, monotonic=time.monotonic, ask_database=partial(database_time, store)
    )
    probe = build_probe(settings, meter, guard)
    health = HealthChecks(
        store=store,
        meter=meter,
        silence=probe.silence,
        now=utc_now,
        is_ticking=settings.nrrbot_scheduler,
        # Asked late: over HTTP what listens needs the checks itself, and has nothing to count.
        connections=lambda: listening.connections if isinstance(listening, SocketMode) else None,
    )
    listening = listen(app, health)
    if isinstance(listening, SocketMode):
        meter.watch_connections(lambda: listening.connections)
    scheduler = None
    if settings.nrrbot_scheduler:
        scheduler = Scheduler(
            feature.jobs, leadership=Leadership(store), meter=meter, guard=guard, now=utc_now
        )
    return Server(
        app=app,
        listening=listening,
        store=store,
        monitoring=Monitoring(health, probe, build_operations_port(settings, health)),
        scheduler=scheduler,
    )


def build_probe(settings: Settings, meter: Meter, guard: ClockGuard) -> SlackProbe:
    """Build the probe of Slack, which also measures how far the clocks are apart."""

    def note_time(moment: datetime) -> None:
        guard.note("slack", moment)
        meter.note_skew((utc_now() - moment).total_seconds())

    return SlackProbe(slack_client(settings), note_time=note_time, monotonic=time.monotonic)


def build_operations_port(settings: Settings, health: HealthChecks) -> HttpServer:
    """Build the port of ``/healthz``, ``/readyz`` and ``/metrics``."""
    return HttpServer(
        OperationsEndpoint(health),
        host=settings.nrrbot_operations_host,
        port=settings.nrrbot_operations_port,
        settings=OPERATIONS_SETTINGS,
        threads=OPERATIONS_THREADS,
    )


def choose_listening(settings: Settings) -> Callable[[App, HealthChecks], Listening]:
    """Choose Socket Mode where there is an app token, else signed HTTP.

    Raises
    ------
    SettingsError
        If there is no signing secret either.
    """
    if token := reveal(settings.slack_app_token):
        return lambda app, _: SocketMode(app, app_token=token, api_url=settings.slack_api_url)
    if secret := reveal(settings.slack_signing_secret):
        return lambda app, health: HttpServer(
            SlackEndpoint(
                app=app,
                signing_secret=secret,
                now=lambda: utc_now().timestamp(),
                is_alive=health.is_alive,
                is_ready=health.is_ready,
            ),
            host=settings.nrrbot_host,
            port=settings.port,
        )
    raise SettingsError(
        "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set:"
        " copy one of them from your Slack app"
    )


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


def serve(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT, then finish what has been taken on and return."""
    logs.configure(sys.stderr)
    server = build_server(settings)
    print_admin_code(settings, server.store)
    stop_requested = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stop_requested.set()

    # Before the start, or a signal that comes early would end the process in the middle of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.start()
    # slack_sdk goes on trying by itself: the bot is up, and says that it is not ready.
    if not server.is_connected:
        log.warning("not connected to slack yet")
    while not (server.is_connected or stop_requested.wait(RETRY_SECONDS)):
        pass
    if server.is_connected:
        log.info("ready")
    stop_requested.wait()
    log.info("stopping")
    server.stop()
    log.info("stopped")
