"""Tables of conversations: messages that were heard, and the last question of each thread."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class HeardMessageRow(SQLModel, table=True):
    """A message that the bot has heard, so that it answers once; never what it says."""

    __tablename__ = "heard_message"

    channel_id: str = Field(sa_column=Column(Text, primary_key=True))
    ts: str = Field(sa_column=Column(Text, primary_key=True))
    heard_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answer_ts: str | None = Field(default=None, sa_column=Column(Text))
    """The answer's own time stamp, where it stands in the channel for everybody."""
    user_id: str | None = Field(default=None, sa_column=Column(Text))
    """Its sender, until they are answered."""
    thread_ts: str | None = Field(default=None, sa_column=Column(Text))
    """The thread of the answer, until there is one."""
    answering_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class LastQuestionRow(SQLModel, table=True):
    """The last question of a thread, as the grammar writes it, for those who were answered."""

    __tablename__ = "last_question"

    channel_id: str = Field(sa_column=Column(Text, primary_key=True))
    thread_ts: str = Field(sa_column=Column(Text, primary_key=True))
    """Empty for a direct conversation as a whole."""
    seen_by: str = Field(sa_column=Column(Text, primary_key=True))
    """The only person who was answered; empty where everybody in the thread reads it."""
    question: str = Field(sa_column=Column(Text, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
