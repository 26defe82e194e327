"""`nrrbot serve` as a process of its own, which hears from a Slack on this machine alone."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from benchmarks.processes import ProcessFailedError, memory, started
from bot.clock import utc_now
from storage.access.grants import Grant, Role, put_grant
from storage.store.engine import Store
from tests.slack.server import FakeSlack

READY = '"ready"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A bot that is ready; seconds from the start of its process until it said so."""

    pid: int
    seconds: float

    @property
    def mebibytes(self) -> float:
        """Resident memory now."""
        return memory(self.pid)


@contextmanager
def served(slack: FakeSlack, url: str) -> Iterator[Served]:
    """Run the bot over signed HTTP until the block ends.

    Raises
    ------
    ProcessFailedError
        If it does not get ready.
    """
    port = _free_port()
    _let_everybody(slack, url)
    environment = {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "NRRBOT_ADMIN": "U00000099",
        "PORT": str(port),
    }
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    began = perf_counter()
    with started(("-m", "bot", "serve"), environment) as process:
        try:
            _wait_until_ready(process)
            yield Served(pid=process.pid, seconds=perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


def _let_everybody(slack: FakeSlack, url: str) -> None:
    store = Store(url)
    grant = Grant(grantee_id=slack.workspace.add_group(), role=Role.ANALYST, account_detail=True)
    with store.write(ledger=False) as session:
        put_grant(session, grant, by="U00000099", now=utc_now())
    store.engine.dispose()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    said = ""
    for line in process.stderr or ():
        said += line
        if READY in line:
            return
    raise ProcessFailedError(said)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
