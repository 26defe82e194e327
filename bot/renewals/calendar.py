"""A calendar of renewals, as a value that everything else shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.questions.grounded import GroundedReply
from metrics.renewals import RenewalRate, RenewalSum, UpForRenewal


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
class RenewalCalendar(GroundedReply):
    """The reply to a question for renewals; amounts are MRR in minor units.

    Attributes
    ----------
    first, end : date
        The days ahead, ``[first, end)``.
    day : date
        That whose balances count; ``base`` is what the scope paid then.
    rows : tuple of UpForRenewal
        All that comes up; ``total``, ``months`` and ``values`` are their sums.
    dimension : str, optional
        What ``values`` are of; None where they are not shown.
    unsigned : RenewalSum, optional
        Offers that nobody has signed though their day has come.
    largest : tuple of NamedRenewal, optional
        None for whoever may not see single accounts.
    hidden : int
        Months that are left out: they are of too few accounts, or beside such.
    """

    first: date
    end: date
    day: date
    base: int
    rows: tuple[UpForRenewal, ...]
    total: RenewalSum
    months: Mapping[date, RenewalSum]
    dimension: str | None
    values: Mapping[str, RenewalSum]
    unsigned: RenewalSum | None
    rate: RenewalRate | None
    largest: tuple[NamedRenewal, ...] | None
    hidden: int = 0
