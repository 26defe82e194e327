"""What becomes of a subscription, as terms: worked out from snapshots in Stripe's own shape."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from metrics.contracts.terms import Cadence, Term, TermStatus
from storage.importing.stripe.course import course_of
from storage.importing.stripe.objects import Untold
from storage.importing.stripe.rows import COLUMNS, row_of
from storage.importing.stripe.subscriptions import snapshot_of
from tests.metrics.contracts.terms import lines
from tests.storage.importing.stripe.objects import Known, at, course, item, price, subscription

BASIC, PRO = price(), price("price_pro", "25000")
SEATS = price("price_seat", "1500")


def days(terms: list[Term]) -> list[tuple[str | None, str, str]]:
    """List product, first and last day of terms."""
    return [(one.position.product, one.start.isoformat(), f"{one.last or ''}") for one in terms]


def test_another_quantity_begins_a_term_on_its_day() -> None:
    terms = course(
        ("2026-01-10", subscription(item(SEATS, 5))),
        ("2026-03-16", subscription(item(SEATS, 9))),
    )

    assert days(terms) == [
        ("prod_seat", "2026-01-10", "2026-03-15"),
        ("prod_seat", "2026-03-16", ""),
    ]
    assert [(one.price.amount_minor, one.price.seats) for one in terms] == [(7500, 5), (13500, 9)]


def test_of_one_day_only_its_close_counts() -> None:
    terms = course(
        ("2026-01-10", subscription(item(SEATS, 5))),
        ("2026-03-16 09:00", subscription(item(SEATS, 9))),
        ("2026-03-16 23:59:59", subscription(item(SEATS, 5))),
    )

    assert days(terms) == [("prod_seat", "2026-01-10", "")]


def test_another_product_ends_the_one_and_begins_the_other() -> None:
    terms = course(
        ("2026-01-10", subscription(item(BASIC))), ("2026-03-16", subscription(item(PRO)))
    )

    assert days(terms) == [
        ("prod_basic", "2026-01-10", "2026-03-15"),
        ("prod_pro", "2026-03-16", ""),
    ]


def test_an_item_that_is_taken_away_has_its_last_day_then() -> None:
    terms = course(
        ("2026-01-10", subscription(item(BASIC), item(SEATS, 2))),
        ("2026-03-16", subscription(item(BASIC))),
    )

    assert days(terms) == [
        ("prod_basic", "2026-01-10", ""),
        ("prod_seat", "2026-01-10", "2026-03-16"),
    ]


@pytest.mark.parametrize(
    ("after", "pro"),
    [
        ({}, ""),
        (
            {"status": "canceled", "ended_at": at("2026-03-17"), "canceled_at": at("2026-03-17")},
            "17",
        ),
    ],
)
def test_an_item_that_was_taken_away_keeps_its_last_day_whatever_is_told_the_day_after(
    after: dict[str, Any], pro: str
) -> None:
    terms = course(
        ("2026-01-10", subscription(item(BASIC), item(PRO))),
        ("2026-03-16", subscription(item(PRO))),
        ("2026-03-17", subscription(item(PRO), **after)),
        ("2026-03-18", subscription(item(PRO), **after)),
    )

    assert days(terms) == [
        ("prod_basic", "2026-01-10", "2026-03-16"),
        ("prod_pro", "2026-01-10", pro and f"2026-03-{pro}"),
    ]


def test_items_of_one_product_are_one_term() -> None:
    fee = price("price_fee", "5000", product="prod_seat")

    (term,) = course(("2026-01-10", subscription(item(fee, None), item(SEATS, 2))))

    assert (term.price.amount_minor, term.price.seats) == (8000, None)


def test_metered_items_are_no_term() -> None:
    metered = price("price_calls", "1", recurring={"usage_type": "metered"})

    assert days(course(("2026-01-10", subscription(item(BASIC), item(metered, None))))) == [
        ("prod_basic", "2026-01-10", "")
    ]


@pytest.mark.parametrize(
    ("every", "amount", "said"),
    [
        (("year", 1), "120000", (120_000, Cadence.YEAR)),
        (("month", 3), "30000", (30_000, Cadence.QUARTER)),
        (("year", 2), "240000", (120_000, Cadence.YEAR)),
        (("week", 1), "100", (5200, Cadence.YEAR)),
        (("month", 1), "0.5", (6, Cadence.YEAR)),  # exact in a year only
    ],
)
def test_an_amount_is_said_for_an_interval_in_which_it_is_exact(
    every: tuple[str, int], amount: str, said: tuple[int, Cadence]
) -> None:
    one = price(amount=amount, recurring={"interval": every[0], "interval_count": every[1]})

    (term,) = course(("2026-01-10", subscription(item(one))))

    assert (term.price.amount_minor, term.price.cadence) == said


def test_a_notice_is_known_at_once_and_may_be_taken_back() -> None:
    period = ("2026-03-10", "2026-04-10")
    notice = subscription(period=period, cancel_at_period_end=True, canceled_at=at("2026-03-16"))
    told = [("2026-01-10", subscription()), ("2026-03-16", notice)]

    (given,) = course(*told)
    (taken_back,) = course(*told, ("2026-03-20", subscription(period=period)))

    assert (given.last, given.course.cancelled_on) == (date(2026, 4, 9), date(2026, 3, 16))
    assert (taken_back.last, taken_back.course.cancelled_on) == (None, None)


@pytest.mark.parametrize(
    ("ended", "last"),
    [
        ("2026-03-16 15:00", "2026-03-16"),  # at once
        ("2026-04-10 12:00", "2026-04-09"),  # where the next period would begin
        ("2026-03-17 00:00", "2026-03-16"),
    ],
)
def test_an_end_is_the_last_paid_day(ended: str, last: str) -> None:
    over = subscription(period=("2026-03-10", "2026-04-10"), status="canceled", ended_at=at(ended))

    (term,) = course(("2026-01-10", subscription()), (ended, over))

    assert (f"{term.last}", term.course.status) == (last, TermStatus.CANCELLED)


def test_a_subscription_that_ends_on_its_first_day_says_so() -> None:
    over = subscription(status="canceled", ended_at=at("2026-01-10 18:00"))

    assert days(course(("2026-01-10", subscription()), ("2026-01-10 18:00", over))) == []
    held = course(("2026-01-10", subscription()))
    later = snapshot_of(over, at("2026-01-10 18:00"), Known())
    assert days(course_of(held, [later], "sub_1")) == [("prod_basic", "2026-01-10", "2026-01-10")]


def test_a_trial_counts_from_its_end_and_one_that_ends_without_pay_never() -> None:
    trial: dict[str, Any] = {"trial_start": at("2026-01-10"), "trial_end": at("2026-01-24")}
    free = subscription(status="trialing", **trial)

    (on_trial,) = course(("2026-01-10", free))
    (paid,) = course(("2026-01-10", free), ("2026-01-24", subscription(**trial)))
    over = subscription(status="canceled", ended_at=at("2026-01-20"), **trial)
    (given_up,) = course(("2026-01-10", free), ("2026-01-20", over))

    assert (on_trial.course.status, on_trial.is_committed) == (TermStatus.TRIAL, False)
    assert paid.course.trial_last == date(2026, 1, 23)
    assert paid.is_committed
    assert not given_up.is_committed


def test_a_pause_begins_when_what_is_paid_is_over_and_ends_with_the_next_paid_period() -> None:
    paused = subscription(
        period=("2026-03-10", "2026-04-10"), pause_collection={"behavior": "void"}
    )
    back = subscription(period=("2026-05-10", "2026-06-10"))

    (open_,) = course(("2026-01-10", subscription()), ("2026-03-16", paused))
    (over,) = course(("2026-01-10", subscription()), ("2026-03-16", paused), ("2026-05-20", back))

    assert (open_.course.status, open_.course.paused_on) == (TermStatus.PAUSED, date(2026, 4, 10))
    assert (over.course.paused_on, over.course.resumed_on) == (
        date(2026, 4, 10),
        date(2026, 6, 10),
    )


def test_a_pause_that_was_to_begin_after_an_end_never_does() -> None:
    paid: dict[str, Any] = {"period": ("2026-03-10", "2026-04-10")}
    pause: dict[str, Any] = {"pause_collection": {"behavior": "void"}, **paid}
    paused = ("2026-01-10", subscription()), ("2026-03-16", subscription(**pause))
    over = subscription(status="canceled", ended_at=at("2026-03-20"), **paid)
    pro = subscription(item(PRO), **pause)

    (ended,) = course(*paused, ("2026-03-20", over))
    basic, other = course(*paused, ("2026-03-20", pro))

    assert (ended.last, ended.course.paused_on) == (date(2026, 3, 20), None)
    assert (basic.last, basic.course.paused_on) == (date(2026, 3, 19), None)
    assert basic.course.status is TermStatus.ACTIVE
    assert (other.course.status, other.course.paused_on) == (
        TermStatus.PAUSED,
        date(2026, 4, 10),
    )


def test_a_pause_inside_what_is_paid_is_none() -> None:
    year = ("2026-01-10", "2027-01-10")
    paused = subscription(period=year, pause_collection={"behavior": "void"})

    (term,) = course(
        ("2026-01-10", subscription(period=year)),
        ("2026-03-16", paused),
        ("2026-05-20", subscription(period=year)),
    )

    assert term.course.paused_on is None


def test_a_product_that_comes_within_a_pause_waits_for_the_first_paid_period() -> None:
    unpaid: dict[str, Any] = {
        "period": ("2026-04-10", "2026-05-10"),
        "pause_collection": {"behavior": "void"},
    }
    told = [
        ("2026-01-10", subscription(item(BASIC))),
        (
            "2026-04-10",
            subscription(item(BASIC), **{**unpaid, "period": ("2026-03-10", "2026-04-10")}),
        ),
        ("2026-04-20", subscription(item(PRO), **unpaid)),
    ]

    _, waiting = course(*told)
    _, over = course(*told, ("2026-04-25", subscription(item(PRO), period=unpaid["period"])))

    assert (waiting.position.product, waiting.course.paused_on) == ("prod_pro", date(2026, 4, 10))
    assert waiting.course.status is TermStatus.PAUSED
    assert over.course.resumed_on == date(2026, 5, 10)


def test_a_term_that_ended_within_a_pause_stays_paused_when_a_failure_is_made_good() -> None:
    halted: dict[str, Any] = {
        "period": ("2026-03-10", "2026-04-10"),
        "pause_collection": {"behavior": "void"},
    }
    back = ("2026-05-10", "2026-06-10")

    before, after = course(
        ("2026-01-10", subscription(item(SEATS, 5))),
        ("2026-03-16", subscription(item(SEATS, 5), **halted)),
        ("2026-05-10", subscription(item(SEATS, 9), status="past_due", period=back)),
        ("2026-05-20", subscription(item(SEATS, 9), period=back)),
    )

    assert (before.course.status, before.course.paused_on) == (
        TermStatus.PAUSED,
        date(2026, 4, 10),
    )
    assert after.course.status is TermStatus.ACTIVE


def test_a_second_pause_has_a_term_of_its_own() -> None:
    def paused(begins: str, ends: str) -> dict[str, object]:
        return subscription(period=(begins, ends), pause_collection={"behavior": "void"})

    first, second = course(
        ("2026-01-10", subscription()),
        ("2026-01-20", paused("2026-01-10", "2026-02-10")),
        ("2026-02-20", subscription(period=("2026-02-10", "2026-03-10"))),
        ("2026-04-20", paused("2026-04-10", "2026-05-10")),
    )

    assert (first.course.paused_on, first.course.resumed_on) == (
        date(2026, 2, 10),
        date(2026, 3, 10),
    )
    assert second.course.paused_on == date(2026, 5, 10)


def test_a_failed_payment_is_dated_the_day_it_failed_and_made_good_by_the_next() -> None:
    failed = subscription(status="past_due")
    told = [("2026-01-10", subscription()), ("2026-03-10", failed), ("2026-03-17", failed)]

    (open_,) = course(*told)
    (good,) = course(*told, ("2026-03-30", subscription()))

    assert open_.course.past_due_since == date(2026, 3, 10)
    assert (good.course.status, good.course.past_due_since) == (TermStatus.ACTIVE, None)


@pytest.mark.parametrize("seats", [9, 3])
def test_seats_whose_first_payment_fails_are_lost_on_that_day_with_all_before(seats: int) -> None:
    terms = course(
        ("2026-01-10", subscription(item(SEATS, 5))),
        ("2026-03-16", subscription(item(SEATS, seats), status="past_due")),
    )

    bought, change = "2026-01-10 +7500 prod_seat", (seats - 5) * 1500
    waits = f"2026-03-16 {change:+d} prod_seat seats"
    lost = "2026-03-16 -7500 prod_seat involuntary"
    assert lines(*terms, today=date(2026, 4, 14)) == [bought, waits]
    assert lines(*terms, today=date(2026, 4, 15)) == [bought, lost]


def test_a_subscription_that_stripe_ends_for_its_payments_is_lost_to_them() -> None:
    ended = subscription(
        status="canceled",
        ended_at=at("2026-04-20"),
        cancellation_details={"reason": "payment_failed"},
    )

    terms = course(("2026-01-10", subscription()), ("2026-04-20", ended))

    lost = "2026-04-20 -10000 prod_basic involuntary"
    assert lines(*terms) == ["2026-01-10 +10000 prod_basic", lost]


def test_a_payment_after_thirty_days_begins_anew() -> None:
    failed = subscription(status="past_due")

    first, second = course(
        ("2026-01-10", subscription()), ("2026-03-10", failed), ("2026-04-09", subscription())
    )

    assert first.course.past_due_since == date(2026, 3, 10)
    assert (second.start, second.course.status) == (date(2026, 4, 9), TermStatus.ACTIVE)


def test_the_same_snapshots_twice_come_to_the_same() -> None:
    told = [
        ("2026-01-10", subscription(item(SEATS, 5))),
        ("2026-03-16", subscription(item(SEATS, 9))),
        ("2026-04-01", subscription(item(SEATS, 9), status="past_due")),
        ("2026-04-20", subscription(item(SEATS, 7), item(BASIC))),
    ]
    terms = course(*told)

    for begin in range(len(told)):
        again = [snapshot_of(one, at(day), Known()) for day, one in told[begin:]]
        assert course_of(terms, again, "sub_1") == terms


@pytest.mark.parametrize(
    ("coupon", "said"),
    [
        ({"percent_off": "25.5"}, (Fraction(51, 200), 0)),
        ({"amount_off": 1000, "currency": "usd"}, (Fraction(1, 10), 0)),
        ({"amount_off": 3333, "currency": "usd"}, (Fraction(3333, 10_000), 0)),
        ({"amount_off": 1000, "currency": "eur"}, (0, 0)),  # takes nothing off dollars
        (
            {
                "amount_off": 1000,
                "currency": "eur",
                "currency_options": {"usd": {"amount_off": 2000}},
            },
            (Fraction(1, 5), 0),
        ),
        ({"percent_off": 50, "duration": "once"}, (0, 0)),  # a credit
    ],
)
def test_a_coupon_is_taken_off_until_the_day_before_its_end(
    coupon: dict[str, object], said: tuple[Fraction, int]
) -> None:
    whole = {"id": "launch", "duration": "repeating", "duration_in_months": 3, **coupon}
    discount = {
        "id": "di_1", "object": "discount", "start": at("2026-01-10"), "end": at("2026-04-10"),
    }  # fmt: skip
    old = subscription(discount={**discount, "coupon": whole})
    new = subscription(discounts=["di_1"])
    known = Known({
        ("discount", "di_1"): {**discount, "source": {"type": "coupon", "coupon": "launch"}},
        ("coupon", "launch"): whole,
    })  # fmt: skip

    (of_old,) = course(("2026-01-10", old))
    (of_new,) = course(("2026-01-10", new), catalogue=known)

    assert of_old == of_new
    one = of_new.price
    assert (one.discount_share, one.discount_minor) == said
    assert one.discount_last == (date(2026, 4, 9) if said[0] else None)


def test_a_coupon_of_some_months_ends_its_discount_where_that_says_no_end() -> None:
    coupon = {
        "id": "launch", "duration": "repeating", "duration_in_months": 3, "percent_off": 10,
    }  # fmt: skip
    said = {"id": "di_1", "object": "discount", "start": at("2026-01-10"), "coupon": coupon}

    (term,) = course(("2026-01-10", subscription(discount=said)))

    assert term.price.discount_last == date(2026, 4, 9)


@pytest.mark.parametrize(
    ("objects", "what"),
    [
        ({}, "discounts that Stripe no longer shows"),
        (
            {("discount", "di_1"): {"id": "di_1", "coupon": "gone"}},
            "discounts whose coupon Stripe no longer shows",
        ),
    ],
)
def test_a_discount_that_cannot_be_read_is_named_and_takes_nothing_off(
    objects: dict[tuple[str, str], dict[str, str]], what: str
) -> None:
    untold = Untold()

    told = snapshot_of(subscription(discounts=["di_1"]), at("2026-01-10"), Known(objects, untold))
    (term,) = course_of([], [told], "sub_1")

    assert term.price.discount_share == 0
    assert any(what in sentence for sentence in untold.sentences())


def test_an_amount_off_is_shared_by_the_items_that_it_applies_to() -> None:
    coupon = {
        "id": "off", "duration": "forever", "amount_off": 2000, "currency": "usd",
        "applies_to": {"products": ["prod_basic", "prod_seat"]},
    }  # fmt: skip
    said = {"id": "di_1", "object": "discount", "start": at("2026-01-10"), "coupon": coupon}
    items = (item(BASIC), item(price("price_seat", "3000"), 10), item(PRO))

    terms = course(("2026-01-10", subscription(*items, discount=said)))

    # 20.00 off 400.00: a twentieth of 100.00 and of 300.00, and nothing of 250.00
    shares = {one.position.product: one.price.discount_share for one in terms}
    assert shares == {"prod_basic": Fraction(1, 20), "prod_seat": Fraction(1, 20), "prod_pro": 0}


def test_a_coupon_on_what_another_one_has_made_free_takes_nothing() -> None:
    free = {"id": "free", "duration": "forever", "percent_off": 100}
    off = {"id": "off", "duration": "forever", "amount_off": 1000, "currency": "usd"}
    discount = {"object": "discount", "start": at("2026-01-10")}
    known = Known({
        ("discount", "di_1"): {**discount, "id": "di_1", "coupon": free},
        ("discount", "di_2"): {
            **discount, "id": "di_2", "coupon": off, "end": at("2026-04-10"),
        },
    })  # fmt: skip

    (term,) = course(("2026-01-10", subscription(discounts=["di_1", "di_2"])), catalogue=known)

    assert (term.price.discount_share, term.price.discount_last) == (Fraction(1), None)


def test_a_coupon_taken_away_ends_its_discount_and_no_term() -> None:
    coupon = {"id": "good", "duration": "forever", "percent_off": 15}
    said = {"id": "di_1", "object": "discount", "start": at("2026-01-10"), "coupon": coupon}

    (term,) = course(("2026-01-10", subscription(discount=said)), ("2026-04-08", subscription()))

    assert (term.price.discount_share, term.price.discount_last) == (
        Fraction(3, 20),
        date(2026, 4, 7),
    )


def test_a_row_says_all_that_a_term_does() -> None:
    (term,) = course(("2026-01-10", subscription(item(SEATS, 5))))
    whole = replace(
        term,
        last=date(2026, 4, 9),
        price=replace(term.price, discount_share=Fraction(1, 8), discount_last=date(2026, 2, 9)),
        course=replace(term.course, cancelled_on=date(2026, 3, 1)),
    )

    said = dict(zip(COLUMNS, row_of("cus_acme", whole), strict=True))
    assert {name: cell for name, cell in said.items() if cell} == {
        "account_id": "cus_acme",
        "contract_id": "sub_1",
        "product": "prod_seat",
        "start": "2026-01-10",
        "end": "2026-04-09",
        "amount": "75.00",
        "per": "month",
        "currency": "USD",
        "seats": "5",
        "discount_percent": "12.5000",
        "discount_end": "2026-02-09",
        "status": "active",
        "cancelled_on": "2026-03-01",
    }


def test_what_is_changed_while_it_is_unpaid_ends_as_past_due() -> None:
    terms = course(
        ("2026-01-10", subscription(item(BASIC))),
        ("2026-03-16", subscription(item(PRO), status="past_due")),
    )

    assert [(one.course.status, one.course.past_due_since) for one in terms] == [
        (TermStatus.PAST_DUE, date(2026, 3, 16))
    ] * 2


def test_a_pause_of_a_subscription_without_a_period_ends_on_its_day() -> None:
    paused = {"behavior": "void", "resumes_at": at("2026-03-05")}
    said = {**subscription(), "items": {"data": [item(BASIC)]}, "pause_collection": paused}

    snapshot = snapshot_of(said, at("2026-02-01"), Known())

    assert (snapshot.period, snapshot.resumes) == (None, date(2026, 3, 5))
