"""Each accounting policy of contracts, with an example that is worked by hand (in cents)."""

from datetime import date

import pytest

from metrics.contracts.schedule import schedule
from metrics.contracts.terms import Cadence, TermStatus
from tests.metrics.contracts.terms import TODAY, lines, term

YEAR = "2026-01-01 2026-12-31"
NEXT = "2027-01-01 2027-12-31"


@pytest.mark.parametrize(
    ("days", "mrr"),
    [
        pytest.param("2026-01-01 2026-01-31", 360_000, id="a-month"),
        pytest.param("2026-01-01 2026-12-31", 30_000, id="a-year"),
        pytest.param("2026-02-15 2028-02-14", 15_000, id="two-years-from-mid-month"),
        pytest.param("2026-01-01 2028-12-31", 10_000, id="three-years"),
        pytest.param("2026-01-01 2026-07-31", 51_429, id="seven-months: 51,428.57"),
        pytest.param("2024-02-29 2025-02-28", 30_000, id="a-year-from-a-leap-day"),
        pytest.param("2026-01-31 2026-02-27", 360_000, id="a-month-that-lacks-the-31st"),
        pytest.param("2026-04-15 2026-06-15", 180_000, id="two-months-to-the-day"),
        # 360,000 / 100 days x 365/12 days a month
        pytest.param("2026-01-01 2026-04-10", 109_500, id="100-days: no whole months"),
    ],
)
def test_the_price_of_a_whole_term_is_spread_over_its_months(days: str, mrr: int) -> None:
    start, last = days.split()

    assert lines(term(days, 360_000)) == [f"{start} +{mrr}", f"{last} -{mrr} not_renewed"]


@pytest.mark.parametrize(
    ("per", "mrr"),
    [
        (Cadence.MONTH, 12_000),
        (Cadence.QUARTER, 4_000),
        (Cadence.HALF_YEAR, 2_000),
        (Cadence.YEAR, 1_000),
    ],
)
def test_a_price_for_some_months_is_the_same_however_long_the_term_is(
    per: Cadence, mrr: int
) -> None:
    assert lines(term("2026-01-01", 12_000, per=per)) == [f"2026-01-01 +{mrr}"]
    assert lines(term("2026-01-01 2026-05-20", 12_000, per=per))[0] == f"2026-01-01 +{mrr}"


def test_no_cent_is_left_when_a_price_that_does_not_divide_ends() -> None:
    """1,000.00 a year are 83.33 a month, and three of them 250.00 together."""
    assert lines(term(YEAR, 100_000)) == ["2026-01-01 +8333", "2026-12-31 -8333 not_renewed"]
    assert lines(*(term(YEAR, 100_000, contract=name) for name in "ABC")) == [
        "2026-01-01 +25000",
        "2026-12-31 -25000 not_renewed",
    ]


def test_a_half_of_a_cent_is_rounded_to_the_even_one() -> None:
    assert lines(term("2026-01-01 2026-02-28", 5))[0] == "2026-01-01 +2"
    assert lines(term("2026-01-01 2026-02-28", 7))[0] == "2026-01-01 +4"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(term(YEAR, 9_900, per=Cadence.ONCE), id="one-off fee"),
        pytest.param(term(YEAR, -9_900, per=Cadence.ONCE), id="credit or refund"),
        pytest.param(term(YEAR, 9_900, status=TermStatus.TRIAL), id="trial"),
        pytest.param(term(YEAR, 9_900, usage=True), id="usage"),
        pytest.param(term(YEAR, 9_900, status=TermStatus.UNSIGNED), id="offer"),
    ],
)
def test_what_is_no_committed_mrr_never_counts(other: object) -> None:
    assert lines(other) == []  # type: ignore[arg-type]


def test_a_trial_that_became_a_contract_counts_from_its_first_paid_day() -> None:
    assert lines(term("2026-01-01", 1_000, per=Cadence.MONTH, trial="2026-01-14")) == [
        "2026-01-15 +1000 trial_conversion"
    ]


def test_a_discount_is_taken_off_and_its_end_is_expansion() -> None:
    """100.00 a month less 20 % until June is 80.00, and 20.00 more from July on."""
    said = lines(
        term("2026-01-01", 10_000, per=Cadence.MONTH, off_percent=20, off_until="2026-06-30")
    )

    assert said == ["2026-01-01 +8000", "2026-07-01 +2000 discount_end"]


def test_a_discount_of_an_amount_is_of_as_much_time_as_the_price() -> None:
    """1,200.00 a year less 240.00 is 80.00 a month, for good."""
    assert lines(term(YEAR, 120_000, off=24_000))[0] == "2026-01-01 +8000"


def test_a_pause_takes_all_and_its_return_brings_it_back() -> None:
    paused = term("2026-01-01", 5_000, per=Cadence.MONTH, paused="2026-03-10", resumed="2026-05-01")

    assert lines(paused) == [
        "2026-01-01 +5000",
        "2026-03-10 -5000 pause",
        "2026-05-01 +5000 resume",
    ]


def test_a_pause_without_an_end_lasts_to_the_end_of_the_term() -> None:
    assert lines(term(YEAR, 12_000, paused="2026-03-10", status=TermStatus.PAUSED)) == [
        "2026-01-01 +1000",
        "2026-03-10 -1000 pause",
    ]


def test_a_pause_in_the_last_term_is_none_the_shorter_for_what_begins_the_day_after() -> None:
    paused = term(YEAR, 12_000, paused="2026-03-10", status=TermStatus.PAUSED)

    assert lines(paused, term("2026-03-11", 100, per=Cadence.MONTH, product="addon")) == [
        "2026-01-01 +1000",
        "2026-03-10 -1000 pause",
        "2026-03-11 +100 addon",
    ]


def test_a_cancellation_is_churn_on_the_last_paid_day_not_on_that_of_the_notice() -> None:
    """Signed up on 15 April, notice on 8 June, paid through 15 June: churn on 15 June."""
    sarah = term("2026-04-15 2026-06-15", 1_000, per=Cadence.MONTH, cancelled="2026-06-08")

    assert lines(sarah) == ["2026-04-15 +1000", "2026-06-15 -1000 not_renewed"]


@pytest.mark.parametrize(
    ("per", "last"),
    [
        (Cadence.MONTH, "2026-06-30"),
        (Cadence.QUARTER, "2026-06-30"),
        (Cadence.HALF_YEAR, "2026-06-30"),
        (Cadence.YEAR, "2026-12-31"),
    ],
)
def test_a_notice_on_a_term_without_an_end_ends_it_with_what_is_paid_for(
    per: Cadence, last: str
) -> None:
    running = term("2026-01-01", 12_000, per=per, cancelled="2026-06-08")

    assert lines(running)[1].split()[0] == last


def test_a_notice_ends_a_term_that_would_renew_itself_with_the_running_one() -> None:
    running = term("2024-01-01 2024-12-31", 12_000, renews=True, cancelled="2026-03-01")

    assert lines(running) == ["2024-01-01 +1000", "2026-12-31 -1000 not_renewed"]


def test_a_term_that_is_over_does_not_renew_itself() -> None:
    over = term("2024-01-01 2024-12-31", 12_000, renews=True, status=TermStatus.CANCELLED)

    assert lines(over) == ["2024-01-01 +1000", "2024-12-31 -1000 not_renewed"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param(date(2026, 11, 8), ["2026-01-01 +1000"], id="29 days after"),
        pytest.param(
            date(2026, 11, 9), ["2026-01-01 +1000", "2026-10-10 -1000 involuntary"], id="30 days"
        ),
    ],
)
def test_a_failed_payment_counts_for_30_days_and_is_churn_of_its_own_day_then(
    today: date, expected: list[str]
) -> None:
    failed = term(
        "2026-01-01", 1_000, per=Cadence.MONTH, status=TermStatus.PAST_DUE, failed="2026-10-10"
    )

    assert lines(failed, today=today) == expected


@pytest.mark.parametrize(
    ("cancelled", "expected"),
    [
        pytest.param("", ["2026-01-01 +1000", "2026-10-31 -1000 not_renewed"], id="it ran out"),
        pytest.param(
            "2026-10-31", ["2026-01-01 +1000", "2026-10-10 -1000 involuntary"], id="given up"
        ),
    ],
)
def test_a_failed_payment_of_a_term_that_was_given_up_is_churn_at_once(
    cancelled: str, expected: list[str]
) -> None:
    failed = term(
        "2026-01-01 2026-10-31",
        1_000,
        per=Cadence.MONTH,
        status=TermStatus.PAST_DUE,
        failed="2026-10-10",
        cancelled=cancelled,
    )

    assert lines(failed, today=date(2026, 11, 1)) == expected


@pytest.mark.parametrize(
    ("failed", "loss"),
    [
        pytest.param("2026-10-31", "2026-10-31 -1000 involuntary", id="on its last day"),
        pytest.param("2026-11-01", "2026-11-01 -1000 involuntary", id="for the day after"),
        pytest.param("2026-11-02", "2026-10-31 -1000 not_renewed", id="when it was over"),
    ],
)
def test_a_term_that_runs_out_as_a_payment_fails_is_lost_to_that(failed: str, loss: str) -> None:
    over = term(
        "2026-01-01 2026-10-31",
        1_000,
        per=Cadence.MONTH,
        status=TermStatus.PAST_DUE,
        failed=failed,
    )

    assert lines(over, today=date(2026, 12, 31)) == ["2026-01-01 +1000", loss]


def test_a_failed_payment_that_was_made_good_changes_nothing() -> None:
    paid = term("2026-01-01", 1_000, per=Cadence.MONTH, failed="2026-03-10")

    assert lines(paid) == ["2026-01-01 +1000"]


def test_a_term_that_renews_itself_goes_on_without_end() -> None:
    assert lines(term("2025-01-01 2025-12-31", 12_000, renews=True)) == ["2025-01-01 +1000"]


def test_an_escalator_adds_up_with_every_year_at_each_renewal() -> None:
    """1,000.00 a month and 5 % more a year: 1,050.00, then 1,102.50, then 1,157.625 to even."""
    raised = term("2024-01-01 2024-12-31", 1_200_000, renews=True, escalator=5)

    assert lines(raised)[:4] == [
        "2024-01-01 +100000",
        "2025-01-01 +5000 price",
        "2026-01-01 +5250 price",
        "2027-01-01 +5512 price",
    ]


def test_the_escalator_of_a_term_of_two_years_is_that_of_both() -> None:
    raised = term("2024-01-01 2025-12-31", 240_000, renews=True, escalator=10)

    assert lines(raised)[:2] == ["2024-01-01 +10000", "2026-01-01 +2100 price"]


def test_a_monthly_term_rises_only_after_a_year() -> None:
    raised = term("2025-01-01 2025-01-31", 10_000, renews=True, escalator=10)

    assert lines(raised)[:2] == ["2025-01-01 +10000", "2026-01-01 +1000 price"]


def test_overlapping_terms_add_up() -> None:
    assert lines(term(YEAR, 120_000), term("2026-07-01 2026-12-31", 30_000)) == [
        "2026-01-01 +10000",
        "2026-07-01 +5000",
        "2026-12-31 -15000 not_renewed",
    ]


def test_a_gap_is_churn_and_a_return() -> None:
    assert lines(term(YEAR, 120_000), term("2027-01-02 2027-12-31", 10_000, per=Cadence.MONTH)) == [
        "2026-01-01 +10000",
        "2026-12-31 -10000 not_renewed",
        "2027-01-02 +10000",
        "2027-12-31 -10000 not_renewed",
    ]


@pytest.mark.parametrize(
    ("after", "change"),
    [
        pytest.param(144_000, ["2027-01-01 +2000"], id="expansion"),
        pytest.param(60_000, ["2027-01-01 -5000"], id="contraction"),
        pytest.param(120_000, [], id="no change"),
    ],
)
def test_a_renewal_that_joins_is_the_difference(after: int, change: list[str]) -> None:
    assert lines(term(YEAR, 120_000), term(NEXT, after))[1:-1] == change


@pytest.mark.parametrize(
    ("seats", "after", "driver"),
    [
        pytest.param(12, 144_000, "seats", id="two seats more at the same price"),
        pytest.param(10, 144_000, "price", id="as many seats"),
        pytest.param(12, 180_000, "price", id="both"),
        pytest.param(3, 36_001, "seats", id="a rounded price"),
    ],
)
def test_seats_or_the_price_of_one_are_the_driver_of_a_renewal(
    seats: int, after: int, driver: str
) -> None:
    said = lines(term(YEAR, 120_000, seats=10), term(NEXT, after, seats=seats))

    assert said[1].split()[2] == driver


def test_a_change_of_product_is_rows_of_both_products_on_one_day() -> None:
    assert lines(term(YEAR, 120_000, product="basic"), term(NEXT, 180_000, product="pro"))[:3] == [
        "2026-01-01 +10000 basic",
        "2027-01-01 -10000 basic",
        "2027-01-01 +15000 pro",
    ]


def test_an_upgrade_and_a_downgrade_on_one_day_are_the_net_of_the_day() -> None:
    two = term(YEAR, 120_000, contract="A"), term(YEAR, 60_000, contract="B")
    next_two = term(NEXT, 180_000, contract="C"), term(NEXT, 24_000, contract="D")

    assert lines(*two, *next_two)[:2] == ["2026-01-01 +15000", "2027-01-01 +2000"]


def test_currencies_are_apart() -> None:
    assert lines(term(YEAR, 120_000), term(YEAR, 120_000, currency="EUR")) == [
        "2026-01-01 +10000 EUR",
        "2026-12-31 -10000 EUR not_renewed",
        "2026-01-01 +10000",
        "2026-12-31 -10000 not_renewed",
    ]


def test_an_amendment_replaces_the_rest_of_what_it_amends() -> None:
    """1,200.00 a year, from July on 900.00 for half a year: 100.00, then 150.00 a month."""
    first = term(YEAR, 120_000, contract="C1")
    amendment = term("2026-07-01 2026-12-31", 90_000, contract="C1-1", amends="C1")

    assert lines(first, amendment) == [
        "2026-01-01 +10000",
        "2026-07-01 +5000 amendment",
        "2026-12-31 -15000 not_renewed",
    ]


@pytest.mark.parametrize("second_amends", ["C1", "C1-1"])
def test_a_chain_of_amendments_replaces_one_by_the_other(second_amends: str) -> None:
    first = term(YEAR, 10_000, per=Cadence.MONTH, contract="C1")
    one = term("2026-04-01", 15_000, per=Cadence.MONTH, contract="C1-1", amends="C1")
    two = term("2026-07-01", 8_000, per=Cadence.MONTH, contract="C1-2", amends=second_amends)

    assert lines(first, one, two) == [
        "2026-01-01 +10000",
        "2026-04-01 +5000 amendment",
        "2026-07-01 -7000 amendment",
        "2026-12-31 -8000 not_renewed",
    ]


def test_an_amendment_goes_on_as_what_it_replaces_where_it_says_nothing_else() -> None:
    first = term("2025-01-01 2025-12-31", 120_000, contract="C1", renews=True, escalator=10)
    amendment = term("2025-07-01", 20_000, per=Cadence.MONTH, contract="C1-1", amends="C1")

    assert lines(first, amendment)[:4] == [
        "2025-01-01 +10000",
        "2025-07-01 +10000 amendment",
        "2026-01-01 +2000 price",
        "2027-01-01 +2200 price",
    ]


def test_an_amendment_of_one_product_leaves_the_others() -> None:
    first = [term(YEAR, 120_000, contract="C1", product=name) for name in ("core", "extra")]
    amendment = term("2026-07-01 2026-12-31", 90_000, amends="C1", product="core")

    assert lines(*first, amendment)[:2] == [
        "2026-01-01 +10000 core",
        "2026-07-01 +5000 core amendment",
    ]
    assert lines(*first, amendment)[3] == "2026-01-01 +10000 extra"


def test_an_amendment_to_nothing_ends_the_contract_on_its_day() -> None:
    first = term(YEAR, 120_000, contract="C1")
    nothing = term("2026-07-01 2026-12-31", 0, amends="C1")

    assert lines(first, nothing) == ["2026-01-01 +10000", "2026-07-01 -10000 amendment"]


def test_a_renewal_in_the_list_takes_the_place_of_the_one_that_happens_by_itself() -> None:
    old = term("2025-01-01 2025-12-31", 120_000, renews=True)

    assert lines(old, term(YEAR, 144_000)) == [
        "2025-01-01 +10000",
        "2026-01-01 +2000",
        "2026-12-31 -12000 not_renewed",
    ]


def test_a_later_term_of_the_same_contract_ends_its_own_renewals() -> None:
    old = term("2024-01-01 2024-12-31", 120_000, renews=True, contract="C1")
    new = term("2026-03-01 2027-02-28", 240_000, contract="C1")

    assert lines(old, new)[:2] == ["2024-01-01 +10000", "2026-03-01 +10000"]


def test_renewals_are_counted_with_or_without_a_change() -> None:
    found = schedule(
        [
            term("2024-01-01 2024-12-31", 120_000),
            term("2025-01-01 2025-12-31", 120_000),
            term(YEAR, 132_000, renews=True),
        ],
        today=TODAY,
    )

    assert (found.renewed, found.renewed_alike) == (2, 1)


def test_a_term_counts_each_renewal_by_itself_that_has_come() -> None:
    alike = term("2023-01-01 2023-12-31", 120_000, renews=True)
    raised = term("2024-01-01 2024-12-31", 120_000, renews=True, escalator=5, product="pro")

    found = schedule([alike, raised], today=TODAY)

    assert (found.renewed, found.renewed_alike) == (5, 3)


def test_an_amendment_without_any_end_has_no_price_for_the_whole() -> None:
    first = term("2026-01-01", 1_000, per=Cadence.MONTH, contract="C1")

    assert schedule([first, term("2026-07-01", 9_000, amends="C1")], today=TODAY).unpriced == (1,)


def test_what_is_paid_until_a_pause_stands_with_its_rises() -> None:
    rising = term("2024-01-01 2024-12-31", 12_000, renews=True, escalator=10, paused="2025-06-01")

    assert lines(rising) == [
        "2024-01-01 +1000",
        "2025-01-01 +100 price",
        "2025-06-01 -1100 pause",
    ]


@pytest.mark.parametrize(
    ("days", "failed", "said"),
    [
        pytest.param("2026-01-01", "2026-01-01", [], id="nothing was paid"),
        pytest.param(
            "2026-01-01 2026-03-31",
            "2026-06-01",
            ["2026-01-01 +1000", "2026-03-31 -1000 not_renewed"],
            id="all of it was paid",
        ),
    ],
)
def test_a_payment_that_failed_ends_no_more_than_what_was_unpaid(
    days: str, failed: str, said: list[str]
) -> None:
    found = lines(term(days, 1_000, per=Cadence.MONTH, status=TermStatus.PAST_DUE, failed=failed))

    assert found == said


def test_nothing_is_taken_off_what_is_free() -> None:
    assert lines(term("2026-01-01", 0, per=Cadence.MONTH, off=500)) == []
