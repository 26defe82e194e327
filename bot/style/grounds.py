"""The grounds of a reply: the data and the definition that its figures rest on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from bot.style.names import capitalised, day_words
from metrics.period_grammar import ONE_DAY

DEFINITION = "v2"
"""The version of docs/definitions.md that every figure follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReach:
    """How far the ledger reaches.

    ``closed_through`` is the first day after the last closed month, ``data_through`` the first
    day without data.
    """

    closed_through: date | None
    data_through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The state of the ledger that a reply was worked out of.

    ``as_of`` is the past moment whose knowledge was asked for, None for all there is.
    ``away_since`` is when the warehouse was last seen, None if it is there or there is none.
    ``rates`` says at which exchange rates amounts were converted, None where none was.
    ``placed_on`` is the day in whose groups accounts are, None where that of when a period opened.
    ``zone`` is the workspace's, in which days are written.
    """

    currency: str
    data_version: int
    data_as_of: datetime
    reach: DataReach
    as_of: datetime | None = None
    away_since: datetime | None = None
    rates: str | None = None
    placed_on: date | None = None
    zone: tzinfo = UTC


RATES_OF_EACH = "the exchange rates of each window's first day"
"""What a reply of several windows says: each has those of its own opening."""


def rates_of(day: date) -> str:
    """Say that amounts are converted at the exchange rates of a day."""
    return f"the exchange rates of {day_words(day)}"


def footer(grounds: Grounds) -> str:
    """Write the one quiet line that ends a message: closed months and definition.

    What is unusual about the grounds is not in it: `warnings` has that.
    """
    return f"{capitalised(_closed(grounds.reach.closed_through))} · definitions {DEFINITION}"


def warnings(grounds: Grounds) -> tuple[str, ...]:
    """Tell what readers must know: groups or knowledge of another day, a warehouse that is away."""
    found = []
    if grounds.placed_on is not None:
        day = day_words(grounds.placed_on - ONE_DAY)
        found.append(f"Accounts are in the groups of {day}, not in those of when a period opened.")
    if grounds.as_of is not None:
        found.append(f"As known at {_minute(grounds.as_of)}.")
    if grounds.away_since is not None:
        found.append(f"The warehouse has not answered since {_minute(grounds.away_since)}.")
    return tuple(found)


def provenance(grounds: Grounds) -> str:
    """Write all of the grounds, for the full answer: definition, knowledge, closed months."""
    reach = grounds.reach
    through = [f"data through {day_words(reach.data_through - ONE_DAY)}"]
    parts = [
        f"definition {DEFINITION}",
        f"data as of {_minute(grounds.data_as_of)}",
        # Data that ends with the last closed month is said to end by that.
        *(through if reach.closed_through != reach.data_through else ()),
        _closed(reach.closed_through),
        f"data v{grounds.data_version}",
    ]
    if grounds.rates is not None:
        parts.append(f"in {grounds.currency} at {grounds.rates}")
    if grounds.as_of is not None:
        parts.append(f"as known at {_minute(grounds.as_of)}")
    if grounds.away_since is not None:
        parts.append(f"the warehouse has not answered since {_minute(grounds.away_since)}")
    return " · ".join(parts)


def _closed(closed_through: date | None) -> str:
    if closed_through is None:
        return "no month is closed: import with --closed-through"
    return f"closed through {closed_through - ONE_DAY:%b %Y}"


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
