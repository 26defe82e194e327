from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.late_rows import MonthChange
from metrics.period_grammar import shift_months
from storage.importing.asking import Overlap
from storage.importing.report import ClosedMonths
from storage.store.engine import Store
from tests.storage.stores import Template, csv_text, fresh_store, import_text, movements, retention

CLOSED = date(2026, 11, 1)
AUGUST = date(2026, 8, 1)
FIRST = movements("anna 2026-01-05 100", "bert 2026-01-05 100", "bert 2026-10-20 -50")


def late_into(store: Store, *rows: str, first: str = FIRST, dry_run: bool = False) -> ClosedMonths:
    import_text(store, first, closed_through=CLOSED)
    return import_text(store, movements(*rows), dry_run=dry_run).closed_months


def test_a_late_churn_halves_its_month_and_weighs_in_later_ones(store: Store) -> None:
    late = late_into(store, "anna 2026-08-05 -100")

    assert (late.rows, late.months) == (1, (AUGUST,))
    assert late.changes == (
        MonthChange(month=AUGUST, before=Fraction(1), after=Fraction(1, 2)),
        # September stays at 100 %; in October bert, who halves, is the whole base by now
        MonthChange(month=date(2026, 10, 1), before=Fraction(3, 4), after=Fraction(1, 2)),
    )


def test_a_rehearsal_says_the_same_and_stores_nothing(store: Store) -> None:
    rehearsed = late_into(store, "anna 2026-08-05 -100", dry_run=True)
    landed = import_text(store, movements("anna 2026-08-05 -100")).closed_months

    assert rehearsed == landed


def test_rows_of_months_that_this_very_import_closes_are_not_late(store: Store) -> None:
    report = import_text(store, FIRST, closed_through=CLOSED)

    assert report.closed_months == ClosedMonths()


def test_rows_after_the_closed_months_are_not_late(store: Store) -> None:
    assert late_into(store, "anna 2026-11-01 -100") == ClosedMonths()


def test_without_a_closed_month_nothing_is_late(store: Store) -> None:
    import_text(store, FIRST)

    assert import_text(store, movements("anna 2026-08-05 -100")).closed_months == ClosedMonths()


def test_a_new_account_changes_no_month_but_those_that_it_opens_in(store: Store) -> None:
    late = late_into(store, "carl 2026-08-05 100")

    assert late.changes == (
        MonthChange(month=date(2026, 10, 1), before=Fraction(3, 4), after=Fraction(5, 6)),
    )


def test_a_late_row_of_a_child_counts_with_its_parent(store: Store) -> None:
    import_text(store, FIRST, closed_through=CLOSED)
    import_text(store, csv_text("bert,anna", header="account_id,parent_id"), source="accounts")

    late = import_text(store, movements("bert 2026-08-05 -40")).closed_months

    # together they pay 200, and 160 after it
    assert late.changes is not None
    assert late.changes[0] == MonthChange(month=AUGUST, before=Fraction(1), after=Fraction(4, 5))


def test_attributes_dated_in_closed_months_are_counted_with_their_months(store: Store) -> None:
    import_text(store, FIRST, closed_through=CLOSED)
    header = "account_id,valid_from,segment"
    content = csv_text(
        "anna,2026-08-05,smb",
        "bert,,smb",
        "anna,2026-11-05,mid",
        "bert,2026-06-30,mid",
        header=header,
    )

    late = import_text(store, content, source="accounts").closed_months

    assert late == ClosedMonths(rows=2, months=(date(2026, 6, 1), AUGUST), changes=None)


HEADER = "account_id,date,amount,currency"


def two_currencies(store: Store, *rates: str) -> None:
    # answers are in USD, the currency of the first movement
    first = csv_text("us,2026-01-05,200,USD", "eu,2026-01-05,100,EUR", header=HEADER)
    import_text(store, first)
    import_text(
        store,
        csv_text(*rates, header="date,currency,rate"),
        source="rates",
        closed_through=date(2026, 10, 1),
    )


@pytest.mark.parametrize("dry_run", [False, True])
def test_late_rows_of_two_currencies_count_at_the_rates_of_the_month_s_opening(
    store: Store, *, dry_run: bool
) -> None:
    two_currencies(store, "2025-12-31,USD,2", "2026-09-01,USD,4")
    late = csv_text("eu,2026-08-05,-50,EUR", "jo,2026-07-09,300,USD", header=HEADER)

    changes = import_text(store, late, dry_run=dry_run).closed_months.changes

    # August: 50 EUR of 200 + 200 + 300 USD are lost, 100 USD of 700; raw units would say 550/600.
    assert changes == (MonthChange(month=AUGUST, before=Fraction(1), after=Fraction(6, 7)),)


@pytest.mark.parametrize("dry_run", [False, True])
def test_where_a_rate_is_missing_only_the_months_are_told(store: Store, *, dry_run: bool) -> None:
    two_currencies(store, "2025-12-31,USD,2")
    late = csv_text("eu,2026-08-05,-50,EUR", "uk,2026-08-09,30,GBP", header=HEADER)

    found = import_text(store, late, dry_run=dry_run).closed_months

    assert found == ClosedMonths(rows=2, months=(AUGUST,), changes=None)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bert", "carl"]),
        st.dates(date(2026, 3, 1), date(2026, 11, 15)),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=MOVES, late=MOVES)
def test_what_is_said_is_what_the_ledger_answers_before_and_after(
    sqlite_template: Template, held: list[tuple[str, date, int]], late: list[tuple[str, date, int]]
) -> None:
    first = movements(*_rows(held), "dora 2026-02-03 50", "dora 2026-09-01 -20")
    months = [shift_months(date(2026, 2, 1), back) for back in range(9)]
    with fresh_store(sqlite_template) as store:
        import_text(store, first, closed_through=CLOSED)
        before = [_nrr(store, month) for month in months]
        content = movements(*_rows(late, tenths=True))
        told = import_text(store, content, overlap=Overlap.HELD).closed_months
        after = [_nrr(store, month) for month in months]

    expected = {
        month: (was, now)
        for month, was, now in zip(months, before, after, strict=True)
        if was != now
    }
    assert {one.month: (one.before, one.after) for one in told.changes or ()} == expected


def _nrr(store: Store, month: date) -> Fraction | None:
    return retention(store, month.isoformat(), shift_months(month, 1).isoformat()).nrr


def _rows(moves: list[tuple[str, date, int]], *, tenths: bool = False) -> list[str]:
    return [f"{name} {day} {amount}{'.50' if tenths else ''}" for name, day, amount in moves]
