"""The job of one source: it is synced, and a failure is told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.sources.source import Source
from bot.sources.syncing import Syncing
from bot.sources.telling import FailureTeller
from storage.errors import StorageError

log = logging.getLogger("nrrbot.sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncJob:
    """Syncs a source; what keeps it from that is told, and tried again the next time."""

    syncing: Syncing
    source: Source
    teller: FailureTeller
    today: Callable[[], date]

    def run(self) -> None:
        """Sync, then tell of every source that fails, whichever process found out."""
        try:
            outcome = self.syncing.sync(self.source, today=self.today())
            if outcome.notes:  # they may name accounts, too
                log.info("a sync has left rows out or doubts them: `nrrbot data` says which")
        except StorageError:  # its sentence may name accounts: the state has it
            log.warning("a source was not synced", extra={"result": self.source.name})
        finally:
            self.teller.tell()
