"""What a line of the command line works with: settings, the store, and answers from it."""

from dataclasses import dataclass
from typing import Self

from bot.answers.answers import Answers
from bot.config import Settings
from storage.store import schema
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Settings, a store that is at head, and answers from it."""

    settings: Settings
    store: Store
    answers: Answers

    @classmethod
    def ready(cls) -> Self:
        """Return what the settings name.

        Raises
        ------
        SettingsError, StorageError
            If a setting cannot be read, or the store is not at head.
        """
        settings = Settings.load()
        store = Store(settings.database_url.get_secret_value())
        schema.require_head(store)
        return cls(settings=settings, store=store, answers=Answers.of(store, settings))
