"""Table of the audit, apart from the others of access: whoever imports enters it there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class AuditRow(SQLModel, table=True):
    """A decision; append only. Each row's hash covers the row before."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("prev_hash"),  # a chain: no two rows follow one
        UniqueConstraint("hash"),
        CheckConstraint("decision IN ('allow', 'deny')", name="decision_is_known"),
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    team: str = Field(sa_column=Column(Text, nullable=False))
    action: str = Field(sa_column=Column(Text, nullable=False))
    scope: str | None = Field(default=None, sa_column=Column(Text))
    surface: str = Field(sa_column=Column(Text, nullable=False))
    channel: str | None = Field(default=None, sa_column=Column(Text))
    decision: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    data_version: int | None = Field(default=None, sa_column=Column(Integer))
    request_id: str = Field(sa_column=Column(Text, nullable=False))
    prev_hash: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(sa_column=Column(Text, nullable=False))
