"""Health checks: whether the process is alive, and whether it is ready to answer and to send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from threading import Event

from bot.delivery.metering import Meter
from storage.delivery.circuit import NO_ANSWER, read_circuit
from storage.delivery.figures import oldest_due
from storage.errors import StorageError, StoreNotReadyError, StoreTooNewError
from storage.ledger.health import require_writable
from storage.store.engine import Store
from storage.store.schema import require_head

IDLE_SECONDS = 90
SILENT_SECONDS = 600
OVERDUE = timedelta(minutes=10)


@unique
class Unreadiness(StrEnum):
    """A reason not to be ready; the value is how ``/readyz`` says it."""

    STOPPING = "stopping"
    STORE = "store: it cannot be read and written"
    SCHEMA = "schema: it is not this version's"
    SLACK = "slack: it has not known the bot for ten minutes"
    CONNECTION = "connection: no Socket Mode connection is open"
    CIRCUIT = "circuit: Slack refuses the bot itself, and nothing is sent"
    OUTBOX = "outbox: a message has been due for more than ten minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecks:
    """The checks behind ``/healthz`` and ``/readyz``.

    Attributes
    ----------
    silence : callable
        Seconds since Slack last knew the bot.
    team_id : str
        The workspace, whose messages alone this bot sends.
    is_ticking : bool
        Whether a scheduler runs in this process, which then has to tick.
    connections : callable
        How many Socket Mode connections are open; None over signed HTTP.
    stopping : Event
        Set once the bot takes nothing new.
    """

    store: Store
    meter: Meter
    silence: Callable[[], float]
    now: Callable[[], datetime]
    team_id: str
    is_ticking: bool = False
    connections: Callable[[], int | None] = lambda: None
    stopping: Event = field(default_factory=Event)

    def is_alive(self) -> bool:
        """Tell whether the process does its work; one that does not is best started anew."""
        # The most frequent job ticks every two seconds: a minute and a half is a hang.
        return not self.is_ticking or self.meter.idle_seconds < IDLE_SECONDS

    def is_ready(self) -> bool:
        """Tell whether nothing keeps the bot from working."""
        return not self.check_readiness()

    def check_readiness(self) -> list[Unreadiness]:
        """Check everything that the bot needs, and return the reasons not to be ready."""
        found = {
            Unreadiness.STOPPING: self.stopping.is_set(),
            Unreadiness.SLACK: self.silence() >= SILENT_SECONDS,
            Unreadiness.CONNECTION: self.connections() == 0,
        }
        return [reason for reason, is_so in found.items() if is_so] + self._check_store()

    def _check_store(self) -> list[Unreadiness]:
        try:
            # The schema first: a write into another version's tables fails for that reason alone.
            require_head(self.store)
            require_writable(self.store)
            return self._check_delivery()
        except (StoreNotReadyError, StoreTooNewError):
            return [Unreadiness.SCHEMA]
        except StorageError:
            return [Unreadiness.STORE]

    def _check_delivery(self) -> list[Unreadiness]:
        now = self.now()
        with self.store.read() as session:
            circuit = read_circuit(session)
            due = oldest_due(session, now=now, team_id=self.team_id)
        # while Slack takes no posts people who ask are answered all the same
        is_open = circuit is not None and circuit.reason != NO_ANSWER
        is_overdue = due is not None and now - due > OVERDUE
        return [Unreadiness.CIRCUIT] * is_open + [Unreadiness.OUTBOX] * is_overdue
