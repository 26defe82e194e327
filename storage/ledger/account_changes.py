"""Accounts of an opening base: all of them, and those that moved it the most between two days."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.moved import Moved
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
    """One account between two days, in minor units; its attributes are those that it counts under.

    These are of the opening, or of the close where it paid nothing then. ``is_paused`` tells of one
    that pays nothing at the close whether it has only paused. ``drivers`` are the parts of its
    change where they were asked for, the largest first, and ``moved`` what became of it; None where
    it pays as before.
    """

    account_id: str
    name: str | None
    opening: int
    closing: int
    attributes: Attributes
    is_paused: bool = False
    drivers: Mapping[str, int] = field(default_factory=dict)
    moved: Moved | None = None

    @property
    def change(self) -> int:
        """MRR that it added to the base, below zero for a loss."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """The largest changes of either kind, the largest first; equal ones by account."""

    gains: tuple[AccountChange, ...] = ()
    losses: tuple[AccountChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedAccounts:
    """Accounts of one outcome, the largest change first, equal ones by account; and a page of them.

    ``change`` is what all ``count`` of them pay more at the close, in minor units; below zero for
    losses. ``lost`` and ``gained`` are its two sides, neither below zero.
    """

    count: int
    lost: int
    gained: int
    listed: tuple[AccountChange, ...]

    @property
    def change(self) -> int:
        """MRR that all of them together pay more at the close."""
        return self.gained - self.lost
