import pytest

from storage.store.engine import Store
from tests.storage.stores import HEADER, csv_text, findings, import_text, rows

WITH_PRODUCT = f"{HEADER},product"


def sold(*lines: str) -> str:
    """Return a file of rows such as ``"a 2026-01-05 100 core"``; a product may be left out."""
    cells = (line.split(" ") for line in lines)
    return csv_text(
        *(f"{a},{day},{amount},USD,{''.join(product)}" for a, day, amount, *product in cells),
        header=WITH_PRODUCT,
    )


def below(product: str, day: str, has: str, would_be: str) -> str:
    return f"amount takes {product} of a below zero on {day}: has {has}, would be {would_be}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["a 2026-01-05 100 core", "a 2026-01-05 10 addon", "a 2026-02-05 -11 addon"],
            [(4, below("addon", "5 Feb 2026", "10.00", "-1.00"))],
            id="more-than-it-has",
        ),
        pytest.param(
            ["a 2026-01-05 100 core", "a 2026-02-05 -11 addon", "b 2026-02-05 1 addon"],
            [(3, below("addon", "5 Feb 2026", "0.00", "-11.00"))],
            id="one-that-it-never-had",
        ),
        pytest.param(
            # 60 of 90 is core's: -30 leaves it 40, and 20 to the addon
            [
                *("a 2026-01-05 60 core", "a 2026-01-05 30 addon", "a 2026-02-05 -30"),
                "a 2026-03-05 -21 addon",
            ],
            [(5, below("addon", "5 Mar 2026", "20.00", "-1.00"))],
            id="after-a-decrease-that-was-spread",
        ),
        pytest.param(
            ["a 2026-01-05 100", "a 2026-01-05 10 core", "a 2026-02-05 -20 core"],
            [(4, below("core", "5 Feb 2026", "10.00", "-10.00"))],
            id="beside-what-has-no-product",
        ),
        pytest.param(
            ["a 2026-01-05 90 core", "a 2026-02-05 -30 core", "a 2026-02-05 -70 core"],
            [(4, "amount takes a below zero on 5 Feb 2026: has 60.00, would be -10.00")],
            id="all-that-it-has",
        ),
        pytest.param(
            [
                *("a 2026-01-05 90 core", "a 2026-01-05 90 addon", "a 2026-02-05 -30 core"),
                "a 2026-02-05 -70 core",
            ],
            [(5, below("core", "5 Feb 2026", "60.00", "-10.00"))],
            id="the-second-row-of-a-day",
        ),
    ],
)
def test_no_product_of_an_account_falls_below_zero(
    store: Store, lines: list[str], expected: list[tuple[int, str]]
) -> None:
    assert findings(store, sold(*lines)) == expected


def test_products_that_end_at_nothing_are_right(store: Store) -> None:
    content = sold(
        *("a 2026-01-05 60 core", "a 2026-01-05 30 addon", "a 2026-02-05 -30"),
        *("a 2026-03-05 -20 addon", "a 2026-04-05 -40 core"),
    )

    assert import_text(store, content).imported == 5


def test_rows_of_one_day_may_come_in_any_order(store: Store) -> None:
    switch = sold("a 2026-01-05 50 core", "a 2026-02-05 -50 core", "a 2026-02-05 80 plus")

    assert import_text(store, switch).imported == 3
    again = sold("b 2026-01-05 5 plus", "b 2026-02-05 -9 core", "b 2026-02-05 9 core")
    assert import_text(store, again).imported == 3


def test_what_the_ledger_holds_of_a_product_counts(store: Store) -> None:
    import_text(store, sold("a 2026-01-05 60 core", "a 2026-01-05 30 addon"))

    wrong = below("addon", "5 Feb 2026", "30.00", "-1.00")
    assert findings(store, sold("a 2026-02-05 -31 addon")) == [(2, wrong)]
    assert import_text(store, sold("a 2026-02-05 -30 addon")).imported == 1


def test_a_late_decrease_is_found_on_the_day_that_it_spoils(store: Store) -> None:
    import_text(
        store, sold("a 2026-01-05 60 core", "a 2026-01-05 30 addon", "a 2026-04-05 -30 addon")
    )

    wrong = below("addon", "5 Apr 2026", "20.00", "-10.00")
    assert findings(store, sold("a 2026-03-05 -10 addon")) == [(2, wrong)]
    assert rows(store, "SELECT count(*) FROM mrr_movement") == [(3,)]


def test_what_takes_the_account_below_zero_is_said_once(store: Store) -> None:
    content = sold("a 2026-01-05 10 core", "a 2026-02-05 -20 core")

    assert findings(store, content) == [
        (3, "amount takes a below zero on 5 Feb 2026: has 10.00, would be -10.00")
    ]
