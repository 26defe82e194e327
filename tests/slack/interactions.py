"""One thing a person did, and everything that came back for it."""

import time
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any

from tests.slack.messages import Message
from tests.slack.modals import Modal
from tests.slack.response_urls import ResponseUrl
from tests.slack.waiting import WAIT_SECONDS, wait_for


@unique
class InteractionKind(StrEnum):
    """The Socket Mode envelope's type."""

    SLASH = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@unique
class Failure(StrEnum):
    """What the person is told when the bot did not acknowledge."""

    OPERATION_TIMEOUT = "operation_timeout"
    DISPATCH_FAILED = "dispatch_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The bot's acknowledgement; over Socket Mode ``status`` is 200 and ``body`` the payload."""

    latency_seconds: float
    status: int
    body: str
    is_late: bool


@dataclass(slots=True, kw_only=True)
class Interaction:
    """A command, a click, a submission or an event on its way, filled in as the bot reacts.

    ``answers`` are the messages that its acknowledgement and its response URL brought about;
    ``refusals`` are the error codes of acknowledgements that Slack could not show.
    ``field_errors`` are what the bot said of a submitted modal's fields, by block id.
    """

    kind: InteractionKind
    payload: dict[str, Any]
    user: str = ""
    response_url: ResponseUrl | None = None
    envelope_id: str = ""
    sent_at: float = field(default_factory=time.perf_counter)
    ack: Ack | None = None
    failure: Failure | None = None
    answers: list[Message] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    modal: Modal | None = None
    field_errors: dict[str, str] = field(default_factory=dict)

    def wait_for_ack(self, *, timeout: float = WAIT_SECONDS) -> Ack:
        """Return the acknowledgement, late or not.

        Raises
        ------
        TimeoutError
            If none came; `failure` says what the person was told.
        """
        wait_for(
            lambda: self.ack is not None, timeout=timeout, what=f"an acknowledgement ({self.kind})"
        )
        assert self.ack is not None
        return self.ack

    def wait_for_answer(self, number: int = 1, *, timeout: float = WAIT_SECONDS) -> Message:
        """Return the n-th message said in the acknowledgement or through the response URL."""
        wait_for(
            lambda: len(self.answers) >= number,
            timeout=timeout,
            what=lambda: f"answer {number}; so far {self._so_far()}",
        )
        return self.answers[number - 1]

    def wait_for_field_errors(self) -> dict[str, str]:
        """Return what the person is told about the fields of the modal they submitted."""
        return wait_for(lambda: self.field_errors, what=lambda: f"errors; {self._so_far()}")

    def wait_for_failure(self) -> Failure:
        """Return what the person was told when the bot did not acknowledge in time."""
        wait_for(lambda: self.failure is not None, what="a failure")
        assert self.failure is not None
        return self.failure

    def _so_far(self) -> str:
        uses = self.response_url.uses if self.response_url else []
        said = [f"{use.status} {use.reply} {', '.join(use.errors)}".strip() for use in uses]
        return f"{self.ack=}, {self.failure=}, {self.refusals=}, response URL: {said}"
