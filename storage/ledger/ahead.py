"""Filling of windows before a question: those that end with the last month that is in."""

from contextlib import suppress
from datetime import date

from dateutil.relativedelta import relativedelta

from metrics.errors import MetricsError
from metrics.segments import Tiers
from storage.balances.windows import keep
from storage.errors import StorageError
from storage.ledger.ledger import Ledger
from storage.store.engine import Store

LENGTHS = (1, 3, 12)  # months of the windows that digests, trends and alerts use


def fill_ahead(store: Store, *, tiers: Tiers, today: date) -> None:
    """Measure and keep the windows that are asked for most, as far as they are not kept."""
    # After an import, not in it: its lock is held no longer for this. Gross activity takes longer
    # to add up and answers show it of one period only, so it waits for the first question.
    with suppress(MetricsError, StorageError):  # whoever asks first meets the error, and is told
        with store.read() as session:
            ledger = Ledger(session, tiers=tiers)
            end = min(today, ledger.data_end(today).through).replace(day=1)
            for months in LENGTHS:
                ledger.measure(end - relativedelta(months=months), end)
        keep(store, ledger.measured, generation=ledger.generation)
