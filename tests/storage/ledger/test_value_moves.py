"""Moves between values against plain counting over each account."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from metrics.migration import Beyond, Cell, Migration
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text

START, END = date(2026, 7, 1), date(2026, 10, 1)
HEAD = "account_id,date,amount,currency,driver,plan,segment"
SMB: Scope = (("segment", "smb"),)


def take(store: Store, *rows: str) -> None:
    import_text(store, csv_text(*rows, header=HEAD))


def moves(store: Store, scope: Scope = (), dimension: str = "plan") -> Migration:
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).migration(dimension, START, END, scope)


def test_each_account_is_in_one_cell_by_its_plan_at_both_ends(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "stays,2026-01-01,100.00,USD,,starter,smb",
        "moves,2026-01-01,100.00,USD,,starter,smb",
        "moves,2026-08-01,50.00,USD,upsell,growth,",
        "leaves,2026-01-01,70.00,USD,,growth,smb",
        "leaves,2026-08-01,-70.00,USD,price,,",
        "pauses,2026-01-01,30.00,USD,,growth,smb",
        "pauses,2026-09-01,-30.00,USD,pause,,",
        "comes,2026-08-01,20.00,USD,,growth,smb",
        # on the first day of a period an account still has the plan that it had before
        "first-day,2026-01-01,10.00,USD,,starter,smb",
        "first-day,2026-07-01,5.00,USD,upsell,growth,",
        "no-plan,2026-01-01,1.00,USD,,,smb",
    )

    flows = moves(sqlite_store).flows

    assert {cell: (one.accounts, one.opening, one.closing) for cell, one in flows.items()} == {
        ("starter", "starter"): (1, 10_000, 10_000),
        ("starter", "growth"): (2, 11_000, 16_500),
        ("growth", Beyond.LEFT): (1, 7_000, 0),
        ("growth", Beyond.PAUSED): (1, 3_000, 0),
        (Beyond.ARRIVED, "growth"): (1, 0, 2_000),
        ("(none)", "(none)"): (1, 100, 100),
    }


def test_a_tier_that_is_worked_out_has_moves_too(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "grows,2026-01-01,100.00,USD,,starter,smb",
        "grows,2026-08-01,90000.00,USD,upsell,,",
    )

    [(before, after)] = moves(sqlite_store, dimension="acv_tier").flows

    assert isinstance(before, str)
    assert isinstance(after, str)
    assert before != after


@pytest.mark.parametrize(
    ("dimension", "at_close"), [("plan", "starter"), ("acv_tier", "100k-plus"), ("segment", "mid")]
)
def test_who_came_below_another_is_where_that_one_is_unless_it_has_a_value_of_its_own(
    sqlite_store: Store, dimension: str, at_close: str
) -> None:
    take(
        sqlite_store,
        "below,2026-01-01,100.00,USD,,starter,",
        "top,2026-01-01,90000.00,USD,,growth,mid",
    )
    import_text(
        sqlite_store, "account_id,parent_id,valid_from\nbelow,top,2026-08-01\n", source="accounts"
    )

    [closed] = [
        cell[1]
        for cell, flow in moves(sqlite_store, dimension=dimension).flows.items()
        if flow.opening == 10_000
    ]

    assert closed == at_close


@pytest.mark.parametrize(
    ("dimension", "at_close"), [("plan", "growth"), ("acv_tier", "25k-100k"), ("segment", "mid")]
)
def test_a_group_that_others_have_left_is_where_the_largest_of_them_is(
    sqlite_store: Store, dimension: str, at_close: str
) -> None:
    take(
        sqlite_store,
        "small,2026-01-01,100.00,USD,,starter,smb",
        "large,2026-01-01,3000.00,USD,,growth,mid",
        "gone,2026-01-01,9000.00,USD,,other,ent",
        "gone,2026-08-01,-9000.00,USD,price,,",
    )
    groups = ("group,,", "small,group,", "large,group,", "gone,group,")
    apart = "small,-,2026-08-01", "large,-,2026-08-01"
    text = csv_text(*groups, *apart, header="account_id,parent_id,valid_from")
    import_text(sqlite_store, text, source="accounts")

    [(cell, flow)] = moves(sqlite_store, dimension=dimension).flows.items()

    assert (cell[1], flow.opening, flow.closing) == (at_close, 1_210_000, 310_000)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_matrix_is_what_counting_gives(sqlite_store: Store, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a company, no secret
    rows, counted = [], Counter[Cell]()
    for number in range(60):
        before, after = random.choice([0, 10, 20]), random.choice([0, 10, 30])
        plan, next_plan = random.choice("ab"), random.choice("abc")
        segment = random.choice(["smb", "mid"])
        if before:
            rows.append(f"n{number},2026-02-01,{before}.00,USD,,{plan},{segment}")
        if after != before or (before and next_plan != plan):
            change = after - before
            rows.append(f"n{number},2026-08-01,{change or 1}.00,USD,,{next_plan},{segment}")
            plan = next_plan if not before else plan
        elif before:
            next_plan = plan
        if segment == "smb" and (before or after):
            row = plan if before else Beyond.ARRIVED
            pays = after or (before and after == before)
            counted[row, next_plan if pays else Beyond.LEFT] += 1

    take(sqlite_store, *rows)

    found = moves(sqlite_store, SMB).flows
    assert {cell: one.accounts for cell, one in found.items()} == dict(counted)
