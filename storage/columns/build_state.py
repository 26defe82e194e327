"""The state of the columns, which every read begins with."""

from dataclasses import asdict, astuple, dataclass, fields

from sqlalchemy import select
from sqlmodel import Session

from storage.store.prepared import OpeningBatch, Prepared
from storage.store.statements import put_rows
from storage.tables.columns import ColumnBuild


@dataclass(frozen=True, slots=True)
class BuildState:
    """The row of `ColumnBuild`."""

    built_through: int
    tiers: str
    generation: int
    changed_since: int
    last_movement: int
    last_statement: int
    last_parent: int


_BUILD = Prepared(
    select(*(getattr(ColumnBuild, field.name) for field in fields(BuildState))),
    batch=OpeningBatch.ANY_ANSWER,
)


def read_build(session: Session) -> BuildState | None:
    """Read the state of the columns; None before the first import."""
    return next((BuildState(*row) for row in _BUILD.rows(session)), None)


def write_build(session: Session, state: BuildState) -> None:
    """Write the state of the columns."""
    put_rows(session, ColumnBuild, ("id", *asdict(state)), [(1, *astuple(state))])
