"""What Stripe says of customers: names as they are today, and attributes that are asked for."""

from collections.abc import Iterator, Sequence

import pytest

from metrics.segments import Tiers
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.bot.sources.stripe.test_source import sync
from tests.storage.stores import NOW, TODAY, contents, import_text, rows
from tests.stripe import catalog
from tests.stripe.server import FakeStripe

NAMES = "SELECT account_id, name FROM ledger_account ORDER BY 1"
VALUES = """
SELECT account_id, dimension, value, valid_from FROM ledger_attribute ORDER BY 1, 2, 4
"""
SEGMENT = ("segment=metadata.segment",)
ALWAYS = "1970-01-01"
OPTIONS = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with FakeStripe() as made:
        catalog.add_product(made.account, "basic")
        catalog.add_price(made.account, "basic", product="basic", amount="10000")
        yield made


def values(store: Store, account: str = "cus_acme") -> Sequence[tuple[object, ...]]:
    return [tuple(row)[1:] for row in rows(store, VALUES) if row[0] == account]


def test_no_metadata_is_taken_unasked(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-11 label acme segment smb")

    sync(stripe, store)

    assert values(store) == []


def test_a_value_holds_always_and_a_change_from_the_day_of_its_event(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-01-10 label acme segment smb", "2026-01-10 subscribe acme basic")
    stripe.story.tell("2026-03-10 12:00 label acme phone 030-canary")
    stripe.move_to("2026-04-20")
    sync(stripe, store, SEGMENT)
    stripe.story.tell("2026-04-21 label acme segment enterprise")
    sync(stripe, store, SEGMENT)
    held = contents(store)
    again = sync(stripe, store, SEGMENT)  # reads the last hour once more

    told = [("segment", "smb", ALWAYS), ("segment", "enterprise", "2026-04-21")]
    assert values(store) == told
    assert again.imported == 0
    assert contents(store) == held


def test_the_first_sync_dates_what_events_still_tell(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-01-10 label acme segment smb", "2026-01-10 subscribe acme basic")
    stripe.story.tell("2026-04-21 label acme segment enterprise")
    stripe.move_to("2026-05-01")

    sync(stripe, store, SEGMENT)

    assert values(store) == [("segment", "smb", ALWAYS), ("segment", "enterprise", "2026-04-21")]


def test_after_a_gap_a_change_that_no_event_tells_holds_from_the_day_of_the_sync(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-01-10 label acme segment smb", "2026-01-10 subscribe acme basic")
    sync(stripe, store, SEGMENT)
    stripe.story.tell("2026-02-01 label acme segment enterprise")
    stripe.move_to("2026-05-01")

    sync(stripe, store, SEGMENT)

    assert values(store) == [("segment", "smb", ALWAYS), ("segment", "enterprise", "2026-05-01")]


def test_what_is_asked_later_is_read_of_all_customers(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell(
        "2026-01-10 label acme segment smb",
        "2026-01-10 subscribe acme basic",
        "2026-01-10 label lead segment smb",  # pays nothing: no account
    )
    sync(stripe, store)
    stripe.move_to("2026-01-12")

    sync(stripe, store, (*SEGMENT, "domain=email_domain"))

    assert values(store) == [("domain", "acme.example", ALWAYS), ("segment", "smb", ALWAYS)]
    assert [row[0] for row in rows(store, NAMES)] == ["cus_acme"]


def test_of_subscriptions_the_one_that_was_told_of_last_counts(
    stripe: FakeStripe, store: Store
) -> None:
    plan = ("plan=subscription.metadata.plan",)
    stripe.story.tell("2026-01-10 subscribe acme basic", "2026-01-10 label acme plan a on=acme")
    sync(stripe, store, plan)
    stripe.story.tell(
        "2026-01-20 subscribe acme basic as=second", "2026-01-21 label acme plan b on=second"
    )
    sync(stripe, store, plan)
    stripe.move_to("2026-04-01")  # both are read as they stand: nothing tells which counts

    sync(stripe, store, plan)

    assert values(store) == [("plan", "a", ALWAYS), ("plan", "b", "2026-01-21")]


def test_a_key_that_no_customer_has_is_said_beside_those_that_there_are(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-10 label acme Segment smb")
    first = sync(stripe, store, SEGMENT)
    second = sync(stripe, store, SEGMENT)
    mended = sync(stripe, store, ("segment=metadata.Segment",))

    assert first.said == ("1 customer changed", "no customer has metadata.segment (but Segment)")
    assert second.said == mended.said == ()
    assert values(store) == [("segment", "smb", ALWAYS)]


def test_of_two_changes_within_a_second_stripe_says_which_came_last(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-05-09 label acme segment smb", "2026-05-09 subscribe acme basic")
    sync(stripe, store, SEGMENT)
    stripe.story.tell("2026-05-10 label acme segment mid", "2026-05-10 rename acme Acme A")
    stripe.story.tell("2026-05-10 label acme segment large", "2026-05-10 rename acme Acme B")
    now = stripe.account.now
    for event in [one for one in stripe.account.all("event") if one["created"] == now][:2]:
        stripe.account.add({**event, "id": stripe.account.new_id("evt")})  # listed as the newest

    sync(stripe, store, SEGMENT)

    assert values(store) == [("segment", "smb", ALWAYS), ("segment", "large", "2026-05-10")]
    assert ("cus_acme", "Acme B") in [tuple(row) for row in rows(store, NAMES)]


def test_a_value_that_is_no_label_is_left_out_and_named(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell(
        "2026-01-10 subscribe acme basic", f"2026-01-10 label acme segment {'x' * 201}"
    )

    outcome = sync(stripe, store, SEGMENT)

    assert values(store) == []
    said = "Left out: values of attributes that are no label: one is longer than 200 characters"
    assert outcome.notes == (f"{said} (cus_acme).",)


def test_a_new_name_takes_the_place_of_one_that_came_from_stripe(
    stripe: FakeStripe, store: Store
) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-10 subscribe globex basic")
    sync(stripe, store)
    import_text(store, "account_id,name\ncus_globex,Globex of the CRM\n", source=None)
    stripe.story.tell("2026-05-20 rename acme Acme Holding", "2026-05-20 rename globex Other")

    sync(stripe, store)

    assert rows(store, NAMES) == [
        ("cus_acme", "Acme Holding"),
        ("cus_globex", "Globex of the CRM"),
    ]


def test_a_reversal_sets_the_name_back(stripe: FakeStripe, store: Store) -> None:
    stripe.story.tell("2026-05-10 subscribe acme basic")
    sync(stripe, store)
    stripe.story.tell("2026-05-20 rename acme Acme Holding")
    [renaming] = [one.number for one in sync(stripe, store).reports]
    assert renaming is not None

    with store.write() as session:
        reverse(session, renaming, OPTIONS)

    assert rows(store, NAMES) == [("cus_acme", "Acme")]


def test_an_account_that_has_another_id_takes_attributes_and_no_name(
    stripe: FakeStripe, store: Store
) -> None:
    listed = "account_id,name,external_id:stripe\nC-1,Acme of the CRM,cus_acme\n"
    import_text(store, listed, source=None)
    stripe.story.tell("2026-01-10 label acme segment smb", "2026-01-10 subscribe acme basic")
    sync(stripe, store, SEGMENT)
    stripe.story.tell("2026-01-12 rename acme Other", "2026-01-13 label acme segment mid")

    sync(stripe, store, SEGMENT)

    assert rows(store, NAMES) == [("C-1", "Acme of the CRM")]
    told = [("segment", "smb", ALWAYS), ("segment", "mid", "2026-01-13")]
    assert values(store, "C-1") == told


@pytest.mark.parametrize("gap", ["2026-05-21", "2026-08-01"])
def test_a_product_that_is_renamed_keeps_its_history(
    stripe: FakeStripe, store: Store, gap: str
) -> None:
    stripe.story.tell("2026-01-10 subscribe acme basic", "2026-03-16 change acme basic:2")
    stripe.move_to("2026-05-20")
    sync(stripe, store)
    stripe.story.tell("2026-05-20 13:00 rename_product basic Essentials")
    stripe.move_to(gap)

    sync(stripe, store)

    history = """
    SELECT effective_on, product, sum(amount_minor) FROM ledger_movement
    GROUP BY 1, 2 HAVING sum(amount_minor) <> 0 ORDER BY 1
    """
    assert rows(store, history) == [
        ("2026-01-10", "Essentials", 10_000),
        ("2026-03-16", "Essentials", 10_000),
    ]


def test_products_that_swap_their_names_are_told_apart(stripe: FakeStripe, store: Store) -> None:
    catalog.add_product(stripe.account, "pro")
    catalog.add_price(stripe.account, "pro", product="pro", amount="25000")
    stripe.story.tell("2026-05-10 subscribe acme basic", "2026-05-10 subscribe globex pro")
    sync(stripe, store)
    stripe.story.tell("2026-05-12 rename_product basic Pro", "2026-05-12 rename_product pro Basic")

    sync(stripe, store)

    balances = """
    SELECT account_id, product, sum(amount_minor) FROM ledger_movement
    GROUP BY 1, 2 HAVING sum(amount_minor) <> 0 ORDER BY 1
    """
    assert rows(store, balances) == [("cus_acme", "Pro", 10_000), ("cus_globex", "Basic", 25_000)]
