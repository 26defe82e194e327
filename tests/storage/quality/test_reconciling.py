"""Another system's totals: planted differences are found, and nothing else is."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from metrics.period_grammar import shift_months
from metrics.reconciliation import Mismatch
from storage.errors import UnreadableFileError
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.spool import Scratch
from storage.quality.reconciling import Reconciliation, reconcile
from storage.quality.totals_file import TotalsRefusedError, read_totals
from storage.store.engine import Store
from tests.storage.stores import TODAY, SqliteTemplate, csv_text, import_text

MONTHS = [date(2026, month, 1) for month in range(1, 7)]
END = date(2026, 7, 1)
ACCOUNTS = ("acme", "bolt", "cube", "dune")


def compared(
    store: Store,
    folder: Path,
    text: str,
    *,
    end: date = END,
    wishes: ColumnWishes | None = None,
    today: date = TODAY,
) -> Reconciliation:
    path = folder / "totals.csv"
    path.write_text(text, encoding="utf-8")
    with Scratch() as scratch, store.read() as session:
        return _compared(session, path, scratch, end, wishes or ColumnWishes(), today=today)


def _compared(
    session: Session, path: Path, scratch: Scratch, end: date, wishes: ColumnWishes, *, today: date
) -> Reconciliation:
    other = read_totals(
        path, wishes, dimension="segment", today=today, scratch=scratch, max_bytes=2**20
    )
    return reconcile(session, other, dimension="segment", end=end)


def differences(found: Reconciliation) -> dict[str, int]:
    return {f"{one.month:%Y-%m}": one.difference for one in found.months if not one.agrees}


def test_months_are_compared_at_their_end_whatever_the_file_is_written_like(
    store: Store, tmp_path: Path
) -> None:
    import_text(
        store,
        csv_text(
            "acme,2026-01-03,1000.00,USD", "acme,2026-02-28,5.50,USD", "acme,2026-03-01,1,USD"
        ),
    )

    text = 'Month;Total MRR\nJan 2026;"1.000,00"\n2026-02-28;"1.005,50"\n03/2026;"1.007,00"\n'
    found = compared(store, tmp_path, text, wishes=ColumnWishes(currency="USD"))

    assert differences(found) == {"2026-03": -50}  # 1,006.50 here
    assert not found.has_accounts


def test_a_column_of_days_is_one_of_months(store: Store, tmp_path: Path) -> None:
    import_text(store, csv_text("acme,2026-01-03,10.00,USD"))
    text = csv_text("2026-01-31,10.00,USD", "2026-02-01,12.00,USD", header="Date,MRR,currency")

    assert differences(compared(store, tmp_path, text)) == {"2026-02": -2_00}


def test_a_month_that_is_not_over_is_named_and_not_compared(store: Store, tmp_path: Path) -> None:
    import_text(store, csv_text("acme,2026-01-03,10.00,USD", "acme,2026-07-03,10.00,USD"))

    found = compared(
        store,
        tmp_path,
        csv_text("2026-05,10.00,USD", "2026-07,99.00,USD", header="month,mrr,currency"),
    )

    assert found.agrees
    assert found.later == (date(2026, 7, 1),)
    assert found.missing == (date(2026, 6, 1),)


def test_months_that_end_after_the_last_import_are_compared_too(
    store: Store, tmp_path: Path
) -> None:
    import_text(store, csv_text("acme,2026-11-03,10.00,USD"), today=date(2026, 11, 21))
    text = csv_text("2026-11,10.00,USD", "2027-02,12.00,USD", header="month,mrr,currency")

    found = compared(store, tmp_path, text, end=date(2027, 3, 1), today=date(2027, 3, 1))

    assert differences(found) == {"2027-02": -2_00}
    assert found.later == ()


def test_segments_are_those_at_the_end_of_the_month(store: Store, tmp_path: Path) -> None:
    header = "account_id,date,amount,currency,segment"
    import_text(
        store,
        csv_text(
            "acme,2026-01-03,10.00,USD,smb",
            "bolt,2026-01-03,7.00,USD,smb",
            "acme,2026-02-10,1.00,USD,enterprise",
            header=header,
        ),
    )

    rows = ("2026-02,smb,7.00,USD", "2026-02,enterprise,12.00,USD", "2026-01,smb,17.00,USD")
    found = compared(store, tmp_path, csv_text(*rows, header="month,segment,mrr,currency"))

    assert [(one.segment, one.difference) for one in found.by_segment if not one.agrees] == [
        ("enterprise", -1_00)
    ]
    assert differences(found) == {"2026-02": -1_00}


def test_accounts_may_have_the_ids_of_another_source(store: Store, tmp_path: Path) -> None:
    header = "account_id,external_id:stripe"
    import_text(store, csv_text("17,cus_1", header=header), source="accounts")
    import_text(store, csv_text("17,2026-01-03,10.00,USD"))

    rows = ("cus_1,2026-01,10.00,USD", "17,2026-02,12.00,USD")
    found = compared(store, tmp_path, csv_text(*rows, header="account_id,month,mrr,currency"))

    assert differences(found) == {"2026-02": -2_00}
    assert found.months[1].accounts[0].account == "17"


def test_a_currency_that_the_file_does_not_name_is_told(store: Store, tmp_path: Path) -> None:
    import_text(store, csv_text("acme,2026-01-03,10.00,USD", "bolt,2026-01-03,7.00,EUR"))

    found = compared(store, tmp_path, csv_text("2026-02,10.00,USD", header="month,mrr,currency"))

    assert found.only_here == ("EUR",)
    assert found.agrees


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "2026-02,ten,USD",
            'line 2: mrr is not a plain number: write it like 1200.50 or -80 ("ten")',
        ),
        ("soon,10.00,USD", 'line 2: month is not a month: write it like 2026-07 ("soon")'),
        ("2026-02,,USD", "line 2: mrr is empty"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(
    sqlite_store: Store, tmp_path: Path, row: str, sentence: str
) -> None:
    with pytest.raises(TotalsRefusedError) as refused:
        compared(sqlite_store, tmp_path, csv_text(row, header="month,mrr,currency"))

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        csv_text("acme,,,USD", header="account_id,2026-01,2026-02,currency"),
        csv_text("acme,2026-01,10.00,USD,yes", header="account_id,month,mrr,currency,usage"),
    ],
    ids=["empty cells", "usage alone"],
)
def test_a_file_that_states_no_mrr_is_refused(
    sqlite_store: Store, tmp_path: Path, text: str
) -> None:
    import_text(sqlite_store, csv_text("acme,2026-01-03,10.00,USD"))

    with pytest.raises(TotalsRefusedError, match="the file states no MRR"):
        compared(sqlite_store, tmp_path, text)


amounts = st.integers(1, 5000)
plants = st.tuples(
    st.sampled_from(["only_there", "only_here", "amount", "later_there"]), st.sampled_from(ACCOUNTS)
)


@settings(max_examples=8, deadline=None)
@given(
    base=st.tuples(*[amounts] * 4), planted=st.lists(plants, max_size=3, unique_by=lambda p: p[1])
)
def test_planted_differences_are_found_with_their_reason_and_no_others(
    sqlite_template: SqliteTemplate,
    tmp_path_factory: pytest.TempPathFactory,
    base: tuple[int, ...],
    planted: list[tuple[str, str]],
) -> None:
    """Four accounts that grow in April; what is planted is known, so is what must be found."""
    start = dict(zip(ACCOUNTS, base, strict=True))
    here = {
        (name, month): amount + (100 if month >= date(2026, 4, 1) else 0)
        for name, amount in start.items()
        for month in MONTHS
    }
    there, expected = dict(here), dict[tuple[str, date], tuple[int, Mismatch]]()
    for kind, name in planted:
        expected |= plant(kind, name, here, there)
    with sqlite_template.fresh() as store:
        rows = [
            row
            for name, amount in start.items()
            for row in (f"{name},2026-01-05,{amount}.00,USD", f"{name},2026-04-05,100.00,USD")
        ]
        import_text(store, csv_text(*rows))
        text = csv_text(
            *(f"{name},{month},{amount}.00,USD" for (name, month), amount in there.items()),
            "zero,2026-01-01,0.00,USD",  # or a file of which all fell out would have no row
            header="account_id,month,mrr,currency",
        )
        found = compared(store, tmp_path_factory.mktemp("totals"), text)

    named = {
        (one.account, month.month): (one.difference // 100, one.cause)
        for month in found.months
        for one in month.accounts
    }
    assert named == expected
    assert {one.month for one in found.months if not one.agrees} == {day for _, day in expected}


def plant(
    kind: str,
    name: str,
    here: dict[tuple[str, date], int],
    there: dict[tuple[str, date], int],
) -> dict[tuple[str, date], tuple[int, Mismatch]]:
    """Change the other system's book, and say what has to be found."""
    if kind == "only_there":
        for month in MONTHS:
            there[f"{name}-ghost", month] = 7
        return {(f"{name}-ghost", month): (-7, Mismatch.ONLY_THERE) for month in MONTHS}
    if kind == "only_here":
        for month in MONTHS:
            del there[name, month]
        return {(name, month): (here[name, month], Mismatch.ONLY_HERE) for month in MONTHS}
    if kind == "amount":
        there[name, MONTHS[1]] += 3
        return {(name, MONTHS[1]): (-3, Mismatch.AMOUNT)}
    april = date(2026, 4, 1)
    there[name, april] = here[name, shift_months(april, -1)]
    return {(name, april): (100, Mismatch.LATER_THERE)}


def test_totals_of_single_days_are_refused(sqlite_store: Store, tmp_path: Path) -> None:
    days = csv_text("acme,USD,9,8", header="account_id,currency,2026-01-30,2026-01-31")

    with pytest.raises(UnreadableFileError, match="totals are compared by month"):
        compared(sqlite_store, tmp_path, days)
