"""The table of people who opened the Home tab; rows without behaviour."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class HomeVisitRow(SQLModel, table=True):
    """One person's last look at the Home tab, and a hash of what stands there."""

    __tablename__ = "home_visit"

    user_id: str = Field(sa_column=Column(Text, primary_key=True))
    opened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    checked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    # never a figure; NULL where it is not known what they see
    fingerprint: str | None = Field(default=None, sa_column=Column(Text))
    view_hash: str | None = Field(default=None, sa_column=Column(Text))
