"""Bot process: hears from Slack at once, loads what answers, and works until it is told to stop."""

import logging
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App

from bot.app.listeners import attach, new_app
from bot.clock import utc_now
from bot.config import Settings
from bot.errors import SettingsError
from bot.loading import uncollected
from bot.server import logs
from bot.server.http_server import HttpServer
from bot.server.late import Late
from bot.server.memory import Relief, reuse_memory
from bot.server.slack_endpoint import SlackEndpoint
from bot.server.socket_mode import SocketMode
from bot.slack.client import find_workspace, reveal, slack_client
from storage.store.engine import Store
from storage.store.schema import require_head

if TYPE_CHECKING:  # the type alone: loading it is what Slack must not wait for
    from bot.server.works import Works

RETRY_SECONDS, RELIEF_SECONDS = 0.5, 60
OPERATIONS_THREADS = 4
OPERATIONS_SETTINGS = ("NRRBOT_OPERATIONS_HOST", "NRRBOT_OPERATIONS_PORT")

log = logging.getLogger("nrrbot.server")


Listening = SocketMode | HttpServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A bot with a way of hearing from Slack, and a port that tells how it is.

    Attributes
    ----------
    works : callable
        Loads and builds what is behind both, once; whoever needs it earlier waits.
    stopping : Event
        Set once the bot takes nothing new.
    """

    app: App
    listening: Listening
    operations: HttpServer
    store: Store
    works: "Late[Works]"
    stopping: Event

    @property
    def port(self) -> int | None:
        """The port it listens on; None over Socket Mode."""
        return self.listening.port if isinstance(self.listening, HttpServer) else None

    @property
    def is_connected(self) -> bool:
        """Whether Slack gets through."""
        return connections(self.listening) != 0

    def listen(self) -> None:
        """Begin to hear from Slack.

        Raises
        ------
        SettingsError
            If a port is taken, or Slack does not accept the app token; nothing is left running.
        """
        with ExitStack() as started:
            for service in (self.operations, self.listening):
                service.start()
                started.callback(service.stop)
            started.pop_all()

    def work(self) -> None:
        """Load what answers, and begin with all that runs unasked."""
        with uncollected():
            works = self.works()
        works.start()

    def stop(self) -> None:
        """Take nothing new, finish what has been taken on, and let go of everything."""
        self.stopping.set()
        # Both at once: a message in hand may take 25 seconds, in which nothing new is taken.
        with ThreadPoolExecutor(1) as meanwhile:
            listening = meanwhile.submit(self.listening.stop)
            if works := self.works.peek():
                works.stop_ticking()
            listening.result()
        # Only now is everything acknowledged that will be: what waits here still gets its answer.
        self.app.listener_runner.listener_executor.shutdown()
        if works := self.works.peek():  # asked again: the last request may have had it built
            works.probe.stop()
        self.operations.stop()
        self.store.engine.dispose()


def connections(listening: Listening) -> int | None:
    """Count the connections of Socket Mode that are open; None over HTTP, which has none."""
    return listening.connections if isinstance(listening, SocketMode) else None


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
    stopping = Event()

    def build() -> "Works":
        from bot.server.works import build_works  # noqa: PLC0415 - half of all there is to load

        return build_works(
            settings,
            store=store,
            client=client,
            workspace=workspace,
            connections=lambda: connections(listening),
            stopping=stopping,
        )

    works = Late(build)
    app = new_app(client, workspace)
    attach(app, lambda: works().handlers, is_loaded=lambda: works.peek() is not None)
    listening = listen(app, works)
    if settings.warehouse_url is not None:
        works()  # whether that address can be used at all is known before anybody hears of "ready"
    return Server(
        app=app,
        listening=listening,
        operations=build_operations_port(settings, works),
        store=store,
        works=works,
        stopping=stopping,
    )


def build_operations_port(settings: Settings, works: "Late[Works]") -> HttpServer:
    """Build the port of ``/healthz``, ``/readyz`` and ``/metrics``."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return works().operations(environ, start_response)

    return HttpServer(
        answer,
        host=settings.nrrbot_operations_host,
        port=settings.nrrbot_operations_port,
        settings=OPERATIONS_SETTINGS,
        threads=OPERATIONS_THREADS,
    )


def choose_listening(settings: Settings) -> "Callable[[App, Late[Works]], Listening]":
    """Choose Socket Mode where there is an app token, else signed HTTP.

    Raises
    ------
    SettingsError
        If there is no signing secret either.
    """
    if token := reveal(settings.slack_app_token):
        return lambda app, _: SocketMode(app, app_token=token, api_url=settings.slack_api_url)
    if secret := reveal(settings.slack_signing_secret):
        return lambda app, works: HttpServer(
            build_endpoint(app, secret, works), host=settings.nrrbot_host, port=settings.port
        )
    raise SettingsError(
        "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set:"
        " copy one of them from your Slack app"
    )


def build_endpoint(app: App, secret: str, works: "Late[Works]") -> SlackEndpoint:
    """Build what Slack's signed requests reach."""

    def is_alive() -> bool:
        return works().health.is_alive()

    def is_ready() -> bool:
        return works().health.is_ready()

    return SlackEndpoint(
        app=app,
        signing_secret=secret,
        now=lambda: utc_now().timestamp(),
        is_alive=is_alive,
        is_ready=is_ready,
    )


def serve_from_environment(*, scheduler: bool = True) -> None:
    """Serve with the settings of the environment, in which ``scheduler`` can only be off."""
    settings = Settings.load()
    # A replica whose NRRBOT_SCHEDULER is off stays without, whatever it is called with.
    sends = scheduler and settings.nrrbot_scheduler
    serve(settings.model_copy(update={"nrrbot_scheduler": sends}))


def serve(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT, then finish what has been taken on and return."""
    logs.configure(sys.stderr)
    reuse_memory()
    server = build_server(settings)
    stop_requested = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stop_requested.set()

    # Before the start, or a signal that comes early would end the process in the middle of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.listen()
    try:
        _work(server, stop_requested)
    finally:
        log.info("stopping")
        server.stop()
        log.info("stopped")


def _work(server: Server, stop_requested: Event) -> None:
    if is_ready := server.is_connected:
        log.info("ready")
    else:  # slack_sdk goes on trying by itself: the bot is up, and says that it is not ready
        log.warning("not connected to slack yet")
    server.work()
    server.works().tell_admin_code()
    while not (server.is_connected or stop_requested.wait(RETRY_SECONDS)):
        pass
    if server.is_connected and not is_ready:
        log.info("ready")
    relief = Relief()
    while not stop_requested.wait(RELIEF_SECONDS):
        relief.give_back()
