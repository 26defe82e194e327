"""A picture and its words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and what it shows to those who listen."""

    png: bytes
    alt_text: str
