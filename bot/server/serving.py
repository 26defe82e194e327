"""From settings to a bot that answers until it is told to stop."""

import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from threading import Event
from types import FrameType

from slack_bolt import App

from bot import logs
from bot.app import build_app, reveal
from bot.clock import utc_now
from bot.config import Settings
from bot.errors import SettingsError
from bot.server.front import Front
from bot.server.listening import HttpListening, Listening, SocketListening
from storage.engine import Store
from storage.errors import StorageError
from storage.schema import require_head

log = logging.getLogger("nrrbot.server")


class Server:
    """A bot with a way of hearing from Slack."""

    def __init__(self, app: App, listening: Listening, store: Store) -> None:
        self._app = app
        self._listening = listening
        self._store = store

    @property
    def port(self) -> int | None:
        """The port it listens on; None over Socket Mode."""
        return self._listening.port if isinstance(self._listening, HttpListening) else None

    def start(self) -> None:
        """Begin to answer."""
        self._listening.start()

    def stop(self) -> None:
        """Take nothing new, finish what has been taken on, and let go of everything."""
        self._listening.stop()
        self._app.listener_runner.listener_executor.shutdown()
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
    app = build_app(settings, store=store)
    return Server(app, listen(app, store), store)


def choose_listening(settings: Settings) -> Callable[[App, Store], Listening]:
    """Return Socket Mode where there is an app token, else signed HTTP.

    Raises
    ------
    SettingsError
        If there is no signing secret either.
    """
    if token := reveal(settings.slack_app_token):
        return lambda app, _: SocketListening(app, app_token=token, api_url=settings.slack_api_url)
    if secret := reveal(settings.slack_signing_secret):
        return lambda app, store: HttpListening(
            Front(app=app, signing_secret=secret, now=now, is_ready=partial(is_at_head, store)),
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


def is_at_head(store: Store) -> bool:
    """Tell whether the store answers, and has this version's tables."""
    try:
        require_head(store)
    except StorageError:
        return False
    return True


def serve(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT, then finish what has been taken on and return."""
    logs.configure(sys.stderr)
    server = build_server(settings)
    told_to_stop = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.start()
    log.info("ready")
    told_to_stop.wait()
    log.info("stopping")
    server.stop()
    log.info("stopped")
