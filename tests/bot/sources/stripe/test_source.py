"""A Stripe account that is synced again and again, end to end."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.sources.stripe.source import MIGHTY_KEY, StripeSource
from bot.sources.syncing import Syncing, SyncOutcome
from storage.errors import SourceFailedError
from storage.importing.stripe.attributes import parse_fields
from storage.store.engine import Store
from tests.bot.sources.scripted import state_of
from tests.slack.faults import Fault, Reply
from tests.storage.stores import contents, import_text, rows
from tests.stripe import catalog
from tests.stripe.refusals import StripeRefusal
from tests.stripe.server import FakeStripe

BALANCES = """
SELECT account_id, product, sum(amount_minor) FROM ledger_movement
GROUP BY 1, 2 HAVING sum(amount_minor) <> 0 ORDER BY 1, 2
"""


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with FakeStripe() as made:
        for name, amount in (("basic", "10000"), ("pro", "25000")):
            catalog.add_product(made.account, name)
            catalog.add_price(made.account, name, product=name, amount=amount)
        yield made


def sync(
    stripe: FakeStripe, store: Store, maps: Sequence[str] = (), *, ahead: timedelta = timedelta()
) -> SyncOutcome:
    """Sync once, for the attributes of some maps, by a clock that may be ahead of Stripe's."""
    now = datetime.fromtimestamp(stripe.account.now, UTC) + ahead
    source = StripeSource(
        key=SecretStr(stripe.key),
        base=stripe.url,
        store=store,
        max_bytes=2**20,
        fields=parse_fields(maps),
    )
    syncing = Syncing(
        store=store,
        settings=Settings.model_construct(),
        names=frozenset({"stripe"}),
        clock=lambda: now,
    )
    return syncing.sync(source, today=now.date())


def paths(stripe: FakeStripe) -> set[str]:
    return {one.path for one in stripe.requests}


def test_the_first_time_reads_everything_and_later_ones_what_events_name(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-01-10 subscribe acme basic", "2026-03-16 change acme basic:2")
    stripe.move_to("2026-05-31 22:00")

    first = sync(stripe, store)
    stripe.http.requests.clear()
    stripe.story.tell("2026-05-31 23:59:59 change acme basic:3")
    second = sync(stripe, store)

    assert first.said == ("1 customer changed",)
    assert first.covered_through == date(2026, 6, 1)
    assert second.said == ("1 customer changed",)
    assert "/v1/invoices" not in paths(stripe)
    assert rows(store, BALANCES) == [("cus_acme", "Basic", 30_000)]
    changes = "SELECT effective_on, amount_minor FROM ledger_movement ORDER BY 1"
    assert rows(store, changes)[-1] == ("2026-05-31", 10_000)  # UTC's day
    names = "SELECT account_id, name FROM ledger_account"
    assert rows(store, names) == [("cus_acme", "Acme")]


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=1), timedelta(days=-1)])
def test_a_clock_of_ours_that_is_wrong_loses_nothing(
    stripe: FakeStripe, store: Store, ahead: timedelta
) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic")
    sync(stripe, store, ahead=ahead)
    for minute, seats in ((20, 2), (40, 3)):
        stripe.story.tell(f"2026-05-12 10:{minute} change acme basic:{seats}")
        sync(stripe, store, ahead=ahead)
    assert state_of(store, "stripe").covered_through == min(
        date(2026, 5, 13), date(2026, 5, 13) + ahead
    )
    sync(stripe, store)  # what seemed to be of tomorrow has waited

    assert rows(store, BALANCES) == [("cus_acme", "Basic", 30_000)]


def test_what_is_changed_and_back_within_a_second_is_as_it_stands(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-10 subscribe globex basic:2")
    stripe.move_to("2026-05-11 12:00")
    sync(stripe, store)
    for who, seats in (("acme", (2, 1)), ("globex", (1, 2))):  # whichever id comes first
        for some in seats:
            stripe.story.tell(f"2026-05-12 10:00 change {who} basic:{some}")
    stripe.move_to("2026-05-12 13:00")

    sync(stripe, store)

    assert rows(store, BALANCES) == [("cus_acme", "Basic", 10_000), ("cus_globex", "Basic", 20_000)]


def test_the_same_events_again_change_nothing(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-12 10:00 change acme basic:2")
    stripe.move_to("2026-05-12 10:10")
    sync(stripe, store)
    stripe.move_to("2026-05-12 10:20")
    held = contents(store)

    again = sync(stripe, store)  # events of the hour before are read again

    assert again.said == ()
    assert contents(store) == held
    assert state_of(store, "stripe").failure is None


def test_an_event_about_a_subscription_never_seen_has_its_history_looked_up(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.move_to("2026-05-01")
    sync(stripe, store)
    # Came from another account, say: no event tells of its beginning.
    stripe.story.tell("2026-05-02 subscribe acme basic")
    stripe.lose_events()
    stripe.story.tell("2026-05-20 change acme basic:2")

    sync(stripe, store)

    dated = "SELECT effective_on, amount_minor FROM ledger_movement ORDER BY 1"
    assert rows(store, dated) == [("2026-05-02", 10_000), ("2026-05-20", 10_000)]


def test_a_pause_is_known_by_what_was_paid_when_the_event_that_began_it_is_gone(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-01-20 subscribe acme basic", "2026-02-10 pause acme")
    # The oldest event that is left is of the second in which the paid month is over.
    stripe.move_to("2026-03-12 12:30")

    sync(stripe, store)

    dated = "SELECT effective_on, amount_minor, driver FROM ledger_movement ORDER BY 1"
    begun, paused = ("2026-01-20", 10_000, None), ("2026-02-20", -10_000, "pause")
    assert rows(store, dated) == [begun, paused]


def test_after_a_gap_a_term_that_invoices_contradict_is_corrected_by_rows(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-01-10 subscribe acme basic", "2026-02-16 change acme basic:2")
    stripe.move_to("2026-03-01")
    price = stripe.account.get("price", "price_basic")
    price["unit_amount_decimal"] = "15000"  # whatever was read wrong then
    sync(stripe, store)
    price["unit_amount_decimal"] = "10000"
    before = rows(store, "SELECT * FROM mrr_movement ORDER BY id")
    stripe.move_to("2026-05-01")

    sync(stripe, store)

    days = """
    SELECT effective_on, sum(amount_minor) FROM ledger_movement
    GROUP BY 1 HAVING sum(amount_minor) <> 0 ORDER BY 1
    """
    assert rows(store, days) == [("2026-01-10", 10_000), ("2026-02-16", 10_000)]
    assert rows(store, "SELECT * FROM mrr_movement ORDER BY id")[: len(before)] == before


def test_what_cannot_be_told_is_named_and_stops_nothing_else(
    stripe: FakeStripe, store: Store
) -> None:
    price = catalog.add_price(stripe.account, "odd", product="pro", amount="5")
    stripe.story.tell("2026-05-10 subscribe acme basic odd", "2026-05-10 subscribe globex odd")
    price["unit_amount_decimal"] = price["unit_amount"] = None

    outcome = sync(stripe, store)

    assert outcome.notes == ("Left out: prices without an amount (price_odd).",)
    assert rows(store, BALANCES) == [("cus_acme", "Basic", 10_000)]


def test_a_name_that_the_ledger_has_stays(stripe: FakeStripe, store: Store) -> None:
    listed = "account_id,name\ncus_acme,Acme of the CRM\n"
    import_text(store, listed, source=None)
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-10 subscribe globex pro")

    sync(stripe, store)

    names = "SELECT account_id, name FROM ledger_account ORDER BY 1"
    assert rows(store, names) == [
        ("cus_acme", "Acme of the CRM"),
        ("cus_globex", "Globex"),
    ]


def test_a_customer_who_is_deleted_leaves_on_that_day(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic")
    sync(stripe, store)
    stripe.story.tell("2026-05-20 delete acme")

    sync(stripe, store)

    dated = "SELECT effective_on, amount_minor FROM ledger_movement ORDER BY 1"
    assert rows(store, dated) == [("2026-05-10", 10_000), ("2026-05-20", -10_000)]


def test_a_failure_leaves_ledger_and_cursor_as_they_were(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic")
    sync(stripe, store)
    held, cursor = contents(store), state_of(store, "stripe").cursor
    stripe.keys.clear()

    with pytest.raises(SourceFailedError, match="STRIPE_API_KEY"):
        sync(stripe, store)

    assert contents(store) == held
    assert state_of(store, "stripe").cursor == cursor


def test_a_key_that_may_change_everything_is_doubted(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic")
    stripe.key = stripe.add_key("sk_test_canary")

    assert sync(stripe, store).notes == (MIGHTY_KEY,)


def test_the_key_is_in_no_text_of_the_source(stripe: FakeStripe, store: Store) -> None:
    source = StripeSource(
        key=SecretStr("rk_test_canary"), base=stripe.url, store=store, max_bytes=1
    )

    assert "canary" not in repr(source)


@pytest.mark.parametrize("status", [403, 404])
def test_without_invoice_items_a_change_is_dated_later_and_that_is_said(
    stripe: FakeStripe, store: Store, status: int
) -> None:
    catalog.add_price(stripe.account, "year", product="basic", amount="120000", interval="year")
    stripe.story.tell("2026-01-10 subscribe acme year", "2026-02-16 change acme year:2")
    stripe.move_to("2026-05-31 22:00")  # no invoice since, and events of 30 days alone
    refusal = StripeRefusal("no", status=status)
    stripe.faults.always(
        "/v1/invoiceitems", Fault(accepted=False, reply=Reply(status=status, body=refusal.body))
    )

    outcome = sync(stripe, store)

    changes = "SELECT effective_on, amount_minor FROM ledger_movement ORDER BY 1"
    assert rows(store, changes) == [("2026-01-10", 10_000), ("2026-05-31", 10_000)]
    assert "Prorations that no invoice has yet could not be read" in outcome.notes[0]
    assert state_of(store).failure is None
