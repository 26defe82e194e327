"""A ranked list of accounts as values that everything else shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.accounts.pages import Pages
from bot.questions.grounded import GroundedReply
from bot.questions.question import View
from metrics.score_rules import AT_RISK, READY, Hindsight, Ranking
from metrics.segments import NO_VALUE
from storage.ledger.ranked_accounts import RankedAccount, RankedGroup

PAGE = 7
"""Accounts that a message lists: each takes two lines."""


@dataclass(frozen=True, slots=True)
class GroupSum:
    """The listed accounts of one value of a dimension, and their MRR in minor units."""

    value: str
    accounts: int
    mrr: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRanking(GroundedReply):
    """The reply to a question for accounts at risk, or ready to expand, on a day.

    ``today`` is when contracts and signals were looked at.
    ``listed`` are those of the page that was asked for; None for people who must not see single
    accounts. ``sums`` are those by ``dimension``, the largest first; empty where it must not be
    split. ``hindsight`` is of the list of a month before, ``play`` what the playbook says.
    """

    day: date
    today: date
    count: int
    mrr: int
    listed: tuple[RankedAccount, ...] | None
    dimension: str
    sums: tuple[GroupSum, ...]
    hindsight: Hindsight | None
    play: str | None = None

    @property
    def is_risk(self) -> bool:
        """Whether it is of accounts at risk."""
        return self.question.view is View.AT_RISK

    @property
    def rules(self) -> Ranking:
        """The rules that it is ranked by."""
        return AT_RISK if self.is_risk else READY

    @property
    def pages(self) -> Pages:
        """The pages of the list; there is nothing on them for who must not see single accounts."""
        count = 0 if self.listed is None else self.count
        return Pages(self.question, PAGE, count, "the highest score")


def sums_by(groups: Iterable[RankedGroup], dimension: str) -> tuple[GroupSum, ...]:
    """Add up the listed accounts by the value of a dimension, the largest MRR first."""
    found: dict[str, tuple[int, int]] = {}
    for one in groups:
        value = one.attributes.get(dimension, NO_VALUE)
        accounts, mrr = found.get(value, (0, 0))
        found[value] = accounts + one.listed, mrr + one.mrr
    sums = (GroupSum(value, *sums) for value, sums in found.items() if sums[0])
    return tuple(sorted(sums, key=lambda one: (-one.mrr, one.value)))
