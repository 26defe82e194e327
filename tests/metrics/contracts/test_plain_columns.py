from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.contracts.plain_columns import PlainColumns, plain_changes
from metrics.contracts.schedule import any_schedule
from metrics.contracts.terms import Cadence, Position, Price, Term
from metrics.drivers import KnownDriver
from metrics.period_grammar import shift_months

EPOCH, TODAY = date(1970, 1, 1), date(2026, 11, 21)
DAY = timedelta(1)
CADENCES = st.sampled_from([one for one in Cadence if one is not Cadence.ONCE])
AMOUNTS = st.one_of(st.integers(1, 40), st.sampled_from([10**15, 10**15 - 1]))
Found = list[tuple[date, int, KnownDriver | None]]


def _term(start: date, last: date, amount: int, cadence: Cadence = Cadence.TOTAL) -> Term:
    price = Price(amount_minor=amount, cadence=cadence)
    return Term(start=start, last=last, position=Position(None, "USD"), price=price)


def _columns(accounts: Sequence[Sequence[Term]]) -> PlainColumns:
    cells = [
        (n, (one.start - EPOCH).days, (one.last - EPOCH).days, *_price(one))
        for n, terms in enumerate(accounts)
        for one in terms
        if one.last
    ]
    return PlainColumns(*np.array(cells, np.int64).reshape(len(cells), 5).T)


def _price(term: Term) -> tuple[int, int]:
    return term.price.amount_minor, term.price.cadence.value


def _found(accounts: Sequence[Sequence[Term]]) -> tuple[list[Found], int, int]:
    columns = _columns(accounts)
    changes = plain_changes(columns, today=(TODAY - EPOCH).days)
    found: list[Found] = [[] for _ in accounts]
    for term, day, amount, is_end in zip(
        changes.term.tolist(), changes.day.tolist(), changes.amount.tolist(), changes.is_end,
        strict=True,
    ):  # fmt: skip
        why = KnownDriver.NOT_RENEWED if is_end else None
        found[int(columns.account[term])].append((EPOCH + DAY * day, amount, why))
    return found, changes.renewed, changes.renewed_alike


@st.composite
def accounts(draw: st.DrawFn) -> list[list[Term]]:
    """Terms that follow each other, of whole months or of days, with gaps or without."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        start, terms = draw(st.dates(date(2023, 1, 1), date(2027, 1, 1))), []
        for _ in range(draw(st.integers(1, 4))):
            days = start + DAY * draw(st.integers(1, 70))
            months = shift_months(start, draw(st.sampled_from([1, 2, 3, 12, 24])))
            last = draw(st.sampled_from([days, months, months - DAY]))
            terms.append(_term(start, last, draw(AMOUNTS), draw(CADENCES)))
            start = last + DAY * draw(st.sampled_from([1, 1, 2, 40]))
        found.append(terms)
    return found


@given(accounts())
@example([[_term(date(2024, 1, 31), date(2024, 2, 28), 30)]])
@example([[_term(date(2024, 1, 31), date(2024, 2, 29), 30)]])
@example([[_term(date(2024, 2, 29), date(2025, 2, 27), 30)]])
@settings(max_examples=150, deadline=None)
def test_columns_of_terms_come_to_what_each_accounts_schedule_does(
    of_each: list[list[Term]],
) -> None:
    expected = [any_schedule(terms, today=TODAY) for terms in of_each]

    found, renewed, alike = _found(of_each)

    assert found == [
        [(one.day, one.amount_minor, one.driver) for one in schedule.changes]
        for schedule in expected
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
