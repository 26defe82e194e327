"""Renewals in columns against those of each account's terms."""

from datetime import date, timedelta

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.contracts.plain_columns import PlainColumns
from metrics.contracts.plain_renewals import is_plain_end, plain_renewals
from metrics.contracts.renewal_calendar import coming_renewals, past_renewals
from metrics.contracts.terms import Cadence, Position, Price, Term
from tests.metrics.contracts.terms import TODAY

FIRST, EPOCH = date(2025, 1, 1), date(1970, 1, 1)
SINCE = TODAY - timedelta(365)
_TERM = st.tuples(
    st.sampled_from([0, 0, 1, 40]),
    st.integers(1, 500),
    st.integers(1, 5_000),
    st.sampled_from([Cadence.TOTAL, Cadence.MONTH, Cadence.YEAR]),
)


def day_number(day: date) -> int:
    return (day - EPOCH).days


@given(st.lists(_TERM, min_size=1, max_size=5))
def test_columns_find_what_the_terms_of_an_account_do(
    drawn: list[tuple[int, int, int, Cadence]],
) -> None:
    terms, start = [], FIRST
    for gap, length, amount, cadence in drawn:
        start += timedelta(gap)
        last = start + timedelta(length)
        price = Price(amount_minor=amount, cadence=cadence)
        terms.append(Term(start=start, last=last, position=Position(None, "USD"), price=price))
        start = last + timedelta(1)
    days = [[day_number(one.start), day_number(one.last or TODAY)] for one in terms]
    starts, lasts = np.array(days, np.int64).T
    assume(is_plain_end(starts, lasts).all())
    columns = PlainColumns(
        account=np.zeros(len(terms), np.int64),
        position=np.zeros(len(terms), np.int64),
        start=starts,
        last=lasts,
        amount=np.array([one.price.amount_minor for one in terms]),
        cadence=np.array([one.price.cadence.value for one in terms]),
        seats=np.zeros(len(terms), np.int64),
        goes_on=np.zeros(len(terms), np.bool_),
    )

    found = plain_renewals(columns, today=day_number(TODAY), since=day_number(SINCE))

    ahead = coming_renewals(terms, today=TODAY)
    assert [*zip(found.coming_day.tolist(), found.coming_minor.tolist(), strict=True)] == [
        (day_number(one.day), one.mrr_minor) for one in ahead
    ]
    behind = past_renewals(terms, since=SINCE, until=TODAY, today=TODAY)
    columns_of_past = (found.past_day, found.before, found.after)
    assert [*zip(*(one.tolist() for one in columns_of_past), strict=True)] == [
        (day_number(one.day), one.before_minor, one.after_minor) for one in behind
    ]
