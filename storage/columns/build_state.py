"""The state of the columns, which every read begins with."""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlmodel import Session

from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.columns import ColumnBuild


@dataclass(frozen=True, slots=True)
class BuildState:
    """A row of `ColumnBuild`."""

    built_through: int
    tiers: str
    generation: int
    changed_since: int


_BUILD = Prepared(
    select(*(getattr(ColumnBuild, field.name) for field in fields(BuildState))),
    batch=OpeningBatch.ANY_ANSWER,
)


def read_build(session: Session) -> BuildState | None:
    """Read the state of the columns; None before the first import."""
    return next((BuildState(*row) for row in _BUILD.rows(session)), None)
