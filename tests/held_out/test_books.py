"""Products, currencies, dated parents and past moments: every read against the oracle."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from metrics.movements import MovementKind
from tests.held_out.books import KINDS, books_of, files_of
from tests.held_out.comparing import columns, compare, end_of, hold, reading, rebuilt, some_ends
from tests.held_out.ledgers import BEGIN
from tests.reference.oracle.books import Books, Entry, Rate
from tests.slow import IS_SLOW
from tests.storage.stores import SqliteTemplate, csv_text, fresh_store, import_text, retention

SEEDS = range(60 if IS_SLOW else 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_read_is_what_the_definitions_say(
    empty: SqliteTemplate, kind: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    books = books_of(seed, kind)
    books = replace(books, reporting=chance.choice(["USD", "EUR", "JPY"]) if books.rates else "USD")
    with fresh_store(empty) as store:
        hold(store, files_of(books, seed))
        assert columns(store) == rebuilt(store)
        with reading(store, books) as ledger:
            compared = [
                compare(ledger, books, ends, converts=bool(books.rates))
                for ends in some_ends(chance, 24 if IS_SLOW else 3)
            ]

    assert any(compared)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_moment_is_answered_as_it_was_known(empty: SqliteTemplate, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    books = books_of(seed, KINDS[seed % 2 * 3], late=True)  # plain ones, and those with parents
    with fresh_store(empty) as store:
        hold(store, files_of(books, seed))
        for _ in range(4):
            day = BEGIN + timedelta(chance.randrange(700))
            then = books.known_on(day)
            if then.entries and then.lowest >= 0:
                with reading(store, then, end_of(day)) as ledger:
                    for ends in some_ends(chance, 3):
                        compare(ledger, then, ends, converts=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_in_the_groups_of_another_day_only_what_is_stated_of_accounts_is_of_that_day(
    empty: SqliteTemplate, kind: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    books = books_of(seed, kind)
    with fresh_store(empty) as store:
        hold(store, files_of(books, seed))
        for ends in some_ends(chance, 8 if IS_SLOW else 2):
            day = BEGIN + timedelta(chance.randrange(800))
            with reading(store, books) as ledger:
                placed = replace(books, placed_on=day)
                compare(ledger.placed_on(day), placed, ends, converts=bool(books.rates))
                compare(ledger, books, ends, converts=bool(books.rates))


def test_the_oracle_spreads_a_decrease_without_a_product_by_the_largest_remainder() -> None:
    bought = date(2026, 1, 5)
    books = Books(
        (
            Entry("a", bought, 43_333, product="core"),
            Entry("a", bought, 10_000),
            Entry("a", bought, 33_334, product="addon"),
            # 28,905.67, 6,670.59 and 22,235.74 of the three: two are raised.
            Entry("a", date(2026, 2, 5), -57_812),
        )
    )

    after = date(2026, 3, 1)

    left = {
        product: books.balance(("a", product, "USD"), after) for product in ("core", "addon", "")
    }
    assert left == {"core": 14_427, "addon": 11_098, "": 3_330}


def test_the_oracle_rounds_each_position_half_to_even() -> None:
    day = date(2026, 1, 5)
    rows = (Entry("a", day, 1, "EUR", "core"), Entry("a", day, 3, "EUR"))
    books = Books(rows, rates=(Rate(day, "USD", Fraction(1, 2)),))

    # 0.5 and 1.5 cents: 0 and 2.
    assert books.mrr("a", date(2026, 2, 1)) == 2


def test_what_a_day_gains_and_loses_without_a_product_is_its_net(empty: SqliteTemplate) -> None:
    header = "account_id,date,amount,currency,product"
    swap = ["a,2026-02-05,150,USD,", "a,2026-02-05,-100,USD,"]
    for rows in (swap, swap[::-1]):
        with fresh_store(empty) as store:
            text = csv_text("a,2026-01-05,100,USD,core", *rows, header=header)
            import_text(store, text)
            with reading(store, Books(())) as ledger:
                february = date(2026, 2, 1), date(2026, 3, 1)
                core = ledger.retention(*february, (("product", "core"),))

        assert (core.opening, core.closing) == (100_00, 100_00)


def merged_while_paused(empty: SqliteTemplate) -> tuple[tuple[int, int], int]:
    with fresh_store(empty) as store:
        rows = (
            *("a,2026-01-05,100,USD,", "b,2026-01-05,100,USD,", "c,2026-01-05,100,USD,"),
            *("a,2026-05-01,-100,USD,pause", "b,2026-06-15,-100,USD,"),
        )
        header = "account_id,date,amount,currency,driver"
        import_text(store, csv_text(*rows, header=header))
        parents = csv_text("b,a,2026-06-01", header="account_id,parent_id,valid_from")
        import_text(store, parents, source="accounts")
        found = retention(store, "2026-06-10", "2026-07-01")
        with reading(store, Books(())) as ledger:
            lapsed = ledger.lapsed_pauses(date(2026, 6, 5), date(2026, 8, 12))
    return (found.contraction, found.churn), lapsed.accounts


def test_a_paused_group_that_pays_through_a_new_child_is_in_no_pause(empty: SqliteTemplate) -> None:
    assert merged_while_paused(empty) == ((0, 100_00), 0)


def parted(
    empty: SqliteTemplate, rows: str, parents: str, ends: tuple[str, str]
) -> tuple[int, int, int]:
    with fresh_store(empty) as store:
        lines = (",".join(row.split()) for row in rows.split("; "))
        import_text(store, csv_text(*lines, header="account_id,date,amount,driver,currency"))
        said = (",".join(row.split()) for row in parents.split("; "))
        text = csv_text(*said, header="account_id,parent_id,valid_from")
        import_text(store, text, source="accounts")
        found = retention(store, *ends)
    return found.contraction, found.churn, found.accounts_retained


def test_accounts_that_part_in_a_period_pause_only_together(empty: SqliteTemplate) -> None:
    rows = (
        "top 2026-01-05 6.70 - USD; below 2026-01-05 10333.35 - USD; other 2026-01-05 5 - USD;"
        " top 2026-09-02 -6.70 pause USD; below 2026-10-02 -10333.35 price USD"
    )
    # Both count under top, which they opened under: the last of them went by another driver.
    parents = "other - 2026-01-01; below top 2026-01-02; below other 2026-07-31"

    assert parted(empty, rows, parents, ("2026-07-20", "2026-10-18")) == (0, 10_340_05, 1)


def test_an_account_that_joins_a_group_in_a_period_pauses_by_itself(empty: SqliteTemplate) -> None:
    rows = "a 2025-01-05 40 - USD; b 2025-01-05 70 - USD; a 2025-12-05 -40 pause USD"

    found = parted(empty, rows, "a b 2025-09-01; b - 2025-01-01", ("2025-08-15", "2026-02-01"))

    assert found == (40_00, 0, 2)


@pytest.mark.parametrize(("back", "resumed"), [("2026-07-30", 50_00), ("2026-07-31", 0)])
def test_an_account_is_in_its_pause_under_a_new_parent_too(
    empty: SqliteTemplate, back: str, resumed: int
) -> None:
    with fresh_store(empty) as store:
        rows = (
            *("a,2026-01-05,100,USD,", "c,2026-01-05,100,USD,"),
            *("a,2026-05-01,-100,USD,pause", f"a,{back},50,USD,"),  # 90 days later, or 91
        )
        import_text(store, csv_text(*rows, header="account_id,date,amount,currency,driver"))
        parents = csv_text("top,,", "a,top,2026-06-01", header="account_id,parent_id,valid_from")
        import_text(store, parents, source="accounts")
        with reading(store, Books(())) as ledger:
            found = ledger.retention(date(2026, 4, 1), date(2026, 7, 1))
            outside = ledger.outside_cohort(date(2026, 6, 10), date(2026, 8, 1))

    assert (found.contraction, found.churn, found.accounts_retained) == (100_00, 0, 2)
    assert (outside.resumed, outside.returning) == (resumed, 50_00 - resumed)


def test_accounts_that_come_together_later_have_days_of_their_own(empty: SqliteTemplate) -> None:
    with fresh_store(empty) as store:
        rows = ("a 2026-01-05 100", "a 2026-02-05 50", "b 2026-02-05 70")
        import_text(store, csv_text(*(",".join([*row.split(), "USD"]) for row in rows)))
        parents = csv_text("b,a,2026-03-05", header="account_id,parent_id,valid_from")
        import_text(store, parents, source="accounts")
        with reading(store, Books(())) as ledger:
            found = ledger.activity(date(2026, 2, 1), date(2026, 4, 1)).by_kind

    assert found == {MovementKind.NEW: 70_00, MovementKind.EXPANSION: 50_00}
