"""Tables of access: grants, approvals of channels, and the admin code."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import UtcDateTime


class AccessGrantRow(SQLModel, table=True):
    """A role of one user, or of everybody in a user group, on one scope."""

    __tablename__ = "access_grant"
    __table_args__ = (
        UniqueConstraint("grantee_id", "scope"),
        CheckConstraint("role IN ('viewer', 'analyst', 'admin')", name="role_is_known"),
        CheckConstraint("account_detail IN (0, 1)", name="account_detail_is_yes_or_no"),
    )

    id: int | None = Field(default=None, primary_key=True)
    grantee_id: str = Field(sa_column=Column(Text, nullable=False))
    """The id of a user, or of a user group."""
    role: str = Field(sa_column=Column(Text, nullable=False))
    scope: str = Field(sa_column=Column(Text, nullable=False))
    """JSON pairs of dimension and value; ``[]`` is the company."""
    account_detail: int = Field(sa_column=Column(Integer, nullable=False))
    """1 where single accounts may be seen, too."""
    granted_by: str = Field(sa_column=Column(Text, nullable=False))
    granted_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ChannelApprovalRow(SQLModel, table=True):
    """A public channel in which an administrator lets figures of a scope be posted."""

    __tablename__ = "channel_approval"

    channel_id: str = Field(sa_column=Column(Text, primary_key=True))
    scope: str = Field(sa_column=Column(Text, primary_key=True))
    approved_by: str = Field(sa_column=Column(Text, nullable=False))
    approved_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AdminCodeRow(SQLModel, table=True):
    """One row: the hash of the code that makes its bearer the first administrator, once."""

    __tablename__ = "admin_code"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    code_hash: str = Field(sa_column=Column(Text, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SmallGroupsRow(SQLModel, table=True):
    """One row: whether an administrator lets groups of fewer than five accounts be shown."""

    __tablename__ = "small_groups"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("are_shown IN (0, 1)", name="are_shown_is_yes_or_no"),
    )

    id: int = Field(default=1, primary_key=True)
    are_shown: int = Field(sa_column=Column(Integer, nullable=False))
    set_by: str = Field(sa_column=Column(Text, nullable=False))
    set_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
