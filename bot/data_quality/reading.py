"""Reading of the review in a session of its own, by the settings."""

from dataclasses import dataclass
from datetime import date

from bot.clock import Clock
from bot.config import Settings
from storage.ledger.elsewhere import require_no_copy
from storage.quality.review import DataReview, read_review
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReader:
    """Reads the quality of the ledger in one store."""

    store: Store
    settings: Settings
    now: Clock

    def read(self, today: date) -> DataReview:
        """Read the review of a day.

        Raises
        ------
        StorageError
            If the ledger is empty, or in a warehouse, where it is looked after.
        """
        with self.store.read() as session:
            require_no_copy(session)
            return read_review(
                session,
                tiers=self.settings.tiers,
                dimension=self.settings.nrrbot_main_dimension,
                today=today,
                now=self.now(),
            )
