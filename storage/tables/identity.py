"""Ids by which sources know accounts: facts, append only."""

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits
from storage.tables.ledger import RUN_KEY


class IdentityRow(SQLModel, table=True):
    """A statement that a source knows an account by an id of its own.

    The rows of that source with this id land on the account, as long as the statement's import is
    not reversed.
    """

    __tablename__ = "account_identity"
    __table_args__ = (Index(None, "source", "external_id"),)

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    source: str = Field(sa_column=Column(Text, nullable=False))
    external_id: str = Field(sa_column=Column(Text, nullable=False))
    account: int = Field(
        sa_column=Column(Integer, ForeignKey("account.number"), nullable=False, index=True)
    )
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    import_id: int = Field(foreign_key=RUN_KEY)
