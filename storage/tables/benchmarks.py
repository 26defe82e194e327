"""Tables of benchmarks: the declared profile, the peers of segments, and goals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class WorkspaceProfileRow(SQLModel, table=True):
    """One row: the kind of company that an administrator declares."""

    __tablename__ = "workspace_profile"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    company: str = Field(sa_column=Column(Text, nullable=False))
    # None where ARR decides.
    stage: str | None = Field(default=None, sa_column=Column(Text))
    set_by: str = Field(sa_column=Column(Text, nullable=False))
    set_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SegmentPeersRow(SQLModel, table=True):
    """The customers of a guide that one value is compared with, whatever it is called."""

    __tablename__ = "segment_peers"

    dimension: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, primary_key=True))
    # None for no peers.
    peers: str | None = Field(default=None, sa_column=Column(Text))
    set_by: str = Field(sa_column=Column(Text, nullable=False))
    set_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class GoalRow(SQLModel, table=True):
    """An NRR over twelve months that a scope is to reach."""

    __tablename__ = "goal"
    __table_args__ = (CheckConstraint("nrr_millionths > 0", name="nrr_is_above_zero"),)

    scope: str = Field(sa_column=Column(Text, primary_key=True))
    """JSON pairs of dimension and value; ``[]`` is the company."""
    nrr_millionths: int = Field(sa_column=Column(Integer, nullable=False))
    set_by: str = Field(sa_column=Column(Text, nullable=False))
    set_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
