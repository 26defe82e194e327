"""Faults of an audit pack, each in one sentence."""

from bot.errors import UsageError


class BrokenPackError(UsageError):
    """A file is no audit pack, or not as it was written."""
