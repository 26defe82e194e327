"""What the doctor found, as values."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Verdict(StrEnum):
    """How bad it is; only what is bad makes the command fail."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``says`` tells what to do where it is not good."""

    check: str
    verdict: Verdict
    says: str


def good(check: str, says: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, Verdict.GOOD, says)


def warning(check: str, says: str) -> Finding:
    """Return that something may be meant, or may not."""
    return Finding(check, Verdict.WARNING, says)


def bad(check: str, says: str) -> Finding:
    """Return that something is wrong, and what to do."""
    return Finding(check, Verdict.BAD, says)
