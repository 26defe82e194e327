"""A calendar of renewals, as a value that everything else shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from bot.questions.grounded import GroundedReply
from metrics.renewals import RenewalRate, RenewalSum, UpForRenewal, added, by_month, by_value


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRenewal:
    """One account's renewal by name, for those who may see single accounts."""

    account_id: str
    name: str | None
    owner: str | None
    day: date
    minor: int
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalSums:
    """Sums of what comes up, by month and by the values of a dimension.

    Attributes
    ----------
    dimension : str, optional
        None where there are no ``values``.
    hidden : int
        Months that are left out: they are of too few accounts, or beside such.
    """

    months: Mapping[date, RenewalSum]
    dimension: str | None
    values: Mapping[str, RenewalSum]
    hidden: int = 0

    @classmethod
    def of(cls, rows: Sequence[UpForRenewal], dimension: str | None) -> Self:
        """Add up all that comes up."""
        values = {} if dimension is None else by_value(rows, dimension)
        return cls(months=by_month(rows), dimension=dimension, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalsSoFar:
    """Renewals whose day has come: offers that nobody has signed, and the rate of twelve months.

    ``is_rate_hidden`` is of one that is known, and must not be shown.
    """

    unsigned: RenewalSum | None
    rate: RenewalRate | None
    is_rate_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalCalendar(GroundedReply):
    """The reply to a question for renewals; amounts are MRR in minor units.

    Attributes
    ----------
    first, end : date
        The days ahead, ``[first, end)``.
    day : date
        That whose balances count; ``base`` is what the scope paid then.
    rows : tuple of UpForRenewal
        All that comes up.
    largest : tuple of NamedRenewal, optional
        None for whoever may not see single accounts.
    """

    first: date
    end: date
    day: date
    base: int
    rows: tuple[UpForRenewal, ...]
    sums: RenewalSums
    so_far: RenewalsSoFar
    largest: tuple[NamedRenewal, ...] | None

    @property
    def total(self) -> RenewalSum:
        """The sum of all that comes up."""
        return added(self.rows)
