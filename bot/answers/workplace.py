"""Settings, store and answers of one command: every `cli.py` begins with a `Workplace`."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Self

from bot.clock import today_in
from bot.config import Settings
from bot.errors import UsageError
from storage.store import schema
from storage.store.engine import Store

if TYPE_CHECKING:  # the type alone: most commands answer nothing
    from bot.answers.answers import Answers


class Workplace:
    """The settings of the environment, and what is built from them when it is first needed.

    Parameters
    ----------
    day : date, optional
        The day that is taken for today; the workspace's by default.
    """

    def __init__(self, day: date | None = None) -> None:
        self.day = day
        self.settings = Settings.load()  # at once: a setting that cannot be read comes first

    def today(self) -> date:
        """Return the day that counts as today."""
        return self.day or today_in(self.settings.zone)

    @cached_property
    def store(self) -> Store:
        """The store of the settings; nothing is connected yet."""
        return Store(self.settings.database_url.get_secret_value())

    @cached_property
    def answers(self) -> "Answers":
        """Answers from the ledger of the settings."""
        from bot.answers.answers import Answers  # noqa: PLC0415 - as much as all else to load

        # Once for a command: the months that it has read answer the next question, too.
        return Answers.of(self.store, self.settings, today=self.today)

    @classmethod
    def at_head(cls, day: date | None = None) -> Self:
        """Open a workplace whose store has this version's schema.

        Raises
        ------
        SettingsError, StorageError
            If a setting cannot be read, or the store is not at head.
        """
        place = cls(day)
        schema.require_head(place.store)  # before a query fails on a table that is not there
        return place

    @classmethod
    def with_own_ledger(cls, day: date | None = None) -> Self:
        """Open a workplace whose ledger is in the store, where it can be written.

        Raises
        ------
        UsageError
            If it is in a warehouse, which is never written to.
        """
        place = cls(day)
        if place.settings.warehouse_url is not None:
            raise UsageError(
                "the ledger is in the warehouse and looked after there: unset WAREHOUSE_URL to work"
                " on a ledger in DATABASE_URL"
            )
        return place
