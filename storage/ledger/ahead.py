"""Windows that are measured before anybody asks: those that end with the last complete month."""

from contextlib import suppress
from datetime import date

from dateutil.relativedelta import relativedelta

from metrics.errors import MetricsError
from metrics.segments import Tiers
from storage.balances.windows import keep
from storage.errors import StorageError
from storage.ledger.ledger import Ledger
from storage.store.engine import Store

LENGTHS = (1, 3, 12)
"""In months: the windows that digests, trends and alerts use."""


def fill_ahead(store: Store, *, tiers: Tiers, today: date) -> None:
    """Measure and keep the windows that are asked for most, as far as they are not kept.

    It comes after an import and not in it: the import's lock is not held any longer for this, and
    what is not filled here is filled, or found to be wrong, by whoever asks first. So is gross
    activity, which takes longer to add up and is told of one period only.
    """
    end = today.replace(day=1)
    with suppress(MetricsError, StorageError):
        with store.read() as session:
            ledger = Ledger(session, tiers=tiers)
            for months in LENGTHS:
                ledger.measure(end - relativedelta(months=months), end)
        keep(store, ledger.measured, generation=ledger.generation)
