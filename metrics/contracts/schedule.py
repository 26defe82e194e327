"""Schedule of an account: the changes of its MRR, day by day, that its terms come to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from metrics.contracts.amendments import AmendedTerm, amended
from metrics.contracts.changes import Schedule, TermChange
from metrics.contracts.drivers_of_changes import Day, driver_of
from metrics.contracts.prices import begins_too_late, has_price
from metrics.contracts.renewals import end_of
from metrics.contracts.spans import TermSpan, renewals_of, spans_of
from metrics.contracts.terms import Position, Term
from metrics.period_grammar import ONE_DAY


@dataclass(slots=True)
class _Days:
    """Days on which spans begin or end, by position."""

    by_position: dict[Position, defaultdict[date, Day]] = field(default_factory=dict)

    def of(self, position: Position, day: date) -> Day:
        days = self.by_position.setdefault(position, defaultdict(Day))
        return days[day]


def schedule(terms: Sequence[Term], *, today: date) -> Schedule:
    """Work out all changes of an account's MRR, past and future.

    The terms of a position add up exactly; its balance is rounded half even to minor units, and the
    changes are differences of rounded balances. A term's loss is dated its last paid day, or the
    day after where another term of the account begins then.

    Parameters
    ----------
    terms : sequence of Term
        All terms of the account, in any order.
    """
    standings = amended(terms)
    spans = [span for one in standings for span in spans_of(one, standings, today=today)]
    begins = {*{span.number: span.begin for span in reversed(spans)}.values()}
    days = _Days()
    for span in _joined(spans, begins):
        if span.until is None or span.until > span.begin:
            days.of(span.term.position, span.begin).begun[span.number] = span
            if span.until is not None:
                days.of(span.term.position, span.until).ended[span.number] = span
    positions = sorted(days.by_position, key=lambda one: (one.product or "", one.currency))
    changes = [
        change
        for position in positions
        for change in _changes(position, days.by_position[position])
    ]
    return _with_renewals(changes, days, standings, today)


def _joined(spans: Iterable[TermSpan], begins: set[date]) -> Iterator[TermSpan]:
    for span in spans:
        if span.is_last and span.until is not None and span.until + ONE_DAY in begins:
            yield replace(span, until=span.until + ONE_DAY, end_why=None)
        else:
            yield span


def _changes(position: Position, days: defaultdict[date, Day]) -> Iterator[TermChange]:
    exact, balance = Fraction(0), 0
    for day in sorted(days):
        one = days[day]
        exact += one.delta
        before, balance = balance, round(exact)  # half even
        if balance != before:
            yield TermChange(day, position, balance - before, driver_of(one), one.number)


def _with_renewals(
    changes: Sequence[TermChange], days: _Days, standings: Sequence[AmendedTerm], today: date
) -> Schedule:
    renewed = [one for own in days.by_position.values() for one in _renewals(own, today)]
    alike = sum(one.delta == 0 for one in renewed)
    by_themselves = [
        (one.number, day)
        for one in standings
        if one.term.renewing.goes_on
        for day in renewals_of(one, end_of(one, standings), today)
    ]
    rises = by_themselves and {
        (number, day)
        for own in days.by_position.values()
        for day, one in own.items()
        for number in one.begun.keys() & one.ended.keys()
    }
    return Schedule(
        changes,
        len(renewed) + len(by_themselves),
        alike + sum(one not in rises for one in by_themselves),
        tuple(one.number for one in standings if not has_price(one.term)),
        tuple(one.number for one in standings if begins_too_late(one.term)),
    )


def _renewals(days: defaultdict[date, Day], today: date) -> Iterator[Day]:
    for day, one in days.items():
        is_amended = any(span.term.amends for span in one.gained)
        if day <= today and one.is_joined and not is_amended:
            yield one
