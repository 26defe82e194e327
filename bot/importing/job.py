"""The job ``due``: rows that waited for their day land on it."""

import logging
from collections.abc import Callable
from datetime import date

from bot.config import Settings
from storage.importing.waiting import overdue_rows
from storage.store.column_types import day_number
from storage.store.engine import Store

log = logging.getLogger("nrrbot.due")


def land_due(store: Store, settings: Settings, today: Callable[[], date]) -> None:
    """Land the rows whose day has come, if there are any.

    The log says how much goes on waiting, and never whose.
    """
    day = today()
    with store.read() as session:  # without the lock that an import needs
        if not overdue_rows(session, day_number(day) + 1):
            return
    from bot.importing.history import Imports  # noqa: PLC0415 - on most days nothing is due

    if left := Imports(store, settings, day).land_due():
        log.warning("%d findings keep rows waiting: see `nrrbot import due`", len(left))
