"""What delivery tells whoever counts; `bot.app.metering` does, tests may."""

from typing import Protocol


class Meter(Protocol):
    """Counts what became of messages; neither a figure nor a channel is among it."""

    def count_send(self, result: str) -> None:
        """Count one answer of Slack to a post."""

    def count_reconcile(self, result: str) -> None:
        """Count one look into history."""

    def count_fenced(self) -> None:
        """Count a claim whose outcome came too late to be written down."""

    def note_lateness(self, seconds: float) -> None:
        """Note how long after it was due a digest was sent."""
