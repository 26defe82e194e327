from datetime import date

import pytest

from metrics.contracts.next_renewal import next_renewal
from metrics.contracts.terms import Cadence, Term, TermStatus
from tests.metrics.contracts.terms import TODAY, term

YEAR = "2026-01-01 2026-12-31"
NEXT = "2027-01-01 2027-12-31"
JANUARY = date(2027, 1, 1)
OFFER = term(NEXT, 100, status=TermStatus.UNSIGNED)
GONE = term("2025-01-01 2025-12-31", 100)


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        pytest.param([term(YEAR, 100)], JANUARY, id="the day after the last one"),
        pytest.param([term("2026-01-01 2026-11-21", 1)], date(2026, 11, 22), id="over today"),
        # both ends on the 15th: the next one begins on the day on which this one ends
        pytest.param([term("2026-01-15 2027-01-15", 1)], date(2027, 1, 15), id="that very day"),
        pytest.param([term(YEAR, 100, renews=True)], JANUARY, id="renews itself"),
        pytest.param(
            [term("2024-01-01 2024-12-31", 100, renews=True)], JANUARY, id="has renewed itself"
        ),
        pytest.param([term(YEAR, 1), term(NEXT, 1)], date(2028, 1, 1), id="renewed already"),
        pytest.param(
            [term(YEAR, 1), term("2026-03-01 2027-02-28", 1)], JANUARY, id="the first of two"
        ),
        pytest.param(
            [term(YEAR, 1), term("2026-03-01", 1, per=Cadence.MONTH)], JANUARY, id="beside no end"
        ),
        pytest.param(
            [
                term(YEAR, 1, contract="a"),
                term("2026-06-01 2027-05-31", 2, contract="b", amends="a"),
            ],
            date(2027, 6, 1),
            id="amended",
        ),
        pytest.param(
            [term(YEAR, 1, contract="a"), term("2026-12-01", 2, contract="b", amends="a")],
            JANUARY,
            id="to be amended, with the same end",
        ),
        pytest.param([term(YEAR, 1), OFFER], JANUARY, id="with an offer"),
        pytest.param([OFFER], JANUARY, id="an offer where nothing is signed"),
    ],
)
def test_the_next_renewal_is_the_first_day_that_nobody_has_signed_for(
    terms: list[Term], day: date
) -> None:
    assert next_renewal(terms, today=TODAY) == day
    assert next_renewal(terms[::-1], today=TODAY) == day


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param([], id="no terms"),
        pytest.param([GONE], id="over"),
        pytest.param([GONE, OFFER], id="over, and an offer to come back"),
        pytest.param([term(NEXT, 100)], id="to come"),
        pytest.param([term("2026-01-01", 100, per=Cadence.MONTH)], id="without end"),
        pytest.param([term(YEAR, 1, cancelled="2026-11-02")], id="notice given"),
        pytest.param([term(YEAR, 1, renews=True, cancelled="2026-11-02")], id="notice in time"),
        pytest.param([term(YEAR, 1, status=TermStatus.CANCELLED)], id="given up"),
        pytest.param(
            [term(YEAR, 1, product="basic"), term(NEXT, 1, product="pro")], id="another product"
        ),
        pytest.param([term(YEAR, 1, status=TermStatus.TRIAL)], id="trial"),
        pytest.param([term(YEAR, 1, usage=True)], id="usage"),
        pytest.param(
            # until 31 October: thirty days from 2 October
            [term(YEAR, 1, status=TermStatus.PAST_DUE, failed="2026-10-02")],
            id="payment has failed",
        ),
        pytest.param([OFFER, term("2027-02-01", 5, status=TermStatus.UNSIGNED)], id="two offers"),
        pytest.param(
            [term("2026-11-21 2027-11-20", 1, status=TermStatus.UNSIGNED)], id="an offer of today"
        ),
        pytest.param(
            [term(NEXT, 1, status=TermStatus.UNSIGNED, per=Cadence.ONCE)], id="a fee is offered"
        ),
        pytest.param([term("2026-01-01 2026-11-20", 1)], id="over since yesterday"),
    ],
)
def test_a_renewal_that_is_not_known_is_none(terms: list[Term]) -> None:
    assert next_renewal(terms, today=TODAY) is None
