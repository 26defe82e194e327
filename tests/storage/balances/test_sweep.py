from datetime import date

import numpy as np
import pytest
from sqlmodel import Session

from metrics.rollup import Attributes
from storage.balances.columns import MovementColumns, StatementColumns, read_amounts
from storage.balances.sweep import BalanceSweep, sweep_ledger, sweep_since
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text, movements

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
PLANS = "account_id,date,amount,currency,plan"
Seen = dict[date, dict[str, tuple[int, Attributes]]]


def seen(sweep: BalanceSweep, *days: date) -> Seen:
    """Return MRR and stored attributes of every balance by day and account."""
    return {
        balances.day: {
            sweep.accounts[row]: (int(mrr), dict(sweep.combinations[number]))
            for row, mrr, number in zip(
                balances.rows, balances.mrr_minor, balances.combinations, strict=True
            )
        }
        for balances in sweep.at(days)
    }


def first_paid_on(session: Session) -> dict[str, date]:
    sweep = sweep_ledger(session)
    return dict(zip(sweep.accounts, sweep.first_paid_on.tolist(), strict=True))


def test_movements_and_attributes_count_strictly_before_a_boundary(store: Store) -> None:
    rows = ["a,2026-01-01,5,USD,free", "a,2026-02-01,7,USD,pro", "a,2026-03-01,0,USD,max"]
    import_text(store, csv_text(*rows, header=PLANS))

    with store.read() as session:
        found = seen(sweep_ledger(session), JAN, FEB, MAR)

    assert found == {
        JAN: {},
        FEB: {"a": (500, {"plan": "free"})},
        MAR: {"a": (1_200, {"plan": "pro"})},
    }


def test_the_first_paid_day_is_the_first_that_closed_with_mrr(store: Store) -> None:
    rows = [
        "a 2026-02-01 5",
        "a 2026-02-01 -5",
        "a 2026-02-03 5",
        "a 2026-02-04 -5",
        "b 2026-01-09 1",
    ]
    import_text(store, movements(*rows, "a 2026-02-05 1"))

    with store.read() as session:
        assert first_paid_on(session) == {"a": date(2026, 2, 3), "b": date(2026, 1, 9)}


def test_of_an_empty_ledger_there_is_nothing_to_say(store: Store) -> None:
    with store.read() as session:
        assert seen(sweep_ledger(session), JAN, FEB) == {JAN: {}, FEB: {}}
        assert [column.size for column in read_amounts(session, JAN)] == [0, 0]


def test_only_the_accounts_asked_for_are_read_and_what_is_below_them(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 1", "b 2026-01-05 2", "child 2026-01-05 4"))
    import_text(store, "account_id,parent_id\nchild,b\n", source="accounts")

    with store.read() as session:
        found = seen(sweep_ledger(session, roots={"b"}), FEB)

    assert found == {FEB: {"b": (600, {})}}


def test_a_childs_attributes_are_not_its_parents(store: Store) -> None:
    import_text(store, csv_text("child,2026-01-05,4,USD,pro", header=PLANS))
    import_text(store, "account_id,parent_id\nb,\nchild,b\n", source="accounts")

    with store.read() as session:
        assert seen(sweep_ledger(session), FEB) == {FEB: {"b": (400, {})}}


def test_amounts_are_exact_beyond_what_a_float_holds() -> None:
    days = np.array(["2026-01-05", "2026-01-06"], "datetime64[D]")
    told = MovementColumns(["a"], np.array([2]), days, np.array([2**62, 1]))

    [balances] = BalanceSweep(told, StatementColumns([], days[:0], []), roots={}).at([FEB])

    assert balances.mrr_minor.tolist() == [2**62 + 1]


@pytest.mark.parametrize("day", [FEB, date(2026, 2, 15), MAR, date(2026, 3, 9)])
def test_from_a_month_start_it_says_what_the_whole_ledger_says(store: Store, day: date) -> None:
    rows = [
        "stays,2026-01-05,1,USD,pro",
        "stays,2026-02-05,1,USD,max",
        "back,2026-01-05,2,USD,free",
        "back,2026-01-20,-2,USD,pro",
        "back,2026-02-10,3,USD,",
        "new,2026-02-10,4,USD,free",
        "gone,2026-01-05,5,USD,pro",
        "gone,2026-02-20,-5,USD,",
    ]
    import_text(store, csv_text(*rows, header=PLANS))

    with store.read() as session:
        part, whole = sweep_since(session, FEB, until=day), sweep_ledger(session)
        assert seen(part, day) == seen(whole, day)
        for sweep in (part, whole):
            assert sweep.first_paid_on[sweep.places(["stays"])] == np.datetime64("2026-01-05")
        assert part.places(["nobody"]).tolist() == [-1]
