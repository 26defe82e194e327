"""Schedule of terms that only follow each other: as nearly all do, and many times faster."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from metrics.contracts.changes import Schedule, TermChange
from metrics.contracts.drivers_of_changes import Paid, driver_of_price
from metrics.contracts.prices import mrr_of
from metrics.contracts.terms import Renewing, Term, TermCourse
from metrics.drivers import KnownDriver
from metrics.period_grammar import ONE_DAY

_USUAL, _ENDS = TermCourse(), (Renewing(), Renewing(goes_on=False))
_Numbered = tuple[int, Term]


def plain_schedule(terms: Sequence[Term], *, today: date) -> Schedule | None:
    """Work out a schedule; None if it needs more than the days and prices of terms.

    Terms are plain when they are of one product and currency, do not overlap, and say of
    themselves no more than what is paid until when.
    """
    if not terms or not all(map(_is_plain, terms)):
        return None
    order = sorted(enumerate(terms), key=lambda one: one[1].start)
    if any(not _is_apart(before, after) for (_, before), (_, after) in pairwise(order)):
        return None
    joins = [_joins(one, after) for (_, one), (_, after) in pairwise(order)]
    alike = [
        mrr_of(one) == mrr_of(after)
        for ((_, one), (_, after)), joined in zip(pairwise(order), joins, strict=True)
        if joined and after.start <= today
    ]
    return Schedule([*_changes(order, [False, *joins, False])], len(alike), sum(alike))


def _is_plain(term: Term) -> bool:
    price = term.price
    return (
        term.last is not None
        and term.last > term.start
        and price.amount_minor > 0
        and not (price.discount_minor or price.discount_share or term.amends)
        and term.renewing in _ENDS
        and term.course == _USUAL
        and term.is_committed
    )


def _is_apart(before: Term, after: Term) -> bool:
    is_later = before.last is not None and after.start > before.last
    return is_later and before.position == after.position


def _joins(before: Term, after: Term) -> bool:
    return before.last is not None and after.start == before.last + ONE_DAY


def _changes(order: Sequence[_Numbered], joins: Sequence[bool]) -> Iterator[TermChange]:
    before, paid = 0, Paid(mrr_of(order[0][1]), None)
    for (number, term), is_next, has_next in zip(order, joins, joins[1:], strict=False):
        now = Paid(mrr_of(term), term.price.seats)
        balance = round(now.mrr)  # half even
        if balance != before:
            driver = driver_of_price(paid, now) if is_next else None
            yield TermChange(term.start, term.position, balance - before, driver, number)
        if not has_next and term.last is not None and balance:
            why = KnownDriver.NOT_RENEWED
            yield TermChange(term.last, term.position, -balance, why, number)
        before, paid = (balance, now) if has_next else (0, now)
