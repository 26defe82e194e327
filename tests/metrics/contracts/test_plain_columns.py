from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.contracts.plain_columns import NO_END, REASONS, PlainColumns, plain_changes
from metrics.contracts.schedule import schedule
from metrics.contracts.terms import Cadence, Position, Price, Renewing, Term
from metrics.drivers import KnownDriver
from metrics.period_grammar import shift_months

EPOCH, TODAY = date(1970, 1, 1), date(2026, 11, 21)
DAY = timedelta(1)
PRODUCTS = [None, "a", "b"]
CADENCES = st.sampled_from([one for one in Cadence if one is not Cadence.ONCE])
AMOUNTS = st.one_of(st.integers(1, 40), st.sampled_from([10**15, 10**15 - 1]))
Found = list[tuple[date, int, KnownDriver | None]]


def _term(
    start: date,
    last: date | None,
    amount: int,
    cadence: Cadence = Cadence.TOTAL,
    *,
    seats: int | None = None,
    goes_on: bool | None = None,
    product: str | None = None,
) -> Term:
    return Term(
        start=start,
        last=last,
        position=Position(product, "USD"),
        price=Price(amount_minor=amount, cadence=cadence, seats=seats),
        renewing=Renewing(goes_on),
    )


def _columns(accounts: Sequence[Sequence[Term]]) -> PlainColumns:
    cells = [
        (
            *(n, 3 * n + PRODUCTS.index(one.position.product), (one.start - EPOCH).days),
            NO_END if one.last is None else (one.last - EPOCH).days,
            *(one.price.amount_minor, one.price.cadence.value, one.price.seats or 0),
            one.renewing.goes_on is True,
        )
        for n, terms in enumerate(accounts)
        for one in terms
    ]
    columns = np.array(cells, np.int64).reshape(len(cells), 8).T
    account, position, start, last, amount, cadence, seats, goes_on = columns
    return PlainColumns(
        account, position, start, last, amount, cadence, seats, goes_on.astype(bool)
    )


def _found(accounts: Sequence[Sequence[Term]]) -> tuple[list[Found], int, int]:
    columns = _columns(accounts)
    changes = plain_changes(columns, today=(TODAY - EPOCH).days)
    found: list[Found] = [[] for _ in accounts]
    for term, day, amount, reason in zip(
        *(one.tolist() for one in (changes.term, changes.day, changes.amount, changes.reason)),
        strict=True,
    ):
        why = REASONS[reason]
        found[int(columns.account[term])].append((EPOCH + DAY * day, amount, why))
    return found, changes.renewed, changes.renewed_alike


@st.composite
def positions(draw: st.DrawFn, product: str | None) -> list[Term]:
    """Terms that follow each other, of whole months or of days, with gaps or without."""
    start, terms = draw(st.dates(date(2023, 1, 1), date(2027, 1, 1))), []
    for _ in range(draw(st.integers(1, 4))):
        days = start + DAY * draw(st.integers(1, 70))
        months = shift_months(start, draw(st.sampled_from([1, 2, 3, 12, 24])))
        last = draw(st.sampled_from([days, months, months - DAY]))
        gap = draw(st.sampled_from([1, 1, 2, 40]))
        # One that renews itself is joined by the next one, or the last.
        goes_on = draw(st.sampled_from([None, False, True])) if gap == 1 else None
        seats = draw(st.sampled_from([None, None, 10, 12]))
        amount, cadence = draw(AMOUNTS), draw(CADENCES)
        one = _term(start, last, amount, cadence, seats=seats, goes_on=goes_on, product=product)
        terms.append(one)
        start = last + DAY * gap
    *_, last_one = terms
    if last_one.price.cadence > Cadence.TOTAL and draw(st.booleans()):
        terms[-1] = replace(last_one, last=None)
    return terms


@st.composite
def accounts(draw: st.DrawFn) -> list[list[Term]]:
    """Accounts of one product or several, each of which has terms of its own."""
    return [
        [one for product in PRODUCTS[: draw(st.integers(1, 3))] for one in draw(positions(product))]
        for _ in range(draw(st.integers(1, 4)))
    ]


@given(accounts())
@example([[_term(date(2024, 1, 31), date(2024, 2, 28), 30)]])
@example([[_term(date(2024, 1, 31), date(2024, 2, 29), 30)]])
@example([[_term(date(2024, 2, 29), date(2025, 2, 27), 30)]])
@settings(max_examples=400, deadline=None)
def test_columns_of_terms_come_to_what_each_accounts_schedule_does(
    of_each: list[list[Term]],
) -> None:
    expected = [schedule(terms, today=TODAY) for terms in of_each]

    found, renewed, alike = _found(of_each)

    assert found == [
        [(one.day, one.amount_minor, one.driver) for one in each.changes] for each in expected
    ]
    assert renewed == sum(one.renewed for one in expected)
    assert alike == sum(one.renewed_alike for one in expected)


@pytest.mark.parametrize(
    ("last", "amount", "monthly"),
    [
        (date(2026, 12, 31), 1200, 100),  # twelve months
        (date(2026, 12, 31), 30, 2),  # 2.5, half even
        (date(2026, 12, 31), 42, 4),  # 3.5
        (date(2026, 2, 1), 500, 500),  # the last day is the next one's first
        (date(2026, 1, 20), 1200, 1825),  # 20 days of 365/12
    ],
)
def test_a_price_is_spread_over_the_months_of_its_term(
    last: date, amount: int, monthly: int
) -> None:
    found, *_ = _found([[_term(date(2026, 1, 1), last, amount)]])

    assert found == [[(date(2026, 1, 1), monthly, None), (last, -monthly, KnownDriver.NOT_RENEWED)]]


def test_a_term_that_joins_another_changes_the_mrr_by_the_difference() -> None:
    first = _term(date(2025, 1, 1), date(2025, 12, 31), 1200)
    second = _term(date(2026, 1, 1), date(2026, 12, 31), 1200)
    third = _term(date(2027, 1, 1), date(2027, 12, 31), 3600)

    found, renewed, alike = _found([[first, second, third]])

    assert [one[:2] for one in found[0]] == [
        (date(2025, 1, 1), 100),
        (date(2027, 1, 1), 200),
        (date(2027, 12, 31), -300),
    ]
    assert (renewed, alike) == (1, 1)  # the third is not yet
    assert list(accumulate(amount for _, amount, _ in found[0])) == [100, 300, 0]


def test_nothing_comes_to_nothing() -> None:
    assert _found([]) == ([], 0, 0)
