"""The day on which an account's running terms are next renewed."""

from collections.abc import Iterable, Sequence
from datetime import date

from metrics.contracts.amendments import AmendedTerm, amended
from metrics.contracts.renewals import end_of, period_of, renewal_days
from metrics.contracts.terms import LONGEST_PAST_DUE, Cadence, Term, TermStatus
from metrics.period_grammar import ONE_DAY


def next_renewal(terms: Sequence[Term], *, today: date) -> date | None:
    """Find the first day after today on which a term in force is over and the next would begin.

    A term that another one joins in the same product and currency is renewed already: the end of
    that one counts. A term without end has no such day, nor has one of which notice was given, or
    that gives way to another product. Of an account of which nothing was ever signed, what nobody
    has signed yet is the renewal, if all of it begins on one day.

    Parameters
    ----------
    terms : sequence of Term
        All terms of the account, in any order.
    """
    standings = amended(terms)
    if not standings:
        return _offered(terms, today)
    running = (one for one in standings if is_in_force(one, standings, today))
    days = (renewed_on(one, standings, today) for one in running)
    return min(filter(None, days), default=None)


def is_in_force(one: AmendedTerm, standings: Sequence[AmendedTerm], today: date) -> bool:
    """Tell whether a term is paid for on a day."""
    course = one.term.course
    last = end_of(one, standings) or date.max
    if course.status is TermStatus.PAST_DUE and course.past_due_since is not None:
        last = min(last, course.past_due_since + LONGEST_PAST_DUE - ONE_DAY)
    if one.cut is not None:
        last = min(last, one.cut - ONE_DAY)
    return one.term.start <= today <= last


def renewed_on(one: AmendedTerm, standings: Sequence[AmendedTerm], today: date) -> date | None:
    """Find the first day that is not signed for, along the terms that go on where one ends."""
    while (after := _next_of(one, standings)) is not None:
        one = after
    last = end_of(one, standings)
    if one.term.course.has_notice:
        return None
    if last is None:  # of its own renewals the next one; there is none without a signed end
        return next((day for day in renewal_days(one, None, date.max) if day > today), None)
    period = period_of(one)
    day = last + (period.gap if period else ONE_DAY)
    is_replaced = one.cut is not None or any(other.term.start == day for other in standings)
    return None if is_replaced or day <= today else day


def _next_of(one: AmendedTerm, standings: Sequence[AmendedTerm]) -> AmendedTerm | None:
    """Find the term of the same product that replaces the rest of one, or joins it at its end."""
    last, term = end_of(one, standings), one.term
    if one.cut is not None and (last is None or one.cut <= last):
        begins = [one.cut]
    else:
        begins = [last, last + ONE_DAY] if last is not None else []
    joining = (
        other
        for other in standings
        if other.term.start in begins
        and other.term.start > term.start
        and other.term.position == term.position
    )
    return next(joining, None)


def _offered(terms: Iterable[Term], today: date) -> date | None:
    days = {one.start for one in terms if is_open_renewal(one)}
    return days.pop() if len(days) == 1 and min(days) > today else None


def is_open_renewal(term: Term) -> bool:
    """Tell whether a term is an offer that nobody has signed yet."""
    is_offer = term.course.status is TermStatus.UNSIGNED and not term.amends
    return is_offer and not term.is_usage and term.price.cadence is not Cadence.ONCE
