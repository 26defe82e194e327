"""Ranked accounts as values."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.rollup import Attributes
from metrics.score_rules import Hindsight, Sign


@dataclass(frozen=True, slots=True)
class SignShown:
    """A sign that an account shows, its weight, and what it rests on.

    That is a day, a share, or minor units of the reply's currency; None where the sign says all.
    """

    sign: Sign
    weight: int
    detail: date | Fraction | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedAccount:
    """An account with its MRR in minor units, its signs, and the sum of their weights."""

    account_id: str
    name: str | None
    mrr: int
    score: int
    attributes: Attributes
    signs: tuple[SignShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedGroup:
    """Accounts that have the same attributes: those listed with their MRR, and the others."""

    attributes: Attributes
    listed: int
    others: int
    mrr: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedAccounts:
    """All accounts with enough signs on a day, those of a page by name, and how right that was.

    ``groups`` are of the scope that was asked about, ``everybody`` of the whole company: whether
    a scope may be shown depends on what it leaves of others.
    ``hindsight`` is of the list of a month before; None where nobody paid then.
    """

    day: date
    count: int
    mrr: int
    listed: tuple[RankedAccount, ...]
    groups: tuple[RankedGroup, ...]
    everybody: tuple[RankedGroup, ...]
    hindsight: Hindsight | None
