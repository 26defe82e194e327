"""Renewals and the outlook for people without account detail: in whole months, and of no few."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.access.decisions import Reason
from bot.answers.small_cohorts import DetailNeededError, SmallCohortError
from bot.outlook.outlook import Outlook
from bot.questions.parsing import Question, StandIn
from bot.questions.question import ViewOptions
from bot.renewals.calendar import RenewalCalendar, RenewalsSoFar
from metrics.horizons import Horizon
from metrics.outlook import OutlookPart
from metrics.renewals import RenewalSum, UpForRenewal
from metrics.rollup import Scope
from metrics.small_groups import SmallGroups, is_few

MONTHS = 3
_AHEAD, _MONTH, _YES = "\0ahead", "\0month", "yes"
"""Dimensions of accounts beside those of the ledger, which no name can be."""
K = TypeVar("K", bound=Hashable)
Marks = Mapping[int, frozenset[tuple[str, str]]]
GroupsOf = Callable[[Marks], Mapping[frozenset[tuple[str, str]], int]]
"""Counts the accounts that pay by their attributes, and by marks of some of them."""


class PartlyInError(DetailNeededError):
    """The outlook begins within a month, so that it would tell of single days."""

    def __init__(self, scope: Scope) -> None:
        lead = "while a month is partly in, the outlook takes account detail:"
        super().__init__(Reason.NO_DAYS, Reason.NO_DAYS, scope, lead=lead)


def ahead_in_whole_months(question: Question) -> Question:
    """Return the question about the rest of the running month and the three after it."""
    said = "Without account detail the days ahead are the rest of this month and the next three."
    options = ViewOptions(ahead=Horizon(whole_months=MONTHS))
    return replace(question, options=options).with_stand_in(StandIn(sentence=said, asked=None))


def calendar_without(
    calendar: RenewalCalendar, groups_of: GroupsOf, granted: Collection[Scope]
) -> RenewalCalendar:
    """Leave out months and values of too few accounts, and what would tell of them.

    Raises
    ------
    SmallCohortError
        If what comes up, or all that does not, is of too few accounts.
    """
    scope = calendar.question.scope
    groups = SmallGroups(groups_of(_marks(calendar.rows)), granted)
    if not groups.may_ask(scope) or _YES in groups.folded(scope, _AHEAD):
        raise SmallCohortError(scope)
    months = calendar.sums.months
    folded = groups.folded(scope, _MONTH)
    shown = _without(months, {month for month in months if f"{month:%Y-%m}" in folded})
    is_granted = groups.is_granted(scope)
    values = _values_shown(calendar, groups) if is_granted else {}
    rate = calendar.so_far.rate
    may_show = rate is None or (is_granted and not is_few(rate.accounts))
    return replace(
        calendar,
        sums=replace(calendar.sums, months=shown, values=values, hidden=len(months) - len(shown)),
        so_far=RenewalsSoFar(
            unsigned=None, rate=rate if may_show else None, is_rate_hidden=not may_show
        ),
        largest=None,
    )


def outlook_without(outlook: Outlook, groups: SmallGroups, *, starts_with_month: bool) -> Outlook:
    """Leave out counts of accounts, and what few that begin to pay will bring.

    Of a part of what was granted that is left out, too: the others would follow from the whole.

    Raises
    ------
    SmallCohortError
        If the scope itself must not be shown.
    PartlyInError
        If a month is partly in.
    """
    scope = outlook.question.scope
    if not groups.may_ask(scope):
        raise SmallCohortError(scope)
    if not starts_with_month:
        raise PartlyInError(scope)
    known = outlook.known
    may_show = groups.is_granted(scope) and not is_few(known.arriving.accounts)
    arriving = known.arriving if may_show else OutlookPart(accounts=0, minor=0)
    return replace(outlook, known=replace(known, arriving=arriving), counts_accounts=False)


def _marks(rows: Collection[UpForRenewal]) -> Marks:
    pairs: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in rows:
        pairs[one.unit] |= {(_AHEAD, _YES), (_MONTH, f"{one.day:%Y-%m}")}
    return {unit: frozenset(found) for unit, found in pairs.items()}


def _values_shown(calendar: RenewalCalendar, groups: SmallGroups) -> Mapping[str, RenewalSum]:
    sums = calendar.sums
    if sums.dimension is None:
        return {}
    folded = groups.folded((*calendar.question.scope, (_AHEAD, _YES)), sums.dimension)
    return _without(sums.values, folded)


def _without(sums: Mapping[K, RenewalSum], folded: Collection[K]) -> Mapping[K, RenewalSum]:
    """Leave out sums, and the smallest of the others as long as few accounts are left out."""
    hidden = {name for name in sums if name in folded or is_few(sums[name].accounts)}
    while is_few(sum(sums[name].accounts for name in hidden)) and len(hidden) < len(sums):
        rest = (name for name in sums if name not in hidden)
        hidden.add(min(rest, key=lambda name: (sums[name].accounts, str(name))))
    return {name: one for name, one in sums.items() if name not in hidden}
