"""Agreement of terms that are held with what invoices say that was paid for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

from metrics.contracts.terms import Position, Price, Term, TermStatus
from metrics.period_grammar import ONE_DAY
from storage.importing.stripe.charges import Charge
from storage.importing.stripe.snapshots import PayState, Snapshot

_NOTHING = Fraction(0)
_Charges = Mapping[Position, Charge]
_NO_CHARGES: _Charges = {}


def contradicts(held: Sequence[Term], history: Iterable[Snapshot]) -> bool:
    """Tell whether terms come to another MRR than what was paid for on some day.

    A change without proration is on no invoice before the next one for a whole period: on other
    days only what changes then is compared. Nor need one on the day of an invoice be on it: so
    terms agree that did on that day or on the day before.

    Parameters
    ----------
    history : iterable of Snapshot
        In their order, as lines of invoices tell them; of one day the last one counts.
    """
    before = _NO_CHARGES
    for day, of_day in groupby(history, key=lambda one: one.day):
        last = [*of_day][-1]
        meant = set(last.charges) if _is_renewal(last) else _changed(before, last.charges)
        before = last.charges
        if last.standing is not PayState.PAID or last.paused:
            continue
        told = {each: _net(last.charges[each].price(day), day) for each in meant & {*last.charges}}
        paid = {each: net for each, net in told.items() if net}
        if _is_renewal(last):  # all that is there
            meant |= {one.position for one in held}
        if all(_mrr(held, meant, each) != paid for each in (day, day - ONE_DAY)):
            return True
    return False


def _is_renewal(one: Snapshot) -> bool:
    return one.period is not None and one.period[0] == one.day


def _changed(before: _Charges, now: _Charges) -> set[Position]:
    return {each for each in {*before, *now} if before.get(each) != now.get(each)}


def _mrr(
    terms: Sequence[Term], positions: Collection[Position], day: date
) -> Mapping[Position, Fraction]:
    found: dict[Position, Fraction] = {}
    for term in terms:
        if term.position in positions and _is_paid(term, day):
            found[term.position] = found.get(term.position, _NOTHING) + _net(term.price, day)
    return {position: net for position, net in found.items() if net}


def _is_paid(term: Term, day: date) -> bool:
    course = term.course
    if not term.start <= day <= (term.last or date.max):
        return False
    if course.status is TermStatus.TRIAL or (course.trial_last and day <= course.trial_last):
        return False
    paused, resumed = course.paused_on, course.resumed_on
    return paused is None or day < paused or (resumed is not None and day >= resumed)


def _net(price: Price, day: date) -> Fraction:
    """Find the minor units a month on a day."""
    minor = Fraction(price.amount_minor)
    if price.discount_last is None or day <= price.discount_last:
        minor -= price.discount_minor + minor * price.discount_share
    return minor / price.cadence.value
