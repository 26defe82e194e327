"""A card, and a choice of accounts where a name is that of several, as values."""

from dataclasses import dataclass
from datetime import date

from bot.questions.grounded import GroundedReply
from metrics.rollup import Scope
from storage.ledger.account_record import AccountFound, AccountRecord, RecordedMovement

MATCHES = 6
"""Accounts that are offered where a name is that of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard(GroundedReply):
    """The reply to a question about one account; amounts are MRR in minor units.

    It is only for people who may see single accounts of a scope that it is in: ``seen_in``.
    """

    record: AccountRecord
    seen_in: Scope

    @property
    def movements(self) -> tuple[RecordedMovement, ...]:
        """The movements that count, the newest first."""
        return tuple(one for one in self.record.movements if not one.is_taken_back)

    @property
    def left_on(self) -> date | None:
        """The day on which it stopped paying; None while it pays, and where it never did."""
        if self.record.account.mrr or self.record.since is None:
            return None
        losses = (one.day for one in self.movements if one.amount_minor < 0)
        return next((day for day in losses if day < self.record.day), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChoice(GroundedReply):
    """The reply where a name is that of several accounts; ``has_more`` of them than are listed."""

    found: tuple[AccountFound, ...]
    has_more: bool
    seen_in: tuple[Scope, ...]
