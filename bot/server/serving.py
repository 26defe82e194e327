"""From settings to a bot that answers until it is told to stop."""

import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from threading import Event
from types import FrameType

from slack_bolt import App

from bot.app.building import build_app
from bot.app.clock_guard import ClockGuard
from bot.app.dispatching import Dispatch, build_dispatch
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.metering import Meter
from bot.errors import SettingsError
from bot.server import logs
from bot.server.front import Front
from bot.server.listening import HttpListening, Listening, SocketListening
from bot.server.operations import Operations
from bot.server.pulse import Pulse
from bot.server.store_figures import StoreFigures
from bot.server.vitals import Vitals
from bot.slack.client import find_workspace, reveal, slack_client
from storage.access.grants import new_admin_code
from storage.store.engine import Store
from storage.store.schema import require_head

RETRY_SECONDS = 0.5
OPERATIONS_THREADS = 4
OPERATIONS_SETTINGS = ("NRRBOT_OPERATIONS_HOST", "NRRBOT_OPERATIONS_PORT")

log = logging.getLogger("nrrbot.server")


class Server:
    """A bot with a way of hearing from Slack, and a port that tells how it is."""

    def __init__(
        self,
        app: App,
        listening: Listening,
        store: Store,
        *,
        vitals: Vitals,
        pulse: Pulse,
        operations: HttpListening,
        dispatch: Dispatch | None = None,
    ) -> None:
        self._app = app
        self._listening = listening
        self._store = store
        self._vitals = vitals
        self._pulse = pulse
        self._operations = operations
        self._dispatch = dispatch

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self._store

    @property
    def port(self) -> int | None:
        """The port it listens on; None over Socket Mode."""
        return self._listening.port if isinstance(self._listening, HttpListening) else None

    @property
    def operations_port(self) -> int:
        """The port that tells how it is."""
        return self._operations.port

    @property
    def is_connected(self) -> bool:
        """Whether Slack gets through."""
        return self._listening.connections != 0

    def start(self) -> None:
        """Begin to answer.

        Raises
        ------
        SettingsError
            If a port is taken, or Slack does not accept the app token; nothing is left running.
        """
        with ExitStack() as started:
            for part in (self._operations, self._pulse, self._listening, self._dispatch):
                if part is not None:
                    part.start()
                    started.callback(part.stop)
            started.pop_all()

    def stop(self) -> None:
        """Take nothing new, finish what has been taken on, and let go of everything."""
        self._vitals.stopping.set()
        if self._dispatch is not None:
            self._dispatch.stop()
        self._listening.stop()
        self._app.listener_runner.listener_executor.shutdown()
        self._pulse.stop()
        self._operations.stop()
        self._store.engine.dispose()


def build_server(settings: Settings) -> Server:
    """Return the server that the settings ask for, not started yet.

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
    app = build_app(
        settings, store=store, client=client, workspace=workspace, denied=meter.count_denied
    )
    guard = ClockGuard(now=utc_now, monotonic=time.monotonic)
    pulse = build_pulse(settings, meter, guard)
    vitals = Vitals(
        store=store,
        meter=meter,
        silence=pulse.silence,
        now=utc_now,
        is_ticking=settings.nrrbot_scheduler,
    )
    listening = listen(app, vitals)
    if isinstance(listening, SocketListening):
        vitals = replace(vitals, connections=lambda: listening.connections)
        meter.watch_connections(lambda: listening.connections)
    operations = build_operations(settings, vitals)
    dispatch = (
        build_dispatch(settings, store=store, workspace=workspace, meter=meter, guard=guard)
        if settings.nrrbot_scheduler
        else None
    )
    return Server(
        app,
        listening,
        store,
        vitals=vitals,
        pulse=pulse,
        operations=operations,
        dispatch=dispatch,
    )


def build_pulse(settings: Settings, meter: Meter, guard: ClockGuard) -> Pulse:
    """Return what asks Slack whether it knows the bot, and measures the clocks."""

    def hear(moment: datetime) -> None:
        guard.note("slack", moment)
        meter.note_skew((utc_now() - moment).total_seconds())

    return Pulse(slack_client(settings), heard=hear, monotonic=time.monotonic)


def build_operations(settings: Settings, vitals: Vitals) -> HttpListening:
    """Return the port that tells how the bot is."""
    return HttpListening(
        Operations(vitals, vitals.meter.registry),
        host=settings.nrrbot_operations_host,
        port=settings.nrrbot_operations_port,
        settings=OPERATIONS_SETTINGS,
        threads=OPERATIONS_THREADS,
    )


def choose_listening(settings: Settings) -> Callable[[App, Vitals], Listening]:
    """Return Socket Mode where there is an app token, else signed HTTP.

    Raises
    ------
    SettingsError
        If there is no signing secret either.
    """
    if token := reveal(settings.slack_app_token):
        return lambda app, _: SocketListening(app, app_token=token, api_url=settings.slack_api_url)
    if secret := reveal(settings.slack_signing_secret):
        return lambda app, vitals: HttpListening(
            Front(
                app=app,
                signing_secret=secret,
                now=now,
                is_alive=vitals.is_alive,
                is_ready=vitals.is_ready,
            ),
            host=settings.nrrbot_host,
            port=settings.port,
        )
    raise SettingsError(
        "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set:"
        " copy one of them from your Slack app"
    )


def now() -> float:
    """Return the seconds since the epoch."""
    return utc_now().timestamp()


def print_admin_code(settings: Settings, store: Store) -> None:
    """Print the one-time code of the first administrator, while there is none.

    It goes to stdout and not into the log, and is stored nowhere but as a hash.
    """
    if settings.nrrbot_admin is not None:
        return
    with store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())
    if code is not None:
        command = settings.nrrbot_commands[0]
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
    told_to_stop = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.start()
    if not server.is_connected:
        log.warning("not connected to slack yet")
    while not (server.is_connected or told_to_stop.wait(RETRY_SECONDS)):
        pass
    if server.is_connected:
        log.info("ready")
    told_to_stop.wait()
    log.info("stopping")
    server.stop()
    log.info("stopped")
