"""Whether the bot lives, and whether it is ready: the same checks for every face of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from threading import Event

from bot.delivery.metering import Meter
from storage.delivery.circuit import read_circuit
from storage.delivery.figures import oldest_due
from storage.errors import StorageError, StoreNotReadyError, StoreTooNewError
from storage.ledger.health import require_writable
from storage.store.engine import Store
from storage.store.schema import require_head

IDLE_SECONDS = 90
SILENT_SECONDS = 600
OVERDUE = timedelta(minutes=10)


@unique
class Red(StrEnum):
    """What keeps the bot from being ready; the value is how ``/readyz`` says it."""

    STOPPING = "stopping"
    STORE = "store: it cannot be read and written"
    SCHEMA = "schema: it is not this version's"
    SLACK = "slack: it has not known the bot for ten minutes"
    CONNECTION = "connection: no Socket Mode connection is open"
    CIRCUIT = "circuit: Slack refuses the bot itself, and nothing is sent"
    OUTBOX = "outbox: a message has been due for more than ten minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """The checks.

    Attributes
    ----------
    silence : callable
        How many seconds ago Slack last knew the bot.
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
    is_ticking: bool = False
    connections: Callable[[], int | None] = lambda: None
    stopping: Event = field(default_factory=Event)

    def is_alive(self) -> bool:
        """Tell whether the process does its work; one that does not is best started anew."""
        return not self.is_ticking or self.meter.idle_seconds < IDLE_SECONDS

    def is_ready(self) -> bool:
        """Tell whether nothing keeps the bot from working."""
        return not self.find_red()

    def find_red(self) -> list[Red]:
        """Return everything that does."""
        reds = {
            Red.STOPPING: self.stopping.is_set(),
            Red.SLACK: self.silence() >= SILENT_SECONDS,
            Red.CONNECTION: self.connections() == 0,
        }
        return [red for red, is_red in reds.items() if is_red] + self._red_of_store()

    def _red_of_store(self) -> list[Red]:
        try:
            require_head(self.store)
            require_writable(self.store)
            return self._red_of_delivery()
        except (StoreNotReadyError, StoreTooNewError):
            return [Red.SCHEMA]
        except StorageError:
            return [Red.STORE]

    def _red_of_delivery(self) -> list[Red]:
        now = self.now()
        with self.store.read() as session:
            is_open = read_circuit(session) is not None
            due = oldest_due(session, now=now)
        is_overdue = due is not None and now - due > OVERDUE
        return [Red.CIRCUIT] * is_open + [Red.OUTBOX] * is_overdue
