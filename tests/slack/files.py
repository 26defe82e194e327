"""An uploaded file on its way from bytes to something that a message may show."""

import mimetypes
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@unique
class FileState(StrEnum):
    """How far an upload has come."""

    URL_ISSUED = "url issued"
    BYTES_RECEIVED = "bytes received"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProcessing:
    """How long Slack works on a completed file: both the looks and the seconds must pass.

    ``looks`` counts calls of ``files.info`` that still see no file type.
    """

    looks: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the bot, which a message shows: none is shared into a channel by itself."""

    id: str
    name: str
    length: int
    ticket: str
    user: str
    title: str = ""
    alt_txt: str = ""
    content: bytes = b""
    state: FileState = FileState.URL_ISSUED
    completed_at: float = 0.0
    looks: int = 0
    processing: FileProcessing = FileProcessing()

    @property
    def mimetype(self) -> str:
        """What the bytes are, whatever the name says."""
        if self.content.startswith(PNG_SIGNATURE):
            return "image/png"
        guessed = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return "text/plain" if guessed.startswith("image/") else guessed

    def is_processed(self, now: float) -> bool:
        """Tell whether Slack has found out what the file is."""
        return (
            self.state is FileState.COMPLETED
            and self.looks >= self.processing.looks
            and now - self.completed_at >= self.processing.seconds
        )

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the file as ``files.info`` does: without a type until it is processed."""
        known = self.is_processed(now)
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "user": self.user,
            "size": len(self.content),
            "mimetype": self.mimetype if known else "",
            "filetype": self.mimetype.rpartition("/")[2] if known else "",
            "alt_txt": self.alt_txt,
            "is_public": False,
            "channels": [],
            "shares": {},
        }
