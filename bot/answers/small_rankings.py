"""Ranked lists for people without account detail: sums alone, and none of too few accounts."""

from collections.abc import Collection
from dataclasses import replace

from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.small_cohorts import SmallCohortError
from metrics.rollup import Scope
from metrics.small_groups import SmallGroups
from storage.ledger.ranked_accounts import RankedGroup


def ranking_without(
    ranking: AccountRanking, groups: Collection[RankedGroup], granted: Collection[Scope]
) -> AccountRanking:
    """Leave out of a list what leads to few accounts, on it or beside it.

    How right an earlier list was is left out, too: that counts single accounts. The sum is split
    only where every part may be shown, for the one that is missing follows from the others.

    Parameters
    ----------
    groups : collection of RankedGroup
        All accounts of the company, those on such a list and the others.

    Raises
    ------
    SmallCohortError
        If those on the list, or the others of its scope, are too few.
    """
    pairs = [(frozenset(one.attributes.items()), one) for one in groups]
    sides = (
        SmallGroups({of: one.listed for of, one in pairs}, granted),
        SmallGroups({of: one.others for of, one in pairs}, granted),
    )
    scope, dimension = ranking.question.scope, ranking.dimension
    if not all(side.may_ask(scope) for side in sides):
        raise SmallCohortError(scope)
    is_split = not any(side.folded(scope, dimension) for side in sides)
    return replace(ranking, hindsight=None, sums=ranking.sums if is_split else ())
