"""The reason of a day on which several terms of one position change."""

from datetime import date
from fractions import Fraction
from typing import Any

from metrics.contracts.drivers_of_changes import Day, driver_of
from metrics.contracts.spans import TermSpan
from metrics.drivers import KnownDriver

DAY = date(2026, 3, 1)


def span(number: int, mrr: int, why: KnownDriver | None = None) -> TermSpan:
    unread: Any = None  # the term says nothing here
    return TermSpan(number=number, term=unread, begin=DAY, until=None, mrr=Fraction(mrr), why=why)


def test_a_term_that_takes_anothers_place_at_its_price_is_no_reason_beside_one_that_is() -> None:
    day = Day(
        begun={1: span(1, 120, KnownDriver.PRICE), 3: span(3, 50)},
        ended={1: span(1, 100), 2: span(2, 50)},
    )

    assert day.delta == 20
    assert driver_of(day) is KnownDriver.PRICE
