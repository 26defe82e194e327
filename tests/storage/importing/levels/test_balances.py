"""Files of levels through the ledger: what is stated is what it answers with."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.data_end import Declared
from metrics.period_grammar import shift_months
from storage.importing.levels import standing
from storage.importing.profiles.wishes import ColumnWishes, parse_wishes
from storage.importing.report import ImportReport, ImportStatus
from storage.store.engine import Store
from tests.storage.stores import (
    SqliteTemplate,
    csv_text,
    findings,
    fresh_store,
    import_text,
    movements,
    reading,
    refusal,
    retention,
    rows,
)

LONG = "account_id,month,mrr,currency"
KEPT = (
    "1 account is missing in months that others have, and keeps its MRR there:"
    " if that means they had left, give each a row with 0, or import the file with --complete."
)
LEFT = (
    "3 accounts that the file lacks are at 0: anna from August 2026 (100.00 USD),"
    " bert from July 2026 (50.00 USD), zoe from June 2026 (30.00 USD)."
)
ADD_UP = "add its rows up, or give each a product"
MOVED = "SELECT account_id, effective_on, amount_minor, kind FROM ledger_movement ORDER BY id"


def balances(store: Store, *lines: str, header: str = LONG, **given_: object) -> ImportReport:
    return import_text(store, csv_text(*lines, header=header), source="balances", **given_)  # type: ignore[arg-type]


def long(*levels: str) -> list[str]:
    """Write rows such as ``"anna 2026-01 100"``, in USD."""
    return [",".join([*level.split(), "USD"]) for level in levels]


def closings(store: Store, account: str, *months: str) -> list[int]:
    """Add up what an account pays at the end of months, in minor units."""
    ends = (shift_months(date.fromisoformat(f"{month}-01"), 1).isoformat() for month in months)
    return [
        rows(
            store,
            "SELECT coalesce(sum(amount_minor), 0) FROM ledger_movement"  # noqa: S608
            f" WHERE account_id = '{account}' AND effective_on < '{end}'",
        )[0][0]
        for end in ends
    ]


@pytest.mark.parametrize("attribute", ["account", "line"])
def test_an_attribute_may_be_called_like_what_levels_are_kept_by(
    store: Store, attribute: str
) -> None:
    lines = ("anna,red,2026-01,100,USD", "bert,blue,2026-01,200,USD", "zoe,red,2026-01,300,USD")
    balances(store, *lines, header=f"account_id,{attribute},month,mrr,currency")

    told = "SELECT account_id, amount_minor, source_row FROM ledger_movement ORDER BY id"
    assert rows(store, told) == [("anna", 10_000, 2), ("bert", 20_000, 3), ("zoe", 30_000, 4)]
    assert rows(store, "SELECT account_id, value FROM ledger_attribute ORDER BY id") == [
        ("anna", "red"),
        ("bert", "blue"),
        ("zoe", "red"),
    ]


def test_levels_become_movements_where_they_change(store: Store) -> None:
    report = balances(
        store, *long("anna 2026-06 100", "bert 2026-06 200", "anna 2026-07 100", "bert 2026-07 0")
    )

    assert (report.status, report.imported, report.known) == (ImportStatus.IMPORTED, 4, 0)
    assert rows(store, MOVED) == [
        ("anna", "2026-06-01", 10_000, "new"),
        ("bert", "2026-06-01", 20_000, "new"),
        ("bert", "2026-07-01", -20_000, "churn"),
    ]
    # opening 300 on 1 July, 100 at its end
    assert retention(store, "2026-07-01", "2026-08-01").closing == 10_000


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    levels = long("anna 2026-06 100", "anna 2026-07 120")
    balances(store, *levels)

    again = balances(store, *levels)

    assert (again.status, again.imported, again.known) == (ImportStatus.UNCHANGED, 0, 2)


def test_the_first_file_again_after_a_corrected_one_states_its_levels_again(store: Store) -> None:
    first = long("anna 2026-06 100", "anna 2026-07 100")
    balances(store, *first)
    balances(store, *long("anna 2026-06 80", "anna 2026-07 100"))

    balances(store, *first)

    assert closings(store, "anna", "2026-06", "2026-07") == [10_000, 10_000]


def test_a_correction_of_one_month_leaves_the_month_behind_it(store: Store) -> None:
    balances(store, *long("anna 2026-06 100", "anna 2026-07 100", "anna 2026-08 100"))

    balances(store, *long("anna 2026-07 0"))

    assert closings(store, "anna", "2026-06", "2026-07", "2026-08") == [10_000, 0, 10_000]


def test_levels_take_up_where_movements_of_another_source_left_off(store: Store) -> None:
    import_text(store, movements("anna 2026-05-10 100", "anna 2026-07-20 -30"))

    balances(store, *long("anna 2026-07 90", "anna 2026-08 110"))

    # 70 by the movements: 20 more on the day of the last of them, which still loses 10
    assert rows(store, MOVED)[2:] == [
        ("anna", "2026-07-20", 2_000, "contraction"),
        ("anna", "2026-08-01", 2_000, "expansion"),
    ]


def test_a_missing_account_keeps_its_mrr_and_the_report_says_so(store: Store) -> None:
    report = balances(
        store, *long("anna 2026-06 100", "bert 2026-06 50", "anna 2026-07 100", "anna 2026-08 1")
    )

    assert closings(store, "bert", "2026-08") == [5_000]
    assert report.notes == (KEPT,)


def test_of_a_wide_file_an_empty_cell_is_no_mrr_and_an_empty_month_says_nothing(
    store: Store,
) -> None:
    header = "account_id,currency,m_2026_06,m_2026_07,m_2026_08,segment"

    report = balances(store, "anna,USD,100,,,smb", "bert,USD,,50,,mid", header=header)

    assert rows(store, MOVED) == [
        ("anna", "2026-06-01", 10_000, "new"),
        ("anna", "2026-07-01", -10_000, "churn"),
        ("bert", "2026-07-01", 5_000, "new"),
    ]
    assert report.notes == ("2 empty cells of months that others have: read as no MRR.",)
    assert report.declared.covered_through == date(2026, 8, 1)
    attributes = "SELECT account_id, value, valid_from FROM ledger_attribute ORDER BY id"
    assert rows(store, attributes) == [
        ("anna", "smb", "1970-01-01"),
        ("bert", "mid", "1970-01-01"),
    ]


def test_an_attribute_of_a_long_file_holds_from_the_month_on_in_which_it_changes(
    store: Store,
) -> None:
    lines = ("anna,2026-06,1,USD,pro", "anna,2026-07,1,USD,pro", "anna,2026-08,1,USD,team")
    balances(store, *lines, header=f"{LONG},plan")
    balances(store, *lines, header=f"{LONG},plan")

    attributes = "SELECT value, valid_from FROM ledger_attribute ORDER BY id"
    assert rows(store, attributes) == [("pro", "2026-06-01"), ("team", "2026-08-01")]


def test_a_corrected_file_corrects_attributes_too(store: Store) -> None:
    header = f"{LONG},plan"
    first = ("anna,2026-06,1,USD,pro", "anna,2026-07,1,USD,team", "anna,2026-08,1,USD,team")
    balances(store, *first, header=header)

    balances(store, first[0], first[1].replace("team", "pro"), first[2], header=header)

    # on 1 August the plan is that of July
    assert retention(store, "2026-08-01", "2026-09-01", ("plan", "pro")).opening == 100
    assert retention(store, "2026-09-01", "2026-10-01", ("plan", "team")).opening == 100


def test_an_attribute_of_one_corrected_month_goes_back_with_the_next(store: Store) -> None:
    header = f"{LONG},plan"
    balances(store, *(f"anna,2026-0{month},1,USD,pro" for month in (5, 6, 7, 8)), header=header)

    balances(store, "anna,2026-06,1,USD,team", header=header)

    said = rows(store, "SELECT value, valid_from FROM ledger_attribute ORDER BY id")
    assert said == [("pro", "2026-05-01"), ("team", "2026-06-01"), ("pro", "2026-07-01")]


def test_levels_by_product_are_held_apart(store: Store) -> None:
    header = f"{LONG},product"
    balances(store, "anna,2026-06,60,USD,core", "anna,2026-06,40,USD,extra", header=header)
    balances(store, "anna,2026-07,60,USD,core", "anna,2026-07,0,USD,extra", header=header)

    assert closings(store, "anna", "2026-06", "2026-07") == [10_000, 6_000]


def test_without_a_product_column_a_level_is_all_that_the_account_pays(store: Store) -> None:
    header = f"{LONG},product"
    balances(store, "anna,2026-06,60,USD,core", "anna,2026-06,40,USD,extra", header=header)

    balances(store, *long("anna 2026-07 50"))

    assert closings(store, "anna", "2026-07") == [5_000]
    assert retention(store, "2026-07-01", "2026-08-01").closing == 5_000


def test_days_that_all_begin_or_all_end_months_are_months(store: Store) -> None:
    header = "account_id,date,mrr,currency"

    report = balances(store, "anna,2026-06-30,1,USD", "anna,2026-07-31,2,USD", header=header)

    assert [day for _, day, _, _ in rows(store, MOVED)] == ["2026-06-01", "2026-07-01"]
    assert report.declared.covered_through == date(2026, 8, 1)


def test_levels_of_days_are_dated_on_them(store: Store) -> None:
    header = "account_id,date,mrr,currency"

    report = balances(store, "anna,2026-06-03,1,USD", "anna,2026-06-10,2,USD", header=header)

    assert [day for _, day, _, _ in rows(store, MOVED)] == ["2026-06-03", "2026-06-10"]
    assert report.declared.covered_through == date(2026, 6, 11)


def test_the_month_that_goes_on_is_covered_through_the_day_of_the_import(store: Store) -> None:
    report = balances(store, *long("anna 2026-11 100"), today=date(2026, 11, 21))

    assert report.declared.covered_through == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("anna,2026-12,1,USD", "month is in the future: leave it out until it has begun"),
        ("anna,soon,1,USD", "month is not a month: write it like 2026-07"),
        ("anna,2026-06,-1,USD", "mrr is below zero: write what the account pays, 0 if nothing"),
        ("anna,2026-06,,USD", "mrr is empty"),
    ],
)
def test_a_wrong_cell_is_a_finding(store: Store, line: str, found: str) -> None:
    assert findings(store, csv_text(line, header=LONG), source="balances") == [(2, found)]


def test_two_levels_of_one_account_and_month_are_a_finding_and_the_same_twice_a_note(
    store: Store,
) -> None:
    twice = csv_text(*long("anna 2026-06 1", "anna 2026-06 2"), header=LONG)
    assert findings(store, twice, source="balances") == [
        (
            3,
            f"mrr is 1.00 on line 2 for the same account, anna, and June 2026: {ADD_UP}",
        )
    ]

    report = balances(store, *long("anna 2026-06 1", "anna 2026-06 1"))

    assert report.notes == ("1 row is there twice with the same MRR: counted once.",)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("account_id,currency", "the header (line 1) lacks month, mrr; it has"),
        ("account_id,currency,month", "the header (line 1) lacks mrr; it has"),
        ("account_id,currency,m_2026_06,d_2026_06_30", "columns of days and of months"),
    ],
)
def test_a_header_without_levels_is_refused(store: Store, header: str, said: str) -> None:
    content = csv_text(",".join("1" * (header.count(",") + 1)), header=header)

    assert said in refusal(store, content, source="balances")


def test_a_column_that_adds_the_months_up_is_no_attribute(store: Store) -> None:
    header = "account_id,currency,m_2026_06,m_2026_07,total"

    report = balances(store, "anna,USD,100,100,200", header=header)

    assert rows(store, "SELECT id FROM ledger_attribute") == []
    assert report.notes == ("The column total is left out: it adds others up.",)


def test_in_a_complete_file_a_missing_account_has_left(store: Store) -> None:
    import_text(store, movements("zoe 2026-03-05 30"))

    report = import_text(
        store,
        csv_text(
            *long("anna 2026-06 100", "bert 2026-06 50", "anna 2026-07 100", "bert 2026-08 20"),
            header=LONG,
        ),
        source="balances",
        is_complete=True,
    )

    assert closings(store, "anna", "2026-06", "2026-07", "2026-08") == [10_000, 10_000, 0]
    assert closings(store, "bert", "2026-06", "2026-07", "2026-08") == [5_000, 0, 2_000]
    assert closings(store, "zoe", "2026-05", "2026-06") == [3_000, 0]
    assert report.notes == (LEFT,)


@pytest.mark.parametrize(
    ("today", "closed"),
    [(date(2026, 11, 3), date(2026, 10, 1)), (date(2026, 11, 4), date(2026, 11, 1))],
)
def test_a_complete_file_closes_its_months_three_days_past_their_end(
    store: Store, today: date, closed: date
) -> None:
    content = csv_text(*long("anna 2026-09 100", "anna 2026-10 100"), header=LONG)

    assert import_text(
        store, content, source="balances", is_complete=True, today=today
    ).declared == Declared(closed_through=closed, covered_through=date(2026, 11, 1))
    assert import_text(store, content, source="balances", today=today).status == "unchanged"


@pytest.mark.parametrize("is_complete", [False, True])
def test_a_file_in_many_groups_lands_as_one_in_one_group(
    sqlite_template: SqliteTemplate, monkeypatch: pytest.MonkeyPatch, *, is_complete: bool
) -> None:
    levels = [
        f"a{account} 2026-0{month} {account + month}"
        for account in range(30)
        for month in range(1, 7)
        if (account * month) % 5
    ]
    content = csv_text(*long(*levels), header=LONG)
    found = []
    for group_bytes in (2**30, 500):
        monkeypatch.setattr(standing, "_CELLS", group_bytes // 20)
        with fresh_store(sqlite_template) as store:
            import_text(store, movements("old 2026-01-05 7", "a3 2026-02-05 1"))
            report = import_text(
                store,
                content,
                source="balances",
                is_complete=is_complete,
                group_bytes=group_bytes,
            )
            found.append((report, sorted(rows(store, MOVED))))

    assert found[0] == found[1]


# Oracle: a dictionary from account and month to the level stated last.

ACCOUNTS, MONTHS = ("a", "b", "c"), ("2026-01", "2026-02", "2026-03", "2026-04")
Stated = dict[tuple[str, str], int]


def files() -> st.SearchStrategy[Stated]:
    cells = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(MONTHS))
    return st.dictionaries(cells, st.integers(0, 3), min_size=1, max_size=8)


def as_long(stated: Stated) -> str:
    lines = long(*(f"{account} {month} {level}" for (account, month), level in stated.items()))
    return csv_text(*lines, header=LONG)


def as_wide(stated: Stated) -> Iterator[str]:
    """Write a wide file for each account, whose cells are all of months that it states."""
    for account in dict.fromkeys(account for account, _ in stated):
        own = {month: level for (name, month), level in stated.items() if name == account}
        header = ",".join(["account_id", "currency", *(f"m_{m.replace('-', '_')}" for m in own)])
        yield csv_text(",".join([account, "USD", *map(str, own.values())]), header=header)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stated=st.lists(st.tuples(files(), st.booleans()), min_size=1, max_size=4),
    order=st.randoms(use_true_random=False),
    wide=st.booleans(),
)
def test_any_files_in_any_order_end_in_the_levels_stated_last(
    sqlite_template: SqliteTemplate,
    stated: Sequence[tuple[Stated, bool]],
    order: Random,
    *,
    wide: bool,
) -> None:
    with fresh_store(sqlite_template) as store:
        import_text(store, movements("z 2025-12-01 1"))
        expected: Stated = {}
        for file, is_complete in stated:
            cells = [*file.items()]
            order.shuffle(cells)
            if is_complete:
                months = {month for _, month in file}
                expected |= {(name, month): 0 for name in (*ACCOUNTS, "z") for month in months}
                import_text(store, as_long(dict(cells)), source="balances", is_complete=True)
            else:
                for content in as_wide(dict(cells)) if wide else [as_long(dict(cells))]:
                    import_text(store, content, source="balances")
            expected |= file
            for (account, month), level in expected.items():
                assert closings(store, account, month) == [level * 100]
        with reading(store) as ledger:
            for month in {month for _, month in expected}:
                start = date.fromisoformat(f"{month}-01")
                end = shift_months(start, 1)
                whole = sum(closings(store, account, month)[0] for account in (*ACCOUNTS, "z"))
                assert ledger.sums(start, end).closing_total == whole


@pytest.mark.parametrize(
    ("header", "row", "columns", "sentence"),
    [
        pytest.param(
            "account_id,2026-01,currency",
            "a,1,USD",
            ColumnWishes(ignore=frozenset({"2026_01"})),
            "the header lacks month or date, or one column for each month, such as 2026-07",
            id="no month is left",
        ),
        pytest.param(
            "account_id,2026-01,since,currency",
            "a,1,2026-01-05,USD",
            parse_wishes(["date=since"]),
            "the header lacks mrr",
            id="a day and columns of months",
        ),
    ],
)
def test_levels_stand_by_a_day_or_in_columns_of_days(
    sqlite_store: Store, header: str, row: str, columns: ColumnWishes, sentence: str
) -> None:
    said = refusal(sqlite_store, csv_text(row, header=header), source="balances", columns=columns)

    assert said == sentence


def test_one_month_may_be_that_of_all_rows_of_a_file(sqlite_store: Store) -> None:
    header, row = "account_id,mrr,currency", "anna,1,USD"
    one_month = parse_wishes(["month=Jun 2026"])

    said = refusal(sqlite_store, csv_text(row, header=header), source="balances")
    balances(sqlite_store, row, header=header, columns=one_month)

    assert "--map month=2026-07" in said
    assert closings(sqlite_store, "anna", "2026-05", "2026-06") == [0, 100]


@pytest.mark.parametrize("column", ["2027-03", "2026-12-31"])
def test_a_column_of_a_day_to_come_is_a_finding(sqlite_store: Store, column: str) -> None:
    content = csv_text("a,1,USD", header=f"account_id,{column},currency")

    assert findings(sqlite_store, content, source="balances") == [
        (2, f"{column} is in the future: leave it out until it has begun")
    ]


@pytest.mark.parametrize("header", ["d_2026_01_31,d_2026_02_30", "m_2026_01,m_2026_13"])
def test_a_column_that_is_named_after_no_day_of_the_calendar_is_no_level(
    sqlite_store: Store, header: str
) -> None:
    balances(sqlite_store, "acme,USD,100,5", header=f"account_id,currency,{header}")

    assert [(account, minor) for account, _, minor, _ in rows(sqlite_store, MOVED)] == [
        ("acme", 100_00)
    ]
