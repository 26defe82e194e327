"""Sources that the settings name, each built by one line."""

from bot.config import Settings
from bot.sources.source import Source

NAMES = ("stripe", "sql")


def build_sources(settings: Settings) -> tuple[Source, ...]:
    """Build the sources that are configured; nothing is connected yet."""
    del settings
    return ()
