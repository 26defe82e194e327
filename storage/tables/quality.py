"""Table of what the quality of the data was, week by week."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class QualityReading(SQLModel, table=True):
    """The measures of a week, once, by whichever process: the next week is held against them."""

    __tablename__ = "quality_reading"

    week: str = Field(sa_column=Column(Text, primary_key=True))  # ISO, such as ``2026-W46``
    # JSON: whole numbers by the name of what is counted
    measures: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
