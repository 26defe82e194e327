"""Ends of terms: those that are signed, those of notices, and renewals that go on by themselves."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count, takewhile

from metrics.contracts.amendments import AmendedTerm
from metrics.contracts.lengths import Length, length_of
from metrics.contracts.terms import Cadence, Term, TermStatus
from metrics.period_grammar import ONE_DAY


def period_of(standing: AmendedTerm) -> Length | None:
    """Find the length in which a term is renewed or given notice; None if it has none."""
    root = standing.root or standing.term
    if root.last is not None:
        return length_of(root.start, root.last)
    cadence = root.price.cadence
    return Length(cadence.value, 0) if cadence > Cadence.TOTAL else None


def end_of(standing: AmendedTerm, others: Iterable[AmendedTerm]) -> date | None:
    """Find the last day of a term with its renewals; None if it goes on without end.

    A term that renews itself ends with the period in which notice was given, and at the end of one
    that another term joins in the same product and currency: that one is its renewal.
    """
    term = standing.term
    period = period_of(standing)
    notice = term.course.cancelled_on
    goes_on = _goes_on(term)
    if not goes_on and term.last is not None:
        return term.last
    if period is None:
        return None
    ends = [_period_with(standing, period, notice)] if notice else []
    if goes_on and term.last is not None:
        ends += _joined(standing, period, others)
    return min(ends, default=None)


def renewal_days(standing: AmendedTerm, last: date | None, until: date) -> Iterator[date]:
    """Yield the first days of a term's own renewals, before a day, in order."""
    period = period_of(standing)
    if not _goes_on(standing.term) or standing.term.last is None or period is None:
        return
    begin = (standing.root or standing.term).start
    days = (period.begin(begin, number) for number in count(1))
    in_time = takewhile(lambda day: day < until and (last is None or day - period.gap < last), days)
    yield from (day for day in in_time if day > standing.term.start)


def _goes_on(term: Term) -> bool:
    # Given up in so many words, without a day: what is paid for is the running term.
    is_over = term.course.status is TermStatus.CANCELLED and term.course.cancelled_on is None
    return not is_over and (term.renewing.goes_on or term.last is None)


def _period_with(standing: AmendedTerm, period: Length, day: date) -> date:
    begin = (standing.root or standing.term).start
    return next(last for n in count() if (last := period.last(begin, n)) >= day)


def _joined(standing: AmendedTerm, period: Length, others: Iterable[AmendedTerm]) -> Iterator[date]:
    term = standing.term
    for other in others:
        is_next = other.term.position == term.position and not other.term.amends
        if other is standing or not is_next or other.term.start <= term.start:
            continue
        if term.contract and other.term.contract == term.contract:
            if term.last is not None and other.term.start > term.last:
                yield other.term.start - ONE_DAY
            continue
        last = _period_with(standing, period, other.term.start - ONE_DAY)
        if other.term.start in (last, last + ONE_DAY):
            yield last
