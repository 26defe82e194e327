"""Metered prices: usage as invoices bill it, beside MRR, whichever way a sync hears of it."""

from collections.abc import Iterator

import pytest

from storage.store.engine import Store
from tests.bot.sources.stripe.test_source import BALANCES, sync
from tests.storage.stores import rows
from tests.stripe import catalog, invoices
from tests.stripe.server import FakeStripe
from tests.stripe.shapes import ACACIA, NEWEST

CHANGES = """
SELECT date(day * 86400, 'unixepoch'), sum(amount_minor) FROM usage_movement
GROUP BY day HAVING sum(amount_minor) <> 0 ORDER BY day
"""
STORY = (
    "2026-01-10 subscribe acme basic calls",
    "2026-02-03 use acme calls 5000",  # at 2 cents, billed on 10 February: 100.00
    "2026-02-20 use acme calls 3500",  # billed on 10 March: 70.00
)


@pytest.fixture(params=[ACACIA, NEWEST])
def stripe(request: pytest.FixtureRequest) -> Iterator[FakeStripe]:
    with FakeStripe(version=request.param) as made:
        for name, amount, usage in (("basic", "10000", "licensed"), ("calls", "2", "metered")):
            catalog.add_product(made.account, name)
            catalog.add_price(made.account, name, product=name, amount=amount, usage=usage)
        yield made


def test_usage_counts_in_the_period_that_was_billed_for_it(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell(*STORY)
    stripe.move_to("2026-03-20")
    sync(stripe, store)

    # What is used from 10 March on is billed in April: until then, and no longer, it goes on.
    told = [("2026-01-10", 10_000), ("2026-02-10", -3_000), ("2026-04-09", -7_000)]
    assert rows(store, CHANGES) == told
    assert rows(store, BALANCES) == [("cus_acme", "Basic", 10_000)]


def test_each_sync_replaces_what_went_on_by_what_was_billed(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell(STORY[0])
    sync(stripe, store)
    for moment in ("2026-02-12", "2026-03-12"):
        stripe.story.tell(*STORY[1:2] if moment < "2026-03" else STORY[2:])
        stripe.move_to(moment)
        sync(stripe, store)

    told = [("2026-01-10", 10_000), ("2026-02-10", -3_000), ("2026-04-09", -7_000)]
    assert rows(store, CHANGES) == told
    assert rows(store, BALANCES) == [("cus_acme", "Basic", 10_000)]

    stripe.story.tell("2026-03-15 cancel acme")
    sync(stripe, store)

    assert rows(store, CHANGES) == [*told[:2], ("2026-03-14", -7_000)]
    assert rows(store, BALANCES) == []


def test_an_invoice_that_is_voided_has_no_usage(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell(*STORY[:2], "2026-02-09 card acme fails")
    stripe.move_to("2026-02-12")
    sync(stripe, store)
    [bill] = [one for one in stripe.account.all("invoice") if one["status"] == "open"]

    invoices.void(stripe.business, bill)
    sync(stripe, store)

    assert rows(store, CHANGES) == []


@pytest.mark.parametrize("before", [("2026-01-20", "2026-03-12"), ("2026-01-20",), ()])
def test_a_seat_beside_usage_counts_from_the_day_on_which_it_came(
    stripe: FakeStripe, store: Store, before: tuple[str, ...]
) -> None:
    story = ("2026-01-10 subscribe acme calls", "2026-02-03 use acme calls 5000")
    left = [*story, "2026-03-14 change acme +basic prorate=no"]
    for moment in (*before, "2026-03-15"):
        while left and left[0] < moment:
            stripe.story.tell(left.pop(0))
        stripe.move_to(moment)
        sync(stripe, store)

    committed = "SELECT effective_on, amount_minor FROM ledger_movement"
    assert rows(store, committed) == [("2026-03-14", 10_000)]
