"""Accounts measured: a question for them becomes their list, from the ledger."""

from collections import Counter
from collections.abc import Mapping

from bot.accounts.moves import PAGE, AccountMoves
from bot.accounts.pages import stretch
from bot.questions.question import Listing, Question
from bot.style.grounds import Grounds
from metrics.errors import ReconciliationError
from metrics.moved import Moved
from metrics.movements import MovementKind
from metrics.retention import OutsideCohort, Retention
from storage.ledger.account_changes import MovedAccounts
from storage.ledger.ledger import Ledger

_KINDS = {
    Moved.LOSSES: (MovementKind.CHURN, MovementKind.CONTRACTION),
    Moved.CHURNED: (MovementKind.CHURN,),
    Moved.CONTRACTED: (MovementKind.CONTRACTION,),
    Moved.EXPANDED: (MovementKind.EXPANSION,),
}
EVERY = 10**9
"""More accounts than any ledger has."""


def read_moves(ledger: Ledger, question: Question, grounds: Grounds) -> AccountMoves:
    """Read the accounts that a question lists, the largest change first.

    Raises
    ------
    ReconciliationError
        If they do not come to the term of the period that they are of.
    StorageError
        If the ledger is in a warehouse that does not answer: its accounts are not kept here.
    """
    listing, ends = question.options.listing, question.period.ends
    first, most = stretch(listing, PAGE)
    found = _read(ledger, question, first=first, most=most)
    retention = ledger.retention(*ends, question.scope)
    outside = ledger.outside_cohort(*ends, question.scope)
    _check(found, listing, retention, outside)
    return AccountMoves(
        question=question,
        grounds=grounds,
        retention=retention,
        found=found,
        reasons=_reasons(ledger, question),
    )


def read_every(ledger: Ledger, question: Question) -> MovedAccounts:
    """Read all accounts that a question lists by name, whatever page it asks for."""
    return _read(ledger, question, first=0, most=question.options.listing.top or EVERY)


def _read(ledger: Ledger, question: Question, *, first: int, most: int) -> MovedAccounts:
    ends, listing = question.period.ends, question.options.listing
    if listing.is_by_size:
        return ledger.paying_accounts(*ends, question.scope, first=first, most=most)
    return ledger.moved_accounts(*ends, question.scope, moved=listing.moved, first=first, most=most)


def _check(
    found: MovedAccounts, listing: Listing, whole: Retention, outside: OutsideCohort
) -> None:
    """Hold the sum of all accounts against the term that the ledger has."""
    expected = {
        None: whole.closing + outside.total
        if listing.is_by_size
        else whole.closing - whole.opening,
        Moved.LOSSES: -whole.churn - whole.contraction,
        Moved.CHURNED: -whole.churn,
        Moved.CONTRACTED: -whole.contraction,
        Moved.EXPANDED: whole.expansion,
        Moved.NEW: outside.new,
        Moved.RETURNED: outside.returning,
        Moved.RESUMED: outside.resumed,
    }
    if expected.get(listing.moved, found.change) != found.change:
        raise ReconciliationError


def _reasons(ledger: Ledger, question: Question) -> Mapping[str, int]:
    moved = question.options.listing.moved
    kinds = _KINDS.get(moved) if moved else None
    if kinds is None:
        return {}
    activity = ledger.changes_by_driver(*question.period.ends, question.scope)
    drivers = Counter[str]()
    for (kind, driver), sum_ in activity.by_driver.items():
        if kind in kinds:
            drivers[driver] += sum_
    return dict(sorted(drivers.items(), key=lambda pair: -abs(pair[1])))
