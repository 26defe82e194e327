"""What the fake Slack refuses, and what a test does that no person could do."""

from typing import Any


class SlackError(Exception):
    """Slack answers ``{"ok": false, "error": code}``, with ``detail`` beside it."""

    def __init__(self, code: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or {}


class ImpossibleActionError(AssertionError):
    """The test made a person do what Slack's own client would not let them do."""
