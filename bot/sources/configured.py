"""Sources that the settings name, each built by one line."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.errors import UsageError
from storage.store.engine import Store

if TYPE_CHECKING:  # the types alone: a bot without a source needs no importing
    from bot.sources.source import Source
    from bot.sources.syncing import Keeping


def _sql(settings: Settings, _: Store) -> "Source":
    from bot.sources.sql_source import SqlSource  # noqa: PLC0415 - only where it is configured

    return SqlSource(settings=settings)


def _stripe(settings: Settings, store: Store) -> "Source":
    from bot.sources.stripe.source import stripe_source  # noqa: PLC0415 - the same

    return stripe_source(settings, store)


SOURCES: Mapping[str, tuple[str, "Callable[[Settings, Store], Source]"]] = {
    "sql": ("nrrbot_sql_url", _sql),
    "stripe": ("stripe_api_key", _stripe),
}
"""By the name of each source: the setting that it cannot do without, and what builds it."""


def build_sources(settings: Settings, store: Store) -> "tuple[Source, ...]":
    """Build the sources that are configured; nothing is connected yet."""
    return tuple(
        build(settings, store) for name, (_, build) in SOURCES.items() if name in names_of(settings)
    )


def names_of(settings: Settings) -> frozenset[str]:
    """List the sources that are configured."""
    return frozenset(name for name, (needed, _) in SOURCES.items() if getattr(settings, needed))


def keeping_of(kept: Settings, typed: Settings, name: str) -> "Keeping":
    """Tell which state a sync leaves by settings that may differ from those that are kept."""
    from bot.sources.sql_source import NAME  # noqa: PLC0415 - as above
    from bot.sources.syncing import Keeping  # noqa: PLC0415

    if name != NAME or typed == kept:
        return Keeping.ALL
    has_query = kept.nrrbot_sql_query or kept.nrrbot_sql_query_file
    return Keeping.NOTHING if kept.nrrbot_sql_url and has_query else Keeping.PLACE


def build_source(settings: Settings, store: Store, name: str) -> "Source":
    """Build one source.

    Raises
    ------
    UsageError
        If its setting is missing.
    """
    needed, build = SOURCES[name]
    if not getattr(settings, needed):
        raise UsageError(
            f"the source {name} is not configured: set {needed.upper()}, see docs/sources.md"
        )
    return build(settings, store)
