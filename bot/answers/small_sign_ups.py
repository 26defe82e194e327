"""Cohorts for people without account detail: of quarters alone, and none of so few accounts."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.access.decisions import Reason
from bot.answers.small_cohorts import DetailNeededError, SmallCohortError
from bot.cohorts.table import CohortTable
from metrics.cohorts import SignUpCohort
from metrics.period_grammar import months_from
from metrics.rollup import Scope
from metrics.small_groups import SmallGroups

Accounts = Mapping[frozenset[tuple[str, str]], int]
GroupsOf = Callable[[Sequence[date]], Mapping[date, Accounts]]
"""Counts the accounts of each month's sign-ups by attributes."""


class CohortLengthError(DetailNeededError):
    """Cohorts of months or years are asked for: beside those of quarters, some are a difference."""

    def __init__(self, scope: Scope) -> None:
        lead = "without account detail cohorts are of quarters: ask cohorts by-quarter, or"
        super().__init__(Reason.NO_DETAIL, f"{lead} for account detail", scope, lead=lead)


def cohorts_without(
    table: CohortTable, groups_of: GroupsOf, granted: Collection[Scope]
) -> CohortTable:
    """Leave out every cohort of too few accounts, or whose accounts leave few of what was granted.

    Raises
    ------
    SmallCohortError
        If none is left.
    """
    kept = tuple(
        one
        for one in table.cohorts
        if SmallGroups(_accounts(one, groups_of), granted).may_ask(table.question.scope)
    )
    if table.cohorts and not kept:
        raise SmallCohortError(table.question.scope)
    return replace(table, cohorts=kept, hidden=len(table.cohorts) - len(kept))


def _accounts(cohort: SignUpCohort, groups_of: GroupsOf) -> Accounts:
    counts = Counter[frozenset[tuple[str, str]]]()
    for found in groups_of([*months_from(cohort.start, cohort.end)]).values():
        counts.update(found)
    return counts
