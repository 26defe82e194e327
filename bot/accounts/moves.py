"""A list of the accounts that a period moved, as values that everything else shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.accounts.pages import Pages
from bot.questions.grounded import GroundedReply
from metrics.moved import Moved
from metrics.retention import Retention
from storage.ledger.account_changes import AccountChange, MovedAccounts

PAGE = 10
"""Accounts that a message lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMoves(GroundedReply):
    """The reply to a question for single accounts; amounts are MRR in minor units.

    It is only for people who may see single accounts of the question's scope. ``found`` has all of
    them, and by name those of the page that was asked for; ``reasons`` are the drivers of their
    changes, the largest first, where all go one way.
    """

    retention: Retention
    found: MovedAccounts
    reasons: Mapping[str, int]

    @property
    def moved(self) -> Moved | None:
        """The fate of the accounts; None for whatever moved them."""
        return self.question.options.listing.moved

    @property
    def are_largest(self) -> bool:
        """Whether they are those that pay the most, whatever moved them."""
        return self.question.options.listing.is_by_size

    @property
    def pages(self) -> Pages:
        """The pages of the list."""
        return Pages(self.question, PAGE, self.found.count, "the largest")

    @property
    def listed(self) -> tuple[AccountChange, ...]:
        """The accounts on this page, as many as a message has room for."""
        return self.found.listed[:PAGE]
