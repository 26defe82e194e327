"""Drivers of changes: why a position's MRR changed on a day, by the spans that meet there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from metrics.contracts.spans import TermSpan
from metrics.drivers import KnownDriver


@dataclass(slots=True)
class Day:
    """Spans of one position that begin on a day and that end on it, by the number of their term."""

    begun: dict[int, TermSpan] = field(default_factory=dict)
    ended: dict[int, TermSpan] = field(default_factory=dict)

    @property
    def delta(self) -> Fraction:
        """The exact change of the position's MRR."""
        begun = _total(self.begun.values())
        return begun - _total(self.ended.values()) if self.ended else begun

    @property
    def number(self) -> int:
        """The index of a term that changes on the day, rather one that begins."""
        return min(self.begun or self.ended)

    @property
    def lost(self) -> Sequence[TermSpan]:
        """Last spans of terms that end, without those that go on at another price."""
        return [span for number, span in self.ended.items() if number not in self.begun]

    @property
    def gained(self) -> Sequence[TermSpan]:
        """First spans of terms, without those that go on at another price."""
        return [span for number, span in self.begun.items() if number not in self.ended]

    @property
    def is_joined(self) -> bool:
        """Whether a term ends and another takes its place."""
        return bool(self.lost) and bool(self.gained)


def driver_of(day: Day) -> KnownDriver | None:
    """Find the one reason of all changes of a day; None if there are several, or none is known."""
    reasons = set(_reasons(day))
    return reasons.pop() if len(reasons) == 1 else None


def _reasons(day: Day) -> Iterator[KnownDriver | None]:
    for number, span in day.begun.items():
        if number in day.ended and span.mrr != day.ended[number].mrr:
            yield span.why
    if not day.is_joined:
        yield from (span.end_why for span in day.lost if span.mrr)
        yield from (span.why for span in day.gained if span.mrr)
    elif _total(day.lost) != _total(day.gained):
        yield _joined_reason(day.lost, day.gained)


def _joined_reason(lost: Sequence[TermSpan], gained: Sequence[TermSpan]) -> KnownDriver | None:
    before, after = (Paid(_total(spans), _seats(spans)) for spans in (lost, gained))
    if driver := driver_of_price(before, after):
        return driver
    return KnownDriver.AMENDMENT if any(span.term.amends for span in gained) else None


class Paid(NamedTuple):
    """An exact MRR, and the seats that it is paid for, where they are known."""

    mrr: Fraction
    seats: int | None


def driver_of_price(before: Paid, after: Paid) -> KnownDriver | None:
    """Tell whether another MRR comes from seats alone or from their price; None without seats."""
    if not before.seats or not after.seats:
        return None
    # Prices of terms are rounded, so seats at one price need not fit to the last minor unit.
    rounding = 1 + Fraction(after.seats, before.seats)
    is_alike = abs(after.mrr - before.mrr * after.seats / before.seats) <= rounding
    is_other = before.seats != after.seats
    return KnownDriver.SEATS if is_other and is_alike else KnownDriver.PRICE


def _seats(spans: Sequence[TermSpan]) -> int | None:
    seats = [span.term.price.seats for span in spans]
    return None if None in seats else sum(number or 0 for number in seats)


def _total(spans: Collection[TermSpan]) -> Fraction:
    if len(spans) == 1:  # as nearly always: sums of fractions are slow
        return next(iter(spans)).mrr
    return sum((span.mrr for span in spans), Fraction(0))
