"""Course of a subscription: its snapshots, one after the other, as terms of a contract."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby, takewhile

from metrics.contracts.terms import Position, Price, Term, TermCourse, TermStatus
from metrics.period_grammar import ONE_DAY
from storage.importing.stripe.charges import Charge
from storage.importing.stripe.snapshots import PayState, Snapshot
from storage.importing.stripe.standings import (
    carried,
    closed,
    ended,
    goes_on,
    is_lost,
    is_open_pause,
    pauses_again,
    with_standing,
)


def course_of(held: Sequence[Term], snapshots: Iterable[Snapshot], contract: str) -> list[Term]:
    """Go on with the terms that are held of a subscription, snapshot by snapshot.

    Only how a day closes counts. What is held from a snapshot's day on is replaced, so that the
    same snapshots twice come to the same terms.

    Parameters
    ----------
    snapshots : iterable of Snapshot
        In their order; of one day the last one counts.
    contract : str
        The subscription's id.
    """
    course = _Course(held, contract)
    for _, of_day in groupby(snapshots, key=lambda one: one.day):
        course.take(_closing([*of_day]))
    return sorted(course.terms(), key=_order)


def _closing(of_day: Sequence[Snapshot]) -> Snapshot:
    """Take the last snapshot of a day, with what the others say of payments and pauses."""
    last = of_day[-1]
    failed = min((one.failed for one in of_day if one.failed), default=None)
    back = [one.resumes for one in of_day if one.resumes and not one.paused]
    resumes = last.resumes if last.paused or not back else back[-1]
    # What was paid when a pause began or ended, and not what a renewal made of it since.
    run = [*takewhile(lambda one: one.paused == last.paused, reversed(of_day))]
    period = last.period and (last.period[0], run[-1].renews)
    return replace(last, failed=failed, resumes=resumes, period=period)


def _order(term: Term) -> tuple[date, str, str]:
    return term.start, term.position.product or "", term.position.currency


_NO_SHARE = Fraction(0)


class _Course:
    """Terms of a subscription by position, in order."""

    def __init__(self, held: Sequence[Term], contract: str) -> None:
        self._contract = contract
        self._of: dict[Position, list[Term]] = {}
        for term in sorted(held, key=_order):
            self._of.setdefault(term.position, []).append(term)

    def terms(self) -> Iterator[Term]:
        """Yield all of them."""
        return (term for own in self._of.values() for term in own)

    def take(self, now: Snapshot) -> None:
        """Go on with a snapshot."""
        if now.standing is PayState.UNSTARTED:
            return
        if now.is_halted:
            now = self._halted(now)
        if now.standing is PayState.ENDED:
            self._end(now)
            return
        start = now.day if any(self._of.values()) else min(now.day, now.start)
        begun = [
            self._go_on(position, charge, now, start) for position, charge in now.charges.items()
        ]
        for position, own in self._of.items():
            if position not in now.charges:
                _drop(own, now, is_replaced=any(begun))
            if now.standing is PayState.PAID:
                own[:] = [_made_good(term, now) for term in own]

    def _halted(self, now: Snapshot) -> Snapshot:
        """Tell a pause, from its day on, from a trial that goes on because no card is there."""
        running = (own[-1] for own in self._of.values() if own and _reaches(own[-1], now.day))
        if all(term.course.status is TermStatus.TRIAL for term in running):
            return replace(now, paused=False)
        return replace(now, standing=PayState.PAID, period=(now.day, now.day))

    def _go_on(self, position: Position, charge: Charge, now: Snapshot, start: date) -> bool:
        """Go on with a position at its charge; tell whether a new term begins."""
        own = self._of.setdefault(position, [])
        while own and own[-1].start >= start:
            own.pop()
        before = own.pop() if own and _reaches(own[-1], start) else None
        price = charge.price(start)
        if before is not None and pauses_again(before, now):
            last = before.course.resumed_on or start
            own.append(replace(before, last=last + ONE_DAY))
            before = replace(before, start=last + 2 * ONE_DAY, course=carried(before, now.day))
        if before is not None:
            same = _at_price(before, price, start)
            if same is not None and goes_on(before, now):
                own.append(with_standing(replace(same, last=None), now))
                return False
            start = _after_discount(before, price, start)
            own.append(closed(before, now, start - ONE_DAY))
        fresh = Term(
            start=start, last=None, position=position, price=price, contract=self._contract
        )
        fresh = replace(
            fresh, course=self._pause(start) if before is None else carried(before, start)
        )
        own.append(with_standing(fresh, now))
        return True

    def _pause(self, day: date) -> TermCourse:
        """Find the pause of a subscription on a day: what is new in it is not paid for, either."""
        for own in self._of.values():
            course = own[-1].course if own and _reaches(own[-1], day) else TermCourse()
            paused, resumed = course.paused_on, course.resumed_on
            if paused is not None and paused <= day and (resumed is None or resumed > day):
                return TermCourse(status=course.status, paused_on=paused, resumed_on=resumed)
        return TermCourse()

    def _end(self, now: Snapshot) -> None:
        for own in self._of.values():
            # Its first term stays even if it began today: so the ledger hears of its end.
            while own[1:] and own[-1].start >= now.day:
                own.pop()
            if own and _reaches(own[-1], now.day) and not _was_dropped(own[-1], now):
                own[-1] = ended(own[-1], now)


def _reaches(term: Term, day: date) -> bool:
    return term.last is None or term.last >= day - ONE_DAY


def _was_dropped(term: Term, now: Snapshot) -> bool:
    """Tell whether a product was taken out of a subscription before that ended."""
    is_over = term.last is not None and term.last < now.day
    return is_over and term.course.cancelled_on is None and term.last != now.ending.last


def _at_price(term: Term, price: Price, day: date) -> Term | None:
    """Take a term at a price that it has on a day, its discount being over or not; or None."""
    full = replace(term.price, discount_minor=0, discount_share=_NO_SHARE, discount_last=None)
    ends = term.price.discount_last
    if ends is not None and ends < day:
        return term if full == price else None
    if term.price == price:
        return term
    # Taken away before its time, or without one.
    last = replace(term.price, discount_last=day - ONE_DAY)
    return replace(term, price=last) if full == price else None


def _after_discount(term: Term, price: Price, day: date) -> date:
    """Find the first day of a price that comes after another one, whose discount is over.

    If nothing else has changed, the day on which it is over belongs to the other one, and the next
    is its last: so that the change of the MRR is an end of its discount.
    """
    ends = term.price.discount_last
    if ends is None or ends >= day:
        return day
    full = replace(term.price, discount_minor=0, discount_share=_NO_SHARE)
    return max(day, ends + 3 * ONE_DAY) if _net(full) == _net(price) else day


def _net(price: Price) -> tuple[Fraction, int | None]:
    left = price.amount_minor * (1 - price.discount_share) - price.discount_minor
    return Fraction(left) / price.cadence.value, price.seats


def _made_good(term: Term, now: Snapshot) -> Term:
    course = term.course
    if course.status is not TermStatus.PAST_DUE or is_lost(term, now.day):
        return term
    status = TermStatus.PAUSED if is_open_pause(course) else TermStatus.ACTIVE
    course = replace(course, status=status, past_due_since=None)
    return replace(term, course=course)


def _drop(own: list[Term], now: Snapshot, *, is_replaced: bool) -> None:
    """End a product that a subscription has no more: the day before where another begins."""
    while own and own[-1].start >= now.day:
        own.pop()
    is_renewal = now.period is not None and now.period[0] == now.day
    last = now.day - ONE_DAY if is_replaced or is_renewal else now.day
    if own and (own[-1].last is None or own[-1].last >= now.day):
        own[-1] = closed(own[-1], now, last)
