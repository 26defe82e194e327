"""Sources and their age: those that keep themselves up to date, and those that people import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from storage.importing.history import source_ages
from storage.sources.states import SourceNote, list_states


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source: when it was read or imported last, and why it cannot be read, if it cannot.

    ``at`` is None before the first success; ``covered_through`` is the first day after the last one
    that it is known to cover. ``is_kept`` is whether it keeps itself up to date; ``notes`` are what
    its syncs said of rows, the newest last.
    """

    name: str
    at: datetime | None
    covered_through: date | None
    is_kept: bool = False
    failure: str | None = None
    failed_since: datetime | None = None
    notes: Sequence[SourceNote] = ()


def read_feeds(session: Session, *, now: datetime) -> tuple[Feed, ...]:
    """List every source: those that fail first, then those that keep themselves up to date."""
    return tuple(
        sorted(_feeds(session, now), key=lambda one: (one.failure is None, not one.is_kept))
    )


def _feeds(session: Session, now: datetime) -> Iterator[Feed]:
    states = list_states(session)
    for state in states:
        yield Feed(
            name=state.name,
            at=state.succeeded_at,
            covered_through=state.covered_through,
            is_kept=True,
            failure=state.failure,
            failed_since=state.failed_since if state.failure is not None else None,
            notes=state.gains.shown(now),
        )
    kept = {state.name for state in states}
    for age in source_ages(session):
        if age.source not in kept:
            yield Feed(name=age.source, at=age.at, covered_through=age.closed_through)
