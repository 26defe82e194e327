from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.period_grammar import shift_months
from metrics.retention import Retention
from metrics.segments import NO_VALUE, Tiers
from storage.columns.derived import differences
from storage.importing.asking import Overlap
from storage.importing.history import source_ages
from storage.importing.landing import ImportOptions
from storage.importing.report import ImportReport
from storage.importing.reversal import NoReversalError, rehearse_reversal, reverse
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.stores import (
    NOW,
    TODAY,
    SqliteTemplate,
    contents,
    csv_text,
    import_text,
    movements,
    reading,
    retention,
    rows,
)

HEADER = "account_id,date,amount,currency,product,driver,plan"
A = movements("anna 2026-01-05 100", "bert 2026-01-05 100")
B = movements("anna 2026-08-05 -50", "carl 2026-09-05 20")


def undo(store: Store, number: int, *, now: datetime = NOW) -> ImportReport:
    [(count,)] = rows(store, "SELECT count(*) FROM import_run")
    at = now + timedelta(hours=count)
    options = ImportOptions(clock=lambda: at, today=TODAY, started_at=at, tiers=Tiers())
    with store.read() as session:
        told = rehearse_reversal(session, number, options)
    with store.write() as session:
        report = reverse(session, number, options)
    assert (told.imported, told.closed_months) == (report.imported, report.closed_months)
    with store.write() as session:
        assert differences(session, tiers=Tiers()) == []
    return report


def figures(store: Store) -> list[Any]:
    """Answer what a ledger is asked: where it ends, and every month by each of its dimensions."""
    months = [date(2026, month, 1) for month in range(1, 12)]
    with reading(store) as ledger:
        return [ledger.data_end(TODAY), ledger.first_month(), *_months(ledger, months)]


def _months(ledger: Ledger, months: Sequence[date]) -> list[Any]:
    found: list[Any] = []
    for start, end in pairwise(months):
        found += [
            ledger.retention(start, end),
            ledger.outside_cohort(start, end),
            ledger.activity(start, end),
            ledger.changes_by_driver(start, end),
            {name: kept for name, kept in ledger.by("plan", start, end).items() if kept.opening},
            {name: kept for name, kept in ledger.by("product", start, end).items() if kept.opening},
        ]
    return found


def test_a_reversed_import_is_as_if_it_had_not_been_and_comes_back(store: Store) -> None:
    import_text(store, A)
    alone = figures(store)
    import_text(store, B)
    both = figures(store)

    report = undo(store, 2)
    assert report.data_version == 3
    assert figures(store) == alone
    assert contents(store)["mrr_movement"] == 6

    undo(store, 3)
    assert figures(store) == both


def test_a_past_moment_still_knows_what_was_reversed_later(store: Store) -> None:
    import_text(store, A)
    import_text(store, B)
    undo(store, 2)

    before = retention(store, "2026-08-01", "2026-09-01", as_of=NOW)

    assert (before.opening, before.contraction) == (20_000, 5_000)
    assert retention(store, "2026-08-01", "2026-09-01").contraction == 0


def test_months_that_change_are_told_before_and_after(store: Store) -> None:
    import_text(store, A)
    import_text(store, movements("anna 2026-08-05 -100"))

    [change] = undo(store, 2).closed_months.changes or ()

    assert (change.before, change.after) == (Fraction(1, 2), Fraction(1))
    assert change.month == date(2026, 8, 1)


@pytest.mark.parametrize("ids", [False, True])
def test_a_reversed_file_is_imported_again_with_its_types(store: Store, *, ids: bool) -> None:
    content = csv_text(
        "anna,2026-01-05,100,USD,new,m1",
        "anna,2026-02-05,5,USD,expansion,m2",
        header=f"account_id,date,amount,currency,type,{'movement_id' if ids else 'note'}",
    )
    import_text(store, content)
    once = figures(store)
    undo(store, 1)

    assert import_text(store, content).imported == 2
    assert figures(store) == once
    assert import_text(store, content).imported == 0


def test_what_rests_on_an_import_is_reversed_first(store: Store) -> None:
    import_text(store, A)
    import_text(store, movements("anna 2026-08-05 -100"))

    with pytest.raises(NoReversalError, match="takes anna below zero on 5 Aug 2026: has"):
        undo(store, 1)


def test_nothing_is_reversed_twice_and_nothing_unknown(store: Store) -> None:
    import_text(store, A)
    undo(store, 1)

    with pytest.raises(NoReversalError, match="reversed already, by import 2"):
        undo(store, 1)
    with pytest.raises(NoReversalError, match="there is no import 7"):
        undo(store, 7)


def test_closed_months_are_those_of_the_imports_that_stay(store: Store) -> None:
    import_text(store, A, closed_through=date(2026, 3, 1))
    import_text(store, B, closed_through=date(2026, 10, 1))

    assert undo(store, 2).declared.closed_through == date(2026, 3, 1)


@pytest.mark.parametrize("declared", ["closed_through", "covered_through"])
def test_what_several_imports_declare_is_taken_back_with_the_last_of_them(
    store: Store, declared: str
) -> None:
    """October by three, and before the last of them September by one that comes late."""
    october, september = date(2026, 11, 1), date(2026, 10, 1)
    for account, end in (("anna", october), ("bert", october), ("carl", None), ("dora", october)):
        said: Any = {declared: end}
        import_text(store, movements(f"{account} 2026-01-05 100"), **said)
    import_text(store, movements("emil 2026-01-05 100"), closed_through=september)

    ends = [getattr(undo(store, number).declared, declared) for number in (1, 4, 2)]

    assert ends[:2] == [october, october]
    assert ends[2] == (september if declared == "closed_through" else None)
    assert getattr(undo(store, 7).declared, declared) == october  # which gives the fourth back


def test_a_source_says_which_months_its_imports_that_stand_have_closed(store: Store) -> None:
    import_text(store, A, closed_through=date(2026, 3, 1))
    import_text(store, B, closed_through=date(2026, 10, 1))
    rates = "date,currency,rate\n2026-01-01,GBP,2\n"
    import_text(store, rates, source="rates")

    undo(store, 2)

    with store.read() as session:
        ends = {age.source: age.closed_through for age in source_ages(session)}
    assert ends == {"movements": date(2026, 3, 1), "rates": None}


def test_attributes_parents_and_rates_are_set_back(store: Store) -> None:
    import_text(
        store, csv_text("anna,2026-01-05,100,USD,,,a", "bert,2026-01-05,10,EUR,,,", header=HEADER)
    )
    import_text(store, "date,currency,rate\n2026-01-01,USD,2\n", source="rates")
    once = figures(store)
    accounts = "account_id,plan,valid_from,parent_id\nanna,b,2026-01-05,\nbert,c,2026-03-01,anna\n"
    import_text(store, accounts, source="accounts")
    import_text(store, "date,currency,rate\n2026-01-01,USD,4\n2026-02-01,USD,5\n", source="rates")
    assert figures(store) != once

    undo(store, 4)
    undo(store, 3)

    assert figures(store) == once


@pytest.mark.parametrize("before", [True, False])
def test_an_attribute_that_was_taken_back_hides_no_later_statement(
    store: Store, *, before: bool
) -> None:
    """The plan a from January or nothing, b from March taken back, then c from February on."""
    plan = "a" if before else ""
    import_text(store, csv_text(f"anna,2026-01-05,100,USD,,,{plan}", header=HEADER))
    accounts = "account_id,plan,valid_from\nanna,{},2026-0{}-05\n"
    import_text(store, accounts.format("b", 3), source="accounts")
    undo(store, 2)
    import_text(store, accounts.format("c", 2), source="accounts")

    plans = [[*by_plan(store, f"2026-0{month}-01")] for month in (2, 3, 4)]
    assert plans == [["a" if before else NO_VALUE], ["c"], ["c"]]

    undo(store, 3)
    assert [*by_plan(store, "2026-04-01")] == ["b"]


@pytest.mark.parametrize("before", [True, False])
def test_a_parent_that_was_taken_back_hides_no_later_statement(
    store: Store, *, before: bool
) -> None:
    """Under bert from January or nobody, under carl from June taken back, then bert from March."""
    import_text(store, movements("anna 2026-01-05 1", "bert 2026-01-05 10", "carl 2026-01-05 100"))
    accounts = "account_id,parent_id,valid_from\nanna,{},2026-0{}-05\n"
    if before:
        import_text(store, accounts.format("bert", 1), source="accounts")
    import_text(store, accounts.format("carl", 6), source="accounts")
    undo(store, 3 if before else 2)
    told = groups(store)
    import_text(store, accounts.format("bert", 3), source="accounts")

    under_bert, under_carl = {"bert": 11_00, "carl": 100_00}, {"bert": 10_00, "carl": 101_00}
    alone = {"anna": 1_00, "bert": 10_00, "carl": 100_00}
    assert told == [under_bert if before else alone] * 3
    assert groups(store) == [under_bert if before else alone, under_bert, under_bert]

    undo(store, 4 if before else 3)
    assert groups(store)[2] == under_carl


def groups(store: Store) -> list[Mapping[str, int]]:
    """Return what each topmost account pays when February, April and July open."""
    days = [date(2026, month, 1) for month in (2, 4, 7)]
    with reading(store) as ledger:
        return [{one.account_id: one.opening for one in ledger.cohort(day, day)} for day in days]


def described(store: Store) -> list[tuple[Any, ...]]:
    return rows(store, "SELECT account_id, name, created_on FROM ledger_account ORDER BY 1")


def test_names_and_first_days_of_accounts_are_set_back(store: Store) -> None:
    first = "account_id,name,created_on\nanna,Anna,2024-01-01\nbert,Bert,\n"
    import_text(store, first, source="accounts")
    second = "account_id,name,created_on\nanna,Anna Ltd,\nbert,,2025-05-05\ncarl,Carl,\n"
    import_text(store, second, source="accounts")
    both = described(store)

    undo(store, 2)
    once = [("anna", "Anna", "2024-01-01"), ("bert", "Bert", None), ("carl", None, None)]
    assert described(store) == once

    undo(store, 3)
    assert described(store) == both
    assert ("bert", "Bert", "2025-05-05") in both


def test_a_reversed_list_of_accounts_is_imported_again(store: Store) -> None:
    content = "account_id,name\nanna,Anna\n"
    import_text(store, content, source="accounts")
    undo(store, 1)

    assert import_text(store, content, source="accounts").imported == 1
    assert described(store) == [("anna", "Anna", None)]


@pytest.mark.parametrize(
    ("source", "header", "lines"),
    [
        ("accounts", "account_id,plan,valid_from", ["anna,b,2026-01-05", "anna,c,2026-01-05"]),
        ("accounts", "account_id,parent_id,valid_from", ["anna,bert,2026-01-05"]),
        ("rates", "date,currency,rate", ["2026-01-01,USD,2", "2026-01-01,USD,4"]),
    ],
    ids=["attributes", "parents", "rates"],
)
def test_what_a_reversed_file_says_was_known_long_ago_is_said_again(
    store: Store, source: str, header: str, lines: Sequence[str]
) -> None:
    import_text(
        store, csv_text("anna,2026-01-05,100,USD,,,a", "bert,2026-01-05,10,EUR,,,", header=HEADER)
    )
    import_text(store, "date,currency,rate\n2026-01-01,USD,3\n", source="rates")
    known = [f"{line},2026-12-0{n}T00:00:00Z" for n, line in enumerate(lines, start=1)]
    content = csv_text(*known, header=f"{header},recorded_at")
    now = NOW + timedelta(days=30)
    import_text(store, content, source=source, now=now)
    once = figures(store), groups(store)
    assert undo(store, 3, now=now).number
    assert (figures(store), groups(store)) != once

    assert import_text(store, content, source=source, now=now + timedelta(days=1)).imported

    assert (figures(store), groups(store)) == once
    again = import_text(store, content + "\n", source=source, now=now + timedelta(days=2))
    assert again.imported == 0


def test_a_name_that_a_later_list_gave_outlives_the_first_one(store: Store) -> None:
    import_text(store, "account_id,name\nanna,Anna\n", source="accounts")
    import_text(store, "account_id,name\nanna,Anna Ltd\n", source="accounts")
    undo(store, 1)

    assert described(store) == [("anna", "Anna Ltd", None)]


def by_plan(store: Store, start: str) -> Mapping[str, Retention]:
    first = date.fromisoformat(start)
    with reading(store) as ledger:
        found = ledger.by("plan", first, shift_months(first, 1))
        return {name: kept for name, kept in found.items() if kept.opening}


def test_what_a_replacement_took_back_comes_back(store: Store) -> None:
    import_text(store, A)
    once = figures(store)
    changed = movements("anna 2026-01-05 100", "bert 2026-01-05 70")
    import_text(store, changed, overlap=Overlap.REPLACE)

    undo(store, 2)

    assert figures(store) == once
    assert import_text(store, movements("bert 2026-01-05 100", "anna 2026-01-05 100")).imported == 0


def test_a_first_file_in_the_wrong_currency_leaves_none(store: Store) -> None:
    import_text(store, csv_text("anna,2026-01-05,100,EUR"))
    undo(store, 1)
    import_text(store, csv_text("anna,2026-01-05,100,USD"))

    with reading(store) as ledger:
        assert ledger.currency == "USD"
    assert retention(store, "2026-02-01", "2026-03-01").opening == 10_000


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bert", "carl"]),
        st.integers(1, 9),
        st.integers(1, 99),
        st.sampled_from(["", "core", "addon"]),
        st.sampled_from(["", "price", "pause"]),
        st.sampled_from(["", "a", "b"]),
    ),
    min_size=1,
    max_size=6,
)


def _file(drawn: Sequence[tuple[str, int, int, str, str, str]], *, lose: bool = False) -> str:
    lines = []
    for account, month, amount, product, driver, plan in drawn:
        lines.append(f"{account},2026-{month:02}-05,{amount * 4},USD,{product},{driver},{plan}")
        if lose:  # without a product: spread over what the account has
            lines.append(f"{account},2026-{month + 1:02}-07,-{amount},USD,,{driver},{plan}")
    return csv_text(*lines, header=HEADER)


@given(first=ROWS, second=ROWS)
@sweep(examples=6)
def test_a_then_b_without_b_answers_as_a_alone(
    sqlite_template: SqliteTemplate,
    first: list[tuple[str, int, int, str, str, str]],
    second: list[tuple[str, int, int, str, str, str]],
) -> None:
    with sqlite_template.fresh() as store:
        import_text(store, _file(first))
        alone = figures(store)
        import_text(store, _file(second, lose=True), overlap=Overlap.HELD)
        both = figures(store)
        if len(rows(store, "SELECT id FROM import_run")) > 1:
            undo(store, 2)
            assert figures(store) == alone
            undo(store, 3)
            assert figures(store) == both


def test_what_a_later_import_says_of_the_same_day_stays_when_the_first_is_taken_back(
    sqlite_store: Store,
) -> None:
    import_text(sqlite_store, movements("anna 2026-01-05 100"))
    for plan, rate in (("a", 2), ("b", 4)):
        said = f"account_id,plan,valid_from\nanna,{plan},2026-02-01\n"
        import_text(sqlite_store, said, source="accounts")
        import_text(sqlite_store, f"date,currency,rate\n2026-01-01,GBP,{rate}\n", source="rates")
    once = figures(sqlite_store)

    undo(sqlite_store, 2)
    undo(sqlite_store, 3)

    assert figures(sqlite_store) == once
    assert [*by_plan(sqlite_store, "2026-03-01")] == ["b"]
    assert rows(sqlite_store, "SELECT rate FROM exchange_rate ORDER BY id DESC")[0] == ("4",)


def test_an_import_that_a_later_one_rests_on_is_not_taken_back(sqlite_store: Store) -> None:
    import_text(sqlite_store, movements("anna 2026-01-05 100"))
    import_text(sqlite_store, movements("anna 2026-02-05 -100"))
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())

    for take_back in (rehearse_reversal, reverse):
        with (
            pytest.raises(NoReversalError, match="import 1 cannot be reversed"),
            sqlite_store.write() as session,
        ):
            take_back(session, 1, options)
    assert rows(sqlite_store, "SELECT count(*) FROM import_run") == [(2,)]


def test_the_data_ends_with_the_last_row_that_was_not_taken_back(sqlite_store: Store) -> None:
    import_text(sqlite_store, A)
    import_text(sqlite_store, movements("carl 2026-08-05 20"))
    undo(sqlite_store, 1)

    with reading(sqlite_store) as ledger:
        assert ledger.data_end(TODAY).last_day == date(2026, 8, 5)
        assert ledger.data_end(date(2026, 3, 1)).last_day == date(2026, 3, 1)  # nothing was before
