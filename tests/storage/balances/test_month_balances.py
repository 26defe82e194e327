from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given

from metrics.segments import Tiers
from storage.balances import month_balances
from storage.balances.month_balances import differing_months, month_starts, rebuild
from storage.store.engine import Store
from tests.storage.histories import (
    BEGINNING,
    File,
    Row,
    expected_balances,
    files,
    import_history,
    import_lines,
    stored_balances,
    sweep,
)
from tests.storage.stores import (
    Template,
    contents,
    csv_text,
    execute,
    fresh_store,
    import_text,
    movements,
    retention,
    rows,
)

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
OTHER_TIERS = Tiers(
    acv_edges=(10_000, 50_000), high_share=Fraction(1, 2), tail_share=Fraction(1, 10)
)
COMPANY = movements(
    "big 2026-01-05 8000", "mid 2026-02-05 1500", "small 2026-03-05 500", "small 2026-04-05 -500"
)


def built_through(store: Store) -> date:
    [(day,)] = rows(store, "SELECT max(built_through) FROM balance_build")
    return date.fromisoformat(day) if day else BEGINNING


def differing(store: Store, tiers: Tiers | None = None) -> list[date]:
    with store.read() as session:
        return differing_months(session, tiers=tiers or Tiers())


@given(imports=files)
@sweep(examples=20)
def test_repaired_is_rebuilt_is_the_ledger(template: Template, imports: list[File]) -> None:
    with fresh_store(template) as store:
        history = import_history(store, imports)

        through = built_through(store)
        expected = expected_balances(history, through=through, tiers=Tiers())
        assert stored_balances(store) == expected
        assert differing(store) == []
        with store.write() as session:
            rebuild(session, tiers=Tiers(), today=through - timedelta(days=1))
        assert built_through(store) == through
        assert stored_balances(store) == expected


@given(imports=files)
@sweep(examples=15)
def test_accounts_repaired_beside_the_others_are_as_if_all_were(
    template: Template, imports: list[File]
) -> None:
    never_many = 0
    with pytest.MonkeyPatch.context() as patch, fresh_store(template) as store:
        patch.setattr(month_balances, "_MANY_SHARE", never_many)
        history = import_history(store, imports)

        expected = expected_balances(history, through=built_through(store), tiers=Tiers())
        assert stored_balances(store) == expected


def value_tiers(store: Store, month: str) -> dict[str, str]:
    return {
        account: attributes["value_tier"]
        for (as_of, account), (_, _, attributes) in stored_balances(store).items()
        if as_of.isoformat() == month
    }


def test_an_import_moves_untouched_accounts_between_value_tiers(store: Store) -> None:
    import_text(store, COMPANY)
    before = value_tiers(store, "2026-05-01")

    import_text(store, movements("giant 2026-04-15 90000"))

    assert before == {"big": "high", "mid": "long-tail"}
    assert value_tiers(store, "2026-05-01") == {
        "giant": "high",
        "big": "long-tail",
        "mid": "long-tail",
    }
    assert value_tiers(store, "2026-04-01") == {
        "big": "high",
        "mid": "long-tail",
        "small": "long-tail",
    }
    assert differing(store) == []


def test_attributes_that_only_windows_have_do_not_hinder_a_repair(store: Store) -> None:
    import_text(store, COMPANY)
    execute(store, """INSERT INTO attribute_set (id, "values") VALUES (900, '{"region": "EU"}')""")

    import_text(store, movements("mid 2026-03-15 9000"))

    assert value_tiers(store, "2026-04-01")["mid"] == "high"
    assert differing(store) == []


def test_a_back_dated_first_payment_makes_an_account_older_in_every_later_month(
    store: Store,
) -> None:
    import_text(store, movements("a 2026-10-01 100"))
    import_text(store, movements("a 2025-01-05 1"))

    tenures = {
        month.isoformat(): attributes["tenure"]
        for (month, _), (_, _, attributes) in stored_balances(store).items()
    }

    assert (tenures["2025-02-01"], tenures["2026-12-01"]) == ("under-90-days", "over-365-days")


def test_a_back_dated_attribute_holds_from_the_day_after_its_own_through_the_next_statements(
    store: Store,
) -> None:
    import_text(
        store, csv_text("a,2026-03-05,1,USD,smb", header="account_id,date,amount,currency,segment")
    )
    import_text(store, movements("a 2026-01-05 1"))
    import_text(store, "account_id,valid_from,segment\na,2026-02-01,mid\n", source="accounts")

    found = [
        attributes.get("segment", "(none)")
        for (_, _), (_, _, attributes) in sorted(stored_balances(store).items())
    ]

    assert found[:3] == ["(none)", "mid", "smb"]


def test_months_without_any_balance_are_built_too(store: Store) -> None:
    import_text(store, movements("a 2025-01-05 1", "a 2025-02-05 -1", "a 2026-11-05 1"))

    assert sorted({month.isoformat() for month, _ in stored_balances(store)}) == [
        "2025-02-01",
        "2026-12-01",
    ]
    assert retention(store, "2025-06-01", "2025-09-01").accounts_opening == 0


def test_balances_reach_the_month_after_today_however_far_the_last_movement_is(
    store: Store,
) -> None:
    import_text(store, movements("a 2020-01-05 1"), today=date(2020, 1, 5))
    assert built_through(store) == date(2020, 2, 1)

    import_text(store, movements("b 2020-01-05 1"), today=date(2026, 11, 21))

    assert built_through(store) == date(2026, 12, 1)
    assert differing(store) == []
    assert retention(store, "2026-11-01", "2026-12-01").accounts_opening == 2


def test_a_clock_that_goes_back_loses_no_month(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 1"), today=date(2026, 11, 1))

    import_text(store, movements("a 2026-01-06 1"), today=date(2026, 10, 31))

    assert built_through(store) == date(2026, 12, 1)
    assert differing(store) == []
    assert retention(store, "2026-11-01", "2026-12-01").opening == 200


def test_other_tiers_are_right_at_once_and_built_with_the_next_landing(store: Store) -> None:
    content = movements("big 2026-01-05 8000", "mid 2026-02-05 1500", "small 2026-03-05 500")
    import_text(store, content)
    assert differing(store, OTHER_TIERS)

    import_text(store, movements("new 2026-05-05 10"), tiers=OTHER_TIERS)

    assert differing(store, OTHER_TIERS) == []
    assert value_tiers(store, "2026-05-01") == {"big": "high", "mid": "mid", "small": "long-tail"}


@given(imports=files)
@sweep(examples=10)
def test_other_tiers_rebuild_every_month(template: Template, imports: list[File]) -> None:
    with fresh_store(template) as store:
        history = import_history(store, imports)
        last = File((Row("a", BEGINNING, 1, "US"),), imports[-1].today)

        import_lines(store, history, last, number=99, tiers=OTHER_TIERS)

        through = built_through(store)
        assert stored_balances(store) == expected_balances(
            history, through=through, tiers=OTHER_TIERS
        )


@pytest.mark.parametrize(
    "tampering",
    [
        pytest.param("UPDATE month_balance SET mrr_minor = mrr_minor + 1 {where}", id="amount"),
        pytest.param("DELETE FROM month_balance {where}", id="row-gone"),
        pytest.param("UPDATE month_balance SET account_id = 'other' {where}", id="account"),
        pytest.param(
            "UPDATE month_balance SET first_paid_on = '2025-12-31' {where}", id="first-paid"
        ),
        pytest.param(
            "UPDATE month_balance SET attribute_set_id ="
            " (SELECT max(id) FROM attribute_set) {where}",
            id="attributes",
        ),
    ],
)
def test_a_tampered_month_is_found(store: Store, tampering: str) -> None:
    import_text(store, COMPANY)
    assert differing(store) == []

    execute(store, tampering.format(where="WHERE as_of = '2026-03-01' AND account_id = 'big'"))

    assert differing(store) == [date(2026, 3, 1)]


@pytest.mark.parametrize("month", ["2025-01-01", "2027-05-01"])
def test_a_balance_where_none_can_be_is_found(store: Store, month: str) -> None:
    import_text(store, COMPANY)

    execute(store, f"INSERT INTO month_balance VALUES ('{month}', 'ghost', 1, '2025-01-01', 1)")  # noqa: S608

    assert differing(store) == [date.fromisoformat(month)]


def test_a_rebuild_mends_what_was_tampered_with(store: Store) -> None:
    import_text(store, COMPANY)
    before = stored_balances(store)
    execute(store, "DELETE FROM month_balance")

    with store.write() as session:
        rebuild(session, tiers=Tiers(), today=date(2026, 11, 21))

    assert stored_balances(store) == before


def test_an_empty_ledger_has_nothing_to_build_or_to_differ(store: Store) -> None:
    with store.write() as session:
        rebuild(session, tiers=Tiers(), today=date(2026, 11, 21))

    assert differing(store) == []
    assert contents(store)["balance_build"] == 0


@pytest.mark.parametrize(
    ("since", "through", "expected"),
    [
        (
            JAN,
            MAR,
            [JAN, FEB, MAR],
        ),
        (date(2026, 1, 2), date(2026, 2, 28), [FEB]),
        (JAN, JAN, [JAN]),
        (FEB, JAN, []),
        (date(2026, 1, 15), date(2026, 1, 20), []),
    ],
    ids=["both-ends", "within", "one", "backwards", "inside-a-month"],
)
def test_month_starts_lie_between_two_days(
    since: date, through: date, expected: list[date]
) -> None:
    assert month_starts(since, through) == expected
