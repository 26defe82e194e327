"""Accounts of an opening base: all of them, and those that moved it the most between two days."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.rollup import Attributes


@dataclass(frozen=True, slots=True)
class CohortMember:
    """One account of an opening base, in minor units, and whether it has only paused.

    ``is_kept`` is one that pays nothing for the product asked about at the close, and for others.
    """

    account_id: str
    name: str | None
    opening: int
    closing: int
    is_paused: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """One account of an opening base, in minor units; its attributes are those at the opening.

    ``is_paused`` tells of one that pays nothing at the close whether it has only paused.
    ``drivers`` are the parts of its change where they were asked for, the largest first.
    """

    account_id: str
    name: str | None
    opening: int
    closing: int
    attributes: Attributes
    is_paused: bool = False
    drivers: Mapping[str, int] = field(default_factory=dict)

    @property
    def change(self) -> int:
        """MRR that it added to the base, below zero for a loss."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """The largest changes of either kind, the largest first; equal ones by account."""

    gains: tuple[AccountChange, ...] = ()
    losses: tuple[AccountChange, ...] = ()
