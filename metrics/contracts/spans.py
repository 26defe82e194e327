"""Spans: days on which a term comes to one MRR, with what begins and ends them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from metrics.contracts.amendments import AmendedTerm
from metrics.contracts.prices import discount_of, mrr_of
from metrics.contracts.renewals import end_of, renewal_days
from metrics.contracts.terms import LONGEST_PAST_DUE, Term, TermStatus
from metrics.drivers import KnownDriver
from metrics.period_grammar import ONE_DAY

_AHEAD = 5
"""Years for which rises are worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSpan:
    """A term's MRR in exact minor units from the close of ``begin`` to before that of ``until``.

    ``number`` is the term's index. ``is_last`` tells that it runs out: its loss is dated its last
    paid day, unless something joins it.
    """

    number: int
    term: Term
    begin: date
    until: date | None
    mrr: Fraction
    why: KnownDriver | None = None
    end_why: KnownDriver | None = None
    is_last: bool = False


def spans_of(
    standing: AmendedTerm, others: Sequence[AmendedTerm], *, today: date
) -> list[TermSpan]:
    """Work out the spans of a term, in order and without overlaps.

    Parameters
    ----------
    others : sequence of AmendedTerm
        All terms of the account, for the renewals among them.
    today : date
        Bounds the time that a failed payment has to be made good.
    """
    last = end_of(standing, others)
    is_cut = standing.cut is not None and (last is None or standing.cut <= last + ONE_DAY)
    until = standing.cut if is_cut else last
    spans = list(_priced(standing, last, until, today))
    if last is not None and not is_cut:
        spans[-1] = replace(spans[-1], is_last=True, end_why=KnownDriver.NOT_RENEWED)
    return _without_failed(_without_pause(spans, standing.term), standing.term, today)


def renewals_of(standing: AmendedTerm, last: date | None, today: date) -> Iterator[date]:
    """Yield the days up to today on which a term renewed itself."""
    until = today + ONE_DAY
    if standing.cut is not None:
        until = min(until, standing.cut)
    return renewal_days(standing, last, until)


def _priced(
    standing: AmendedTerm, last: date | None, until: date | None, today: date
) -> Iterator[TermSpan]:
    term, price = standing.term, standing.term.price
    full, off = mrr_of(term), discount_of(term)
    trial, discount_last = term.course.trial_last, price.discount_last
    begin = max(term.start, trial + ONE_DAY) if trial else term.start
    why = KnownDriver.TRIAL_CONVERSION if begin > term.start else None
    days: dict[date, KnownDriver | None] = {begin: why}
    ends = date.max if discount_last is None else discount_last + ONE_DAY
    if off and discount_last is not None and ends > begin:
        days[ends] = KnownDriver.DISCOUNT_END
    rises = _rises(standing, last, date(today.year + _AHEAD, 1, 1))
    days |= {day: KnownDriver.PRICE for day in rises if day > begin}
    after = date.max if until is None else until
    begins = sorted(day for day in days if day < after or day == begin)
    for day, end in zip(begins, [*begins[1:], until], strict=True):
        mrr = full - off if off and day < ends else full
        if rises:
            mrr *= max((rise for on, rise in rises.items() if on <= day), default=1)
        yield TermSpan(
            number=standing.number, term=term, begin=day, until=end, mrr=mrr, why=days[day]
        )


def _rises(standing: AmendedTerm, last: date | None, until: date) -> dict[date, Fraction]:
    """List the days from which a term costs more, and how many times its price."""
    escalator = standing.term.renewing.escalator
    if not escalator:
        return {}
    start, rises, years = (standing.root or standing.term).start, {}, 0
    for day in renewal_days(standing, last, until):
        months = (day.year - start.year) * 12 + day.month - start.month
        if months // 12 > years:
            years = months // 12
            rises[day] = (1 + escalator) ** years
    return rises


def _without_pause(spans: Sequence[TermSpan], term: Term) -> list[TermSpan]:
    paused, resumed = term.course.paused_on, term.course.resumed_on
    if paused is None:
        return list(spans)
    kept = []
    for span in spans:
        after = date.max if span.until is None else span.until
        if span.begin < paused < after:
            kept.append(_ended(span, paused, KnownDriver.PAUSE))
        elif after <= paused:
            kept.append(span)
        if resumed is not None and after > resumed:
            is_return = span.begin <= resumed
            why = KnownDriver.RESUME if is_return else span.why
            kept.append(replace(span, begin=max(span.begin, resumed), why=why))
    return kept


def _without_failed(spans: Sequence[TermSpan], term: Term, today: date) -> list[TermSpan]:
    failed, ends = term.course.past_due_since, term.last
    is_due = term.course.status is TermStatus.PAST_DUE
    if failed is None or not is_due:
        return list(spans)
    is_given_up = term.course.cancelled_on is not None and ends is not None and ends <= today
    if not is_given_up and today < failed + LONGEST_PAST_DUE:
        return list(spans)
    kept = [span for span in spans if span.begin < failed]
    if kept and _reaches(kept[-1], failed):
        kept[-1] = _ended(kept[-1], failed, KnownDriver.INVOLUNTARY)
    return kept


def _reaches(span: TermSpan, failed: date) -> bool:
    if span.until is None:
        return True
    # What is paid for the last time goes on with a payment of the day after.
    return failed <= span.until + ONE_DAY if span.is_last else failed < span.until


def _ended(span: TermSpan, day: date, why: KnownDriver) -> TermSpan:
    return replace(span, until=day, end_why=why, is_last=False)
