"""Terms that are held beside what invoices say was paid for."""

from dataclasses import replace
from datetime import date

from metrics.contracts.terms import Price, Term, TermCourse, TermStatus
from storage.importing.stripe.agreement import contradicts
from storage.importing.stripe.history import LineHistory
from storage.importing.stripe.lines import lines_of
from storage.importing.stripe.snapshots import Snapshot
from tests.storage.importing.stripe.test_history import BASIC, KNOWN, PRO, new_line, terms_of

LINES = (
    new_line(BASIC, "2026-01-10", "2026-02-10", 10_000),
    new_line(BASIC, "2026-02-10", "2026-03-10", 10_000),
    new_line(PRO, "2026-03-10", "2026-04-10", 25_000),
)


def history() -> list[Snapshot]:
    invoice = {"status": "paid", "lines": {"data": LINES}}
    return [*LineHistory(lines_of(invoice), KNOWN).snapshots()]


def held(**changed: object) -> list[Term]:
    """What the invoices come to, the first term changed."""
    first, *others = terms_of(*LINES)
    return [replace(first, **changed), *others]  # type: ignore[arg-type]


def test_terms_that_come_to_what_was_paid_agree() -> None:
    assert not contradicts(held(), history())


def test_a_change_without_proration_is_on_no_invoice_before_the_next_and_agrees() -> None:
    first, second = held()
    earlier = [replace(first, last=date(2026, 2, 19)), replace(second, start=date(2026, 2, 20))]

    assert not contradicts(earlier, history())


def test_a_proration_of_another_product_says_nothing_of_one_that_changed_without() -> None:
    """Seats go from 1 to 2 on 20 February without proration, and a product comes on the 25th."""
    paid = LINES[:2]
    dear = new_line(BASIC, "2026-03-10", "2026-04-10", 20_000, quantity=2)
    added = new_line(PRO, "2026-02-25", "2026-03-10", 12_000, proration=True)
    added["parent"]["subscription_item_details"]["subscription_item"] = "si_2"
    invoice = {"status": "paid", "lines": {"data": (*paid, added, dear)}}
    history = [*LineHistory(lines_of(invoice), KNOWN).snapshots()]
    [first] = terms_of(*paid)
    [pro] = terms_of(new_line(PRO, "2026-02-25", "2026-03-10", 25_000))
    doubled = replace(first.price, amount_minor=20_000, seats=2)
    true = [
        replace(first, last=date(2026, 2, 19)),
        replace(first, start=date(2026, 2, 20), price=doubled),
        replace(pro, last=date(2026, 3, 9)),
    ]

    assert not contradicts(true, history)
    assert contradicts([*true[:2], replace(pro, start=date(2026, 3, 1))], history)


def test_a_change_after_the_invoice_of_its_day_agrees() -> None:
    first, second = held()
    earlier = [replace(first, last=date(2026, 2, 9)), replace(second, start=date(2026, 2, 10))]

    assert not contradicts(earlier, history())


def test_another_price_or_product_or_a_pause_in_a_paid_month_contradicts() -> None:
    dear = held(price=Price(amount_minor=15_000, cadence=held()[0].price.cadence))
    paused = held(
        course=TermCourse(
            status=TermStatus.ACTIVE,
            paused_on=date(2026, 2, 5),
            resumed_on=date(2026, 3, 1),
        )
    )
    other = held(position=held()[0].position._replace(product="Other"))

    assert [contradicts(one, history()) for one in (dear, paused, other)] == [True] * 3


def test_a_trial_contradicts_what_was_paid_and_a_discount_that_was_over_does_not() -> None:
    [first, *_] = held()
    off = replace(first.price, discount_minor=100)

    assert contradicts(held(course=TermCourse(status=TermStatus.TRIAL)), history())
    assert contradicts(held(price=off), history())
    assert not contradicts(held(price=replace(off, discount_last=date(2026, 1, 5))), history())
