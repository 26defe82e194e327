"""Payloads: a message as it is frozen in the outbox, and the line that it gets if it is late."""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.message import Block, Message
from storage.delivery.parcels import Picture

LATE_AFTER = timedelta(minutes=30)
MAY_REPEAT = "May repeat: Slack did not say whether this was delivered before."

log = logging.getLogger("nrrbot.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A message as it was made, its due time in words, and the question that it answers.

    What is asked in its thread goes on from that.
    """

    message: Message
    due: str = ""  # empty for a message of no certain time, which is never late
    question: str = ""  # as `bot.questions.question.canonical_text` writes it


def due_words(due_at: datetime, zone_name: str) -> str:
    """Say a due time as people in its zone say it.

    Examples
    --------
    >>> from datetime import UTC
    >>> due_words(datetime(2026, 11, 23, 8, tzinfo=UTC), "Europe/Berlin")
    'Monday 09:00 (Europe/Berlin)'
    """
    local = due_at.astimezone(ZoneInfo(zone_name))
    return f"{local:%A %H:%M} ({zone_name})"


def pack(payload: Payload) -> str:
    """Write a payload as the outbox stores it."""
    message = payload.message
    stored = {"text": message.text, "blocks": message.blocks, "plainer": message.plainer}
    beside = {"due": payload.due, "question": payload.question}
    return json.dumps(stored | beside, ensure_ascii=False)


def unpack(text: str) -> Payload:
    """Read a payload that `pack` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it did not.
    """
    stored = json.loads(text)
    plainer = stored.get("plainer")
    message = Message(
        text=stored["text"],
        blocks=tuple(stored["blocks"]),
        plainer=None if plainer is None else tuple(plainer),
    )
    beside = {name: stored.get(name) or "" for name in ("due", "question")}
    return Payload(message=message, **beside)


def message_at(payload: Payload, *, due_at: datetime, at: datetime) -> Message:
    """Return the message of a payload for a moment: a late one begins with a line that says so."""
    if not payload.due or at - due_at <= LATE_AFTER:
        return payload.message
    return with_line(payload.message, f"Delayed: was due {payload.due}")


def with_line(message: Message, line: str) -> Message:
    """Put a line before a message, for eyes and for screen readers."""
    first: Block = {"type": "context", "elements": [{"type": "plain_text", "text": line}]}
    return replace(
        message,
        text=f"{line}\n{message.text}",
        blocks=(first, *message.blocks) if message.blocks else (),
        plainer=(first, *message.plainer) if message.plainer else message.plainer,
    )


def draw_safely(draw: Callable[[], Iterable[Picture]]) -> tuple[Picture, ...]:
    """Draw the pictures of a message; none where one fails, so that the text goes out anyway."""
    try:
        return tuple(draw())
    except Exception:  # whatever a name or a font does to matplotlib
        log.exception("the pictures of a message could not be drawn")
        return ()
