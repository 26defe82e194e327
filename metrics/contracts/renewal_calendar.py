"""Renewals of one account's terms: those that lie ahead, and what became of those that came up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.contracts.amendments import AmendedTerm, amended
from metrics.contracts.next_renewal import is_in_force, is_open_renewal, renewed_on
from metrics.contracts.prices import discount_of, mrr_of
from metrics.contracts.renewals import end_of, period_of, renewal_days
from metrics.contracts.spans import spans_of
from metrics.contracts.terms import Position, Term, TermStatus
from metrics.period_grammar import ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingRenewal:
    """A day on which what an account pays is no longer signed for, or renews itself.

    ``mrr_minor`` is what the term pays now, in minor units of its currency; None where all that is
    known is an offer to renew everything.
    """

    day: date
    position: Position
    mrr_minor: int | None
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRenewal:
    """A term that came up, and what it paid before and pays from that day, in minor units.

    ``after_minor`` is 0 where it was not renewed.
    """

    day: date
    position: Position
    before_minor: int
    after_minor: int

    @property
    def is_renewed(self) -> bool:
        """Whether anything goes on, be it for less."""
        return self.after_minor > 0

    @property
    def kept_minor(self) -> int:
        """The part of earlier MRR that is still paid: growth makes up for nothing."""
        return min(self.before_minor, self.after_minor)


def coming_renewals(terms: Sequence[Term], *, today: date) -> Iterator[ComingRenewal]:
    """Yield the next renewal of each term in force, as `next_renewal` finds the first of them.

    Of an account of which nothing was ever signed, what nobody has signed yet is the renewal: its
    day may have passed.

    Parameters
    ----------
    terms : sequence of Term
        All terms of the account, in any order.
    """
    standings = amended(terms)
    if not standings:
        yield from _offers(terms)
        return
    for one in standings:
        if is_in_force(one, standings, today):
            day = renewed_on(one, standings, today)
            mrr = _mrr_on(one, standings, today)
            if day is not None and mrr:
                yield ComingRenewal(
                    day=day, position=one.term.position, mrr_minor=mrr, is_signed=True
                )


def past_renewals(
    terms: Sequence[Term], *, since: date, until: date, today: date
) -> Iterator[PastRenewal]:
    """Yield the renewals that came up in ``[since, until)``: a term's own ones, and its end.

    An end is renewed by a term of the same product and currency that joins it, else by any that
    begins on that day. One that was cut short by an amendment, or was not paid for, has not come
    up.
    """
    standings = amended(terms)
    for one in standings:
        position = one.term.position
        for day, after in _ends(one, standings, until=until):
            before = _mrr_before(one, standings, day, today)
            if since <= day < until and before:
                yield PastRenewal(
                    day=day, position=position, before_minor=before, after_minor=after
                )


def _offers(terms: Sequence[Term]) -> Iterator[ComingRenewal]:
    offers = [one for one in terms if is_open_renewal(one)]
    is_whole = len({one.start for one in offers}) == 1
    for number, one in enumerate(offers):
        if is_whole and number:
            return  # all of them together are one renewal of all that is paid
        yield ComingRenewal(
            day=one.start,
            position=one.position,
            mrr_minor=None if is_whole else round(mrr_of(one) - discount_of(one)),
            is_signed=False,
        )


def _ends(
    one: AmendedTerm, standings: Sequence[AmendedTerm], *, until: date
) -> Iterator[tuple[date, int]]:
    """Yield the days on which a term came up, and what it pays from each on."""
    last = end_of(one, standings)
    is_cut = one.cut is not None and (last is None or one.cut <= last + ONE_DAY)
    own = min(until, one.cut) if is_cut and one.cut else until
    for day in renewal_days(one, last, own):
        yield day, _mrr_on(one, standings, day)
    if is_cut or last is None or one.term.course.status is TermStatus.PAST_DUE:
        return
    period = period_of(one)
    day = last + (period.gap if period else ONE_DAY)
    joining = [other for other in standings if other.term.start == day and other is not one]
    same = [other for other in joining if other.term.position == one.term.position]
    yield day, sum(_mrr_on(other, standings, day) for other in same or joining[:1])


def _mrr_on(one: AmendedTerm, standings: Sequence[AmendedTerm], day: date) -> int:
    """Find what a term pays on a day, its last one too; half even, as balances are rounded."""
    for span in spans_of(one, standings, today=day):
        is_over = span.until is not None and day >= span.until
        if span.begin <= day and (not is_over or (span.is_last and day == span.until)):
            return round(span.mrr)
    return 0


def _mrr_before(one: AmendedTerm, standings: Sequence[AmendedTerm], day: date, today: date) -> int:
    """Find what a term paid last before a day."""
    paid = [span for span in spans_of(one, standings, today=today) if span.begin < day]
    return round(paid[-1].mrr) if paid else 0
