"""An aiohttp application on a free local port, run beside blocking tests."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from tests.slack.loop_thread import LoopThread

SHUTDOWN_SECONDS = 0.05

T = TypeVar("T")


class Listener:
    """Serves on 127.0.0.1; the port is chosen at the first start and kept over an outage."""

    def __init__(self) -> None:
        self.port = 0
        self._loop: LoopThread | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    def start(self, application: web.Application) -> None:
        """Begin to serve."""
        self._loop = LoopThread("fake-slack")
        self.run(self._start(application))

    async def _start(self, application: web.Application) -> None:
        self._runner = web.AppRunner(
            application,
            handle_signals=False,
            access_log=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await self._runner.setup()
        await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    def stop(self) -> None:
        """End every request and free the port."""
        assert self._runner is not None
        self.run(self._runner.cleanup())
        self._running().stop()
        self._loop = None

    def refuse(self) -> None:
        """Refuse connections until `accept`."""
        assert self._site is not None
        self.run(self._site.stop())

    def accept(self) -> None:
        """Serve again after `refuse`."""
        self.run(self._listen())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the server's loop and return what it returns."""
        return self._running().run(work)

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Start ``work`` in the server's loop and do not wait for it."""
        self._running().begin(work)

    def do(self, work: Callable[[], None]) -> None:
        """Call ``work`` in the server's loop."""

        async def call() -> None:
            work()

        self.run(call())

    def _running(self) -> LoopThread:
        if self._loop is None:
            raise RuntimeError("the fake Slack is not running")
        return self._loop
