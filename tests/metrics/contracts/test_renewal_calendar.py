from datetime import date

import pytest

from metrics.contracts.renewal_calendar import coming_renewals, past_renewals
from metrics.contracts.terms import Term, TermStatus
from tests.metrics.contracts.terms import TODAY, term

YEAR = "2026-01-01 2026-12-31"
BEFORE = "2025-01-01 2025-12-31"
NEW_YEAR = date(2026, 1, 1)


def coming(*terms: Term) -> list[tuple[str, int | None]]:
    """List the day of each renewal ahead, and the minor units that come up."""
    found = coming_renewals(terms, today=TODAY)
    return [(str(one.day), one.mrr_minor) for one in found]


def came_up(*terms: Term) -> list[tuple[str, int, int]]:
    """List what came up in the year before today: day, MRR before, MRR from then on."""
    found = past_renewals(terms, since=date(2025, 11, 21), until=TODAY, today=TODAY)
    return [(str(one.day), one.before_minor, one.after_minor) for one in found]


def test_each_term_in_force_comes_up_by_itself_with_what_it_pays_a_month() -> None:
    other = term("2026-03-01 2027-02-28", 24_00, product="insights")

    assert coming(term(YEAR, 12_00), other) == [("2027-01-01", 100), ("2027-03-01", 200)]


def test_a_term_that_is_renewed_already_comes_up_with_the_end_of_the_next() -> None:
    # what is up is what is paid now, not what the next term says
    assert coming(term(YEAR, 12_00), term("2027-01-01 2027-12-31", 24_00)) == [("2028-01-01", 100)]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(term("2025-01-01 2025-10-31", 10_00), id="over"),
        pytest.param(term(YEAR, 12_00, status=TermStatus.CANCELLED), id="given notice of"),
        pytest.param(term("2026-01-01", 100), id="without an end"),
    ],
)
def test_what_is_over_or_given_up_or_goes_on_does_not_come_up(one: Term) -> None:
    assert coming(one) == []


def test_an_offer_that_nobody_signed_stands_for_all_that_is_paid_if_it_is_one() -> None:
    offer = term("2026-10-01 2027-09-30", 12_00, status=TermStatus.UNSIGNED)
    other = term("2027-01-01 2027-12-31", 24_00, status=TermStatus.UNSIGNED)

    assert coming(offer) == [("2026-10-01", None)]  # its day has passed
    assert coming(offer, offer) == [("2026-10-01", None)]
    assert coming(offer, other) == [("2026-10-01", 100), ("2027-01-01", 200)]


@pytest.mark.parametrize(
    ("after", "paid"),
    [
        pytest.param([term(YEAR, 12_00)], 100, id="unchanged: a renewal is a data point"),
        pytest.param([term(YEAR, 18_00)], 150, id="for more"),
        pytest.param([term(YEAR, 6_00)], 50, id="for less"),
        pytest.param([term("2026-01-03 2026-12-31", 12_00)], 0, id="a gap is none"),
        pytest.param([], 0, id="not renewed"),
        pytest.param([term(YEAR, 6_00, product="pro")], 50, id="by another product"),
    ],
)
def test_an_end_is_renewed_by_a_term_that_joins_it(after: list[Term], paid: int) -> None:
    assert came_up(term(BEFORE, 12_00), *after) == [("2026-01-01", 100, paid)]


def test_of_what_is_paid_more_no_more_is_kept_than_was_paid() -> None:
    [found] = past_renewals(
        [term(BEFORE, 12_00), term(YEAR, 18_00)], since=NEW_YEAR, until=TODAY, today=TODAY
    )

    assert (found.kept_minor, found.is_renewed) == (100, True)


def test_a_term_that_renews_itself_comes_up_each_year() -> None:
    assert came_up(term("2024-06-01 2025-05-31", 12_00, renews=True)) == [("2026-06-01", 100, 100)]


def test_what_rises_with_each_renewal_was_less_before_it_whatever_it_comes_to_later() -> None:
    raised = term("2024-06-01 2025-05-31", 12_00, renews=True, escalator=10)

    assert came_up(raised) == [("2026-06-01", 110, 121)]


def test_a_discount_that_ends_with_the_renewal_was_paid_before_it() -> None:
    reduced = term("2024-06-01 2025-05-31", 12_00, renews=True, off=3_00, off_until="2026-05-31")

    assert came_up(reduced) == [("2026-06-01", 75, 100)]


def test_what_comes_up_while_it_is_paused_pays_nothing_then() -> None:
    paused = term("2024-06-01 2025-05-31", 12_00, renews=True, paused="2026-05-01")

    assert came_up(paused) == [("2026-06-01", 100, 0)]


def test_an_amendment_has_not_come_up() -> None:
    first = term(BEFORE, 12_00, contract="a")
    rest = term("2025-12-01 2025-12-31", 3_00, contract="b", amends="a")

    # the rest of the year ends on 31 December, and nothing joins it
    assert came_up(first, rest) == [("2026-01-01", 300, 0)]


def test_what_was_not_paid_for_is_no_end_of_a_term() -> None:
    failed = term(BEFORE, 12_00, status=TermStatus.PAST_DUE, failed="2025-09-01")

    assert came_up(failed) == []
