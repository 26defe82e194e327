"""The clock of leases and due times, by which all who use a store agree on what is due."""

from datetime import datetime

from bot.clock import Clock
from storage.store.clock import database_now
from storage.store.engine import Store


def store_clock(store: Store, now: Clock) -> Clock:
    """Make the clock of a store: the database's, or ``now`` where it has none.

    It is asked before a transaction, not within one: it takes a connection of its own.
    """

    def moment() -> datetime:
        with store.read() as session:
            return database_now(session) or now()

    return moment if store.sqlite_path is None else now
