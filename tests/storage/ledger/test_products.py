from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.movements import MovementKind
from metrics.retention import OutsideCohort, switched
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.store.engine import Store
from tests.storage.stores import Template, csv_text, import_text, reading

Q2 = date(2026, 4, 1), date(2026, 7, 1)
ODD = date(2026, 4, 9), date(2026, 7, 2)
HEADER = "account_id,date,amount,currency,product,driver,segment"
CORE, ADDON, USAGE, WITHOUT = (
    (("product", name),) for name in ("core", "addon", "usage", NO_VALUE)
)


def land(store: Store, *rows: str) -> None:
    """Import rows such as ``a 2026-01-05 10 core seats smb``; ``-`` says nothing."""
    lines = []
    for row in rows:
        account, day, amount, *others = row.split()
        product, driver, segment = (*(one.strip("-") for one in others), "", "", "")[:3]
        lines.append(f"{account},{day},{amount},USD,{product},{driver},{segment}")
    import_text(store, csv_text(*lines, header=HEADER))


WORKED = ("a 2026-01-05 1000 core", "b 2026-01-05 1000 core", "a 2026-02-05 10 addon",
          "a 2026-04-10 -10 addon")  # fmt: skip


def test_the_worked_case_of_the_definitions(store: Store) -> None:
    land(store, *WORKED)
    with reading(store) as ledger:
        rows = ledger.by("product", *Q2)
    assert {name: (row.opening, row.nrr) for name, row in rows.items()} == {
        "core": (2_000_00, Fraction(1)),
        "addon": (10_00, Fraction(0)),
    }


@pytest.mark.parametrize("ends", [Q2, ODD], ids=["months", "free-days"])
def test_a_product_is_a_scope_like_any_other(sqlite_store: Store, ends: tuple[date, date]) -> None:
    land(
        sqlite_store,
        "a 2026-01-05 100 core - smb",
        "b 2026-01-05 100 core - mid",
        "b 2026-05-10 -60 core",
        "b 2026-05-10 50 usage",
        "c 2026-05-12 70 core - smb",
        "c 2026-05-12 3 - - smb",
    )
    smb: Scope = (("segment", "smb"),)
    with reading(sqlite_store) as ledger:
        core, usage = (ledger.retention(*ends, scope) for scope in (CORE, USAGE))
        assert (core.opening, core.contraction, core.accounts_opening) == (200_00, 60_00, 2)
        assert (usage.opening, usage.expansion, usage.cross_sold) == (0, 50_00, 50_00)
        assert ledger.retention(*ends, (*smb, *CORE)).opening == 100_00
        assert ledger.outside_cohort(*ends, CORE) == OutsideCohort(new=70_00)
        assert ledger.outside_cohort(*ends, WITHOUT) == OutsideCohort(new=3_00)
        assert list(ledger.by("segment", *ends, CORE)) == ["mid", "smb"]
        rows = ledger.by("product", *ends)
        assert switched(rows, ledger.retention(*ends)) == 50_00
        assert [member.account_id for member in ledger.cohort(*ends, CORE)] == ["a", "b"]
        [loss] = ledger.account_changes(*ends, CORE, most=5).losses
        assert (loss.account_id, loss.opening, loss.closing) == ("b", 100_00, 40_00)
        losses = ledger.losses(*ends, {CORE: Fraction(1), USAGE: Fraction(1)})
        assert [loss.lost_minor for loss in losses[CORE]] == [60_00]
        assert losses[USAGE] == ()


def test_the_activity_of_a_product_names_what_is_sold_to_those_who_did_not_have_it(
    sqlite_store: Store,
) -> None:
    land(
        sqlite_store,
        "a 2026-01-05 100 core",
        "a 2026-05-10 -60 core price",
        "a 2026-05-10 50 usage",
        "a 2026-06-10 5 usage seats",
        "a 2026-06-11 1 usage",
        "c 2026-05-12 70 usage",
        "c 2026-06-20 -70 usage",
    )
    with reading(sqlite_store) as ledger:
        core, usage = (ledger.activity(*Q2, scope) for scope in (CORE, USAGE))
    assert core.by_driver == {(MovementKind.CONTRACTION, "price"): -60_00}
    assert usage.by_driver == {
        (MovementKind.CHURN, "(not stated)"): -70_00,
        (MovementKind.EXPANSION, "(not stated)"): 1_00,
        (MovementKind.EXPANSION, "cross_sell"): 50_00,
        (MovementKind.EXPANSION, "seats"): 5_00,
        (MovementKind.NEW, "(not stated)"): 70_00,
    }
    assert usage.net == 56_00


def test_a_loss_that_names_no_product_is_spread_over_those_that_there_are(
    sqlite_store: Store,
) -> None:
    # 300 for core and 100 for an addon less 40 of the whole: 30 and 10.
    land(sqlite_store, "a 2026-01-05 300 core", "a 2026-01-05 100 addon", "a 2026-05-10 -40")
    with reading(sqlite_store) as ledger:
        rows = ledger.by("product", *Q2)
    assert {name: row.contraction for name, row in rows.items()} == {"core": 30_00, "addon": 10_00}


def test_products_are_words_of_a_question_and_their_holders_are_counted(
    sqlite_store: Store,
) -> None:
    land(sqlite_store, "a 2026-01-05 100 core - smb", "a 2026-01-06 5 addon",
         "b 2026-01-06 5 core - smb", "c 2026-05-06 5 - - smb")  # fmt: skip
    with reading(sqlite_store) as ledger:
        assert ledger.vocabulary()["product"] == ("addon", "core")
        counted = ledger.accounts(*Q2)
    products = {
        tuple(sorted(value for name, value in pairs if name == "product")): counts
        for pairs, counts in counted.items()
    }
    assert products == {("addon", "core"): (1, 0), ("core",): (1, 0), (NO_VALUE,): (0, 1)}


def test_a_product_given_up_is_no_account_that_left(sqlite_store: Store) -> None:
    land(sqlite_store, *WORKED, "c 2026-01-05 7 addon", "c 2026-05-05 -7 addon")
    with reading(sqlite_store) as ledger:
        members = ledger.cohort(*Q2, ADDON)
    assert [(one.account_id, one.closing, one.is_kept) for one in members] == [
        ("a", 0, True),
        ("c", 0, False),
    ]


@pytest.mark.parametrize("ends", [Q2, ODD], ids=["months", "free-days"])
def test_whoever_buys_a_product_meanwhile_is_named_among_those_who_moved_it(
    sqlite_store: Store, ends: tuple[date, date]
) -> None:
    land(
        sqlite_store,
        "a 2026-01-05 100 addon - smb",
        "b 2026-01-05 100 core - smb",
        "c 2026-01-05 100 core - mid",
        "a 2026-05-10 5 addon seats",
        "b 2026-05-10 900 addon",
        "c 2026-05-10 20 addon price",
        "d 2026-05-10 70 addon - smb",  # is new, and moves no ratio
    )
    smb: Scope = (("segment", "smb"), *ADDON)
    with reading(sqlite_store) as ledger:
        gains = ledger.account_changes(*ends, ADDON, most=5).gains
        drivers = ledger.changes_by_driver(*ends, ADDON).by_driver
        of_smb = ledger.changes_by_driver(*ends, smb).by_driver
        price = ledger.most_by_driver(*ends, ADDON, "price")
        listed = ledger.base_accounts(*ends, ADDON)

    assert [(one.account_id, one.change) for one in gains] == [
        ("b", 900_00),
        ("c", 20_00),
        ("a", 5_00),
    ]
    sold = {(MovementKind.EXPANSION, "cross_sell"): 900_00, (MovementKind.EXPANSION, "seats"): 5_00}
    assert drivers == sold | {(MovementKind.EXPANSION, "price"): 20_00}
    assert of_smb == sold
    assert price == (20_00, 0)
    assert [(one.account_id, one.opening, one.closing, dict(one.drivers)) for one in listed] == [
        ("a", 100_00, 105_00, {"seats": 5_00}),
        ("b", 0, 900_00, {"cross_sell": 900_00}),
        ("c", 0, 20_00, {"price": 20_00}),
    ]


def test_what_is_sold_with_and_without_a_driver_adds_up_to_what_an_account_gained(
    sqlite_store: Store,
) -> None:
    land(
        sqlite_store,
        "a 2026-01-05 100 core",
        "a 2026-05-10 30 addon cross_sell",
        "a 2026-05-20 60 addon price",
        "a 2026-06-11 50 addon",
    )

    with reading(sqlite_store) as ledger:
        [sold] = ledger.account_changes(*Q2, ADDON, most=5).gains
        [listed] = ledger.base_accounts(*Q2, ADDON)

    assert (sold.change, [*listed.drivers.items()]) == (
        140_00,
        [("cross_sell", 80_00), ("price", 60_00)],
    )


def test_a_ledger_without_products_has_no_such_word(sqlite_store: Store) -> None:
    land(sqlite_store, "a 2026-01-05 100")
    with reading(sqlite_store) as ledger:
        assert "product" not in ledger.vocabulary()
        assert all(name != "product" for pairs in ledger.accounts(*Q2) for name, _ in pairs)


changes = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(1, 180),
        st.integers(1, 60),
        st.sampled_from(["core", "addon", "-"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=15, deadline=None)
@given(changes, st.sampled_from([Q2, ODD]))
def test_the_rows_add_up_to_the_company_whatever_happened(
    sqlite_template: Template, gains: list[tuple[str, int, int, str]], ends: tuple[date, date]
) -> None:
    first = date(2026, 1, 1).toordinal()
    rows, held = [], dict[tuple[str, str], int]()
    for account, day, amount, product in sorted(gains, key=lambda gain: gain[1]):
        change = amount
        if held.get((account, product), 0) >= amount and product != "-":
            change = -amount  # every second time what there is goes again
        held[account, product] = held.get((account, product), 0) + change
        rows.append(f"{account} {date.fromordinal(first + day)} {change} {product}")
    with sqlite_template.fresh() as store:
        land(store, *rows)
        with reading(store) as ledger:
            whole, by = ledger.retention(*ends), ledger.by("product", *ends)
            outside = [
                ledger.outside_cohort(*ends, (("product", name),))
                for name in ("core", "addon", NO_VALUE)
            ]
            assert sum(outside, OutsideCohort()) == ledger.outside_cohort(*ends)
            for name, row in by.items():
                listed = ledger.base_accounts(*ends, (("product", name),))
                split = ledger.changes_by_driver(*ends, (("product", name),)).by_kind
                assert sum(one.opening for one in listed) == row.opening
                assert sum(one.closing for one in listed) == row.closing
                assert split.get(MovementKind.EXPANSION, 0) == row.expansion
                assert split.get(MovementKind.CONTRACTION, 0) == -row.contraction
                assert split.get(MovementKind.CHURN, 0) == -row.churn
    assert sum(row.opening for row in by.values()) == whole.opening
    assert sum(row.closing for row in by.values()) == whole.closing
    assert switched(by, whole) >= 0
