"""Lines that say first what they are about, and what every reply rests on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.style.reply import Reply
from metrics.periods import Period

NO_BASE = "n/a, no opening MRR"


SMALL_COHORT = 10
"""Under so many accounts, one of them makes the trend."""


ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says first what it is about, so that it can be shown in bold."""

    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label} {self.words}"


def period_name(period: Period) -> str:
    """Return a period's name, marked while it is not over."""
    if period.complete or period.label.endswith("to date"):
        return period.label
    return f"{period.label} (not over yet)"


def footer(reply: Reply) -> str:
    """Return what figures rest on: definition, knowledge, closed months."""
    parts = [
        f"definition {reply.definition}",
        f"data as of {_minute(reply.data_as_of)}",
        _closed(reply),
        f"data v{reply.data_version}",
    ]
    if reply.as_of is not None:
        parts.append(f"as known at {_minute(reply.as_of)}")
    if reply.away_since is not None:
        parts.append(f"the warehouse has not answered since {_minute(reply.away_since)}")
    return " · ".join(parts)


def _closed(reply: Reply) -> str:
    if reply.closed_through is None:
        return "no month closed yet"
    return f"closed through {(reply.closed_through - ONE_DAY).isoformat()[:7]}"


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
