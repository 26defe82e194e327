from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.contracts.chains import NO_NAME, Chains, NamedTerms, chains_of
from metrics.contracts.discounts import SHARE, Discounts
from metrics.contracts.plain_columns import NO_END, PlainColumns
from metrics.contracts.schedule import schedule
from metrics.contracts.schedules import REASONS, schedules
from metrics.contracts.span_columns import TermColumns
from metrics.contracts.terms import Cadence, Position, Price, Renewing, Term
from metrics.drivers import KnownDriver
from metrics.period_grammar import shift_months

EPOCH, TODAY = date(1970, 1, 1), date(2026, 11, 21)
DAY = timedelta(1)
PRODUCTS = [None, "a", "b"]
CADENCES = st.sampled_from([one for one in Cadence if one is not Cadence.ONCE])
AMOUNTS = st.one_of(st.integers(1, 40), st.sampled_from([10**15, 10**15 - 1]))
STARTS_OF_TERMS = st.dates(date(2023, 1, 1), date(2027, 1, 1))
COUNTS, DAYS, MONTHS = st.integers(1, 4), st.integers(1, 70), st.sampled_from([1, 2, 3, 12, 24])
ENDS, GAPS = st.integers(0, 2), st.sampled_from([1, 1, 2, 40])
RENEWING, SEATS = st.sampled_from([None, False, True]), st.sampled_from([None, None, 10, 12])
CONTRACTS = [None, "one", "two", "three", "four", "five"]
ANSWERS = {None: NO_NAME, False: 0, True: 1}
Found = list[tuple[date, int, KnownDriver | None, int]]


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


def _day(one: date | None) -> int:
    return NO_END if one is None else (one - EPOCH).days


def _name(one: str | None) -> int:
    return CONTRACTS.index(one) - 1


def _columns(accounts: Sequence[Sequence[Term]]) -> TermColumns:
    cells = [
        (
            *(n, PRODUCTS.index(one.position.product), _day(one.start), _day(one.last)),
            *(one.price.amount_minor, one.price.cadence.value, one.price.seats or 0),
            *(_name(one.contract), _name(one.amends), ANSWERS[one.renewing.goes_on]),
            *(one.price.discount_minor, int(one.price.discount_share * SHARE)),
            _day(one.price.discount_last),
        )
        for n, terms in enumerate(accounts)
        for one in terms
    ]
    columns = np.array(cells, np.int64).reshape(len(cells), 13).T
    account, product, start, last, amount, cadence, seats, contract, amends, goes_on = columns[:10]
    chains = chains_of(
        NamedTerms(
            account=account,
            contract=contract,
            amends=amends,
            product=product,
            start=start,
            last=last,
            goes_on=goes_on,
        )
    )
    if (amends == NO_NAME).all():
        chains = Chains.without(start, last, goes_on == 1)
    position = len(PRODUCTS) * account + product
    plain = PlainColumns(
        account, position, start, chains.last, amount, cadence, seats, chains.goes_on
    )
    return TermColumns(plain, Discounts(*columns[10:]), chains)


def _found(accounts: Sequence[Sequence[Term]]) -> tuple[list[Found], int, int]:
    account = [n for n, terms in enumerate(accounts) for _ in terms]
    changes = schedules(_columns(accounts), today=(TODAY - EPOCH).days)
    found: list[Found] = [[] for _ in accounts]
    for term, day, amount, reason in zip(
        *(one.tolist() for one in (changes.term, changes.day, changes.amount, changes.reason)),
        strict=True,
    ):
        number = term - account.index(account[term])
        found[account[term]].append((EPOCH + DAY * day, amount, REASONS[reason], number))
    return found, changes.renewed, changes.renewed_alike


def _clear(accounts: Sequence[list[Term]]) -> list[list[Term]]:
    """Leave out accounts that are for `schedule` itself."""
    columns = _columns(accounts)
    has_price = (columns.plain.last != NO_END) | (columns.plain.cadence > Cadence.TOTAL)
    has_price &= columns.plain.last >= columns.plain.start
    others = {*columns.plain.account[columns.is_unclear | ~has_price].tolist()}
    return [terms for n, terms in enumerate(accounts) if n not in others]


def _agree(of_each: Sequence[list[Term]]) -> None:
    expected = [schedule(terms, today=TODAY) for terms in of_each]

    found, renewed, alike = _found(of_each)

    assert found == [
        [(one.day, one.amount_minor, one.driver, one.number) for one in each.changes]
        for each in expected
    ]
    assert renewed == sum(one.renewed for one in expected)
    assert alike == sum(one.renewed_alike for one in expected)


@st.composite
def positions(draw: st.DrawFn, product: str | None) -> list[Term]:
    """Terms that follow each other, of whole months or of days, with gaps or without."""
    start, terms = draw(STARTS_OF_TERMS), []
    for _ in range(draw(COUNTS)):
        days, months = start + DAY * draw(DAYS), shift_months(start, draw(MONTHS))
        last = (days, months, months - DAY)[draw(ENDS)]
        gap = draw(GAPS)
        # One that renews itself is joined by the next one, or the last.
        goes_on = draw(RENEWING) if gap == 1 else None
        seats, amount, cadence = draw(SEATS), draw(AMOUNTS), draw(CADENCES)
        one = _term(start, last, amount, cadence, seats=seats, goes_on=goes_on, product=product)
        terms.append(one)
        start = last + DAY * gap
    *_, last_one = terms
    if last_one.price.cadence > Cadence.TOTAL and draw(st.booleans()):
        terms[-1] = replace(last_one, last=None)
    return terms


OF_PRODUCTS = [*map(positions, PRODUCTS)]
HOW_MANY = st.integers(1, len(PRODUCTS))


@st.composite
def accounts(draw: st.DrawFn) -> list[list[Term]]:
    """Accounts of one product or several, each of which has terms of its own."""
    return [
        [one for of_product in OF_PRODUCTS[: draw(HOW_MANY)] for one in draw(of_product)]
        for _ in range(draw(COUNTS))
    ]


@given(accounts())
@example([[_term(date(2024, 1, 31), date(2024, 2, 28), 30)]])
@example([[_term(date(2024, 1, 31), date(2024, 2, 29), 30)]])
@example([[_term(date(2024, 2, 29), date(2025, 2, 27), 30)]])
@settings(max_examples=400, deadline=None)
def test_columns_of_terms_come_to_what_each_accounts_schedule_does(
    of_each: list[list[Term]],
) -> None:
    assert _clear(of_each) == of_each
    _agree(of_each)


YES_NO = [False, True]
STARTS = [date(2025, 1, 1) + DAY * n for n in (0, 1, 31, 59, 181, 365, 366)]


def _real_term(random: Random) -> Term:
    """Build a term of few days and names, so that many meet, overlap and amend each other."""
    some = random.choice
    start = some(STARTS)
    last = some([None, start, *STARTS, *(one - DAY for one in STARTS)])
    amount, is_share, is_off = some([1, 30, 31, 1200, 10**10]), some(YES_NO), some([0, 0, 1])
    return Term(
        start=start,
        last=None if last is None else max(start, last),
        position=Position(some(PRODUCTS[:2]), "USD"),
        price=Price(
            amount_minor=amount,
            cadence=some([Cadence.TOTAL, Cadence.MONTH, Cadence.YEAR]),
            discount_minor=0 if is_share else min(amount, some([1, 30])) * is_off,
            discount_share=Fraction(some([10, 100]) * is_share * is_off, 100),
            discount_last=some([None, *STARTS]),
            seats=some([None, 10, 12]),
        ),
        contract=some(CONTRACTS[:3]),
        renewing=Renewing(some([None, None, False, True])),
    )


def _real_account(random: Random) -> list[Term]:
    """Build contracts beside each other and amendments, most of them one after the other."""
    beside = [_real_term(random) for _ in range(random.randint(0, 3))]
    chain = sorted((_real_term(random) for _ in range(random.randint(1, 4))), key=_start)
    names = CONTRACTS[1:]
    terms = [
        replace(one, contract=names[n], amends=names[n - 1] if n else None)
        for n, one in enumerate(chain)
    ]
    if random.random() < 1 / 4:  # some that are not
        place = random.randrange(len(terms))
        terms[place] = replace(terms[place], amends=random.choice(CONTRACTS))
    return random.sample([*beside, *terms], len(beside) + len(terms))


def _start(one: Term) -> date:
    return one.start


@given(st.integers(0, 10**9).map(Random))
@settings(max_examples=20, deadline=None)
def test_columns_of_contracts_that_overlap_and_amend_each_other_come_to_the_same(
    random: Random,
) -> None:
    _agree(_clear([_real_account(random) for _ in range(60)]))


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

    lost = (last, -monthly, KnownDriver.NOT_RENEWED, 0)
    assert found == [[(date(2026, 1, 1), monthly, None, 0), lost]]


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
    assert list(accumulate(amount for _, amount, *_ in found[0])) == [100, 300, 0]


def test_nothing_comes_to_nothing() -> None:
    assert _found([]) == ([], 0, 0)
