"""What every reply has, whatever it is a reply to: its unit, and what its figures rest on."""

from datetime import date, datetime
from typing import Protocol


class AsksInUnit(Protocol):
    """A question that says in which unit its amounts are."""

    @property
    def in_arr(self) -> bool:
        """Whether amounts are wanted as ARR, twelve times MRR."""


class Reply(Protocol):
    """A currency, a unit, and the data that figures rest on."""

    @property
    def question(self) -> AsksInUnit:
        """What was asked."""

    @property
    def currency(self) -> str:
        """The currency of all amounts."""

    @property
    def definition(self) -> str:
        """The version of the definitions that figures follow."""

    @property
    def data_version(self) -> int:
        """How many imports the ledger had seen."""

    @property
    def data_as_of(self) -> datetime:
        """When the newest of them landed."""

    @property
    def closed_through(self) -> date | None:
        """The first day that is not closed; None if nothing is."""

    @property
    def as_of(self) -> datetime | None:
        """The moment whose knowledge was asked for; None for now."""

    @property
    def away_since(self) -> datetime | None:
        """Since when the warehouse is away; None if it is not."""
