from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.asking import Ask, ImportAsksError, Overlap
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.report import ImportReport
from storage.store.engine import Store
from tests.storage.stores import SqliteTemplate, csv_text, import_text, movements, retention, rows

JUNE = ("anna 2026-06-01 100.00", "bert 2026-06-01 200.00", "cleo 2026-06-01 300.00")
AUGUST = (*JUNE, "anna 2026-08-05 50.00", "bert 2026-08-06 -200.00")
AMOUNTS = "SELECT account_id, effective_on, amount_minor FROM ledger_movement"
NOTHING_AGREED = frozenset[Ask]()


def land(store: Store, *lines: str, overlap: Overlap | None = None) -> ImportReport:
    content = movements(*lines)
    return import_text(store, content, agreed=NOTHING_AGREED, overlap=overlap)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.imported, report.known, report.reversed


def test_a_grown_export_adds_what_is_new_to_opening_600(store: Store) -> None:
    land(store, *JUNE)

    assert counts(land(store, *AUGUST)) == (2, 3, 0)
    august = retention(store, "2026-08-01", "2026-09-01")
    assert (august.opening, august.nrr, august.grr) == (60_000, Fraction(3, 4), Fraction(2, 3))


def test_an_export_in_another_order_or_written_otherwise_adds_nothing(store: Store) -> None:
    land(store, *AUGUST)

    assert counts(land(store, *reversed(AUGUST))) == (0, 5, 0)
    assert counts(land(store, *(line.replace(".00", "") for line in AUGUST))) == (0, 5, 0)


def test_of_equal_rows_as_many_are_new_as_the_file_has_more(store: Store) -> None:
    land(store, *["anna 2026-06-01 100"] * 2)

    assert counts(land(store, *["anna 2026-06-01 100"] * 3)) == (1, 2, 0)


def test_product_and_driver_are_content_and_attributes_are_not(store: Store) -> None:
    header = "account_id,date,amount,currency,product,driver,plan"
    import_text(store, csv_text("anna,2026-06-01,1,USD,core,price,a", header=header))
    again = csv_text(
        "anna,2026-06-01,1,USD,core,price,b",
        "anna,2026-06-01,1,USD,addon,price,a",
        "anna,2026-06-01,1,USD,core,seats,a",
        header=header,
    )

    assert counts(import_text(store, again)) == (2, 1, 0)


def test_types_of_a_grown_export_are_checked_against_what_they_are(store: Store) -> None:
    header = "account_id,date,amount,currency,type"
    first = "anna,2026-06-01,100,USD,new"
    import_text(store, csv_text(first, header=header))

    grown = csv_text(first, "anna,2026-08-01,50,USD,expansion", header=header)

    assert counts(import_text(store, grown)) == (1, 1, 0)


CHANGED = ("anna 2026-06-01 100.00", "bert 2026-06-01 250.00", "dora 2026-06-01 7.00")


def test_a_file_that_has_some_of_the_held_rows_asks(store: Store) -> None:
    land(store, *JUNE)

    with pytest.raises(ImportAsksError) as asked:
        land(store, *CHANGED)

    assert [question.ask for question in asked.value.questions] == [Ask.OVERLAP]
    assert (
        "On 1 Jun 2026 3 rows are held from movements, and the file does not have 2 of them"
        in str(asked.value)
    )
    assert str(asked.value).endswith("Say --append, --held or --replace.")
    assert rows(store, "SELECT count(*) FROM import_run") == [(1,)]


@pytest.mark.parametrize(
    ("overlap", "expected", "total"),
    [
        pytest.param(Overlap.HELD, (2, 1, 0), 85_700, id="held"),
        pytest.param(Overlap.APPEND, (3, 0, 0), 95_700, id="append"),
        pytest.param(Overlap.REPLACE, (2, 1, 2), 35_700, id="replace"),
    ],
)
def test_the_answer_says_what_becomes_of_held_rows(
    store: Store, overlap: Overlap, expected: tuple[int, int, int], total: int
) -> None:
    land(store, *JUNE)

    assert counts(land(store, *CHANGED, overlap=overlap)) == expected
    assert rows(store, "SELECT sum(amount_minor) FROM ledger_movement") == [(total,)]
    assert land(store, *CHANGED, overlap=overlap).imported == 0


def test_a_file_whose_rows_were_replaced_since_is_no_longer_held(store: Store) -> None:
    land(store, *JUNE)
    land(store, *CHANGED, overlap=Overlap.REPLACE)

    with pytest.raises(ImportAsksError):
        land(store, *JUNE)
    land(store, *JUNE, overlap=Overlap.REPLACE)

    assert rows(store, "SELECT sum(amount_minor) FROM ledger_movement") == [(60_000,)]
    assert counts(land(store, *JUNE)) == (0, 3, 0)


def test_an_appended_file_that_has_grown_is_compared_with_itself(store: Store) -> None:
    land(store, *JUNE)
    land(store, *CHANGED, overlap=Overlap.APPEND)

    grown = land(store, *CHANGED, "dora 2026-07-01 1.00", overlap=Overlap.APPEND)

    assert counts(grown) == (1, 3, 0)


def test_a_file_about_other_days_or_other_customers_lands_unasked(store: Store) -> None:
    land(store, *JUNE)

    assert land(store, "anna 2026-07-01 5").imported == 1
    assert land(store, "emil 2026-06-01 5", "frida 2026-06-01 5").imported == 2


LINES = st.lists(
    st.sampled_from(
        [f"{a} 2026-0{m}-05 {n}" for a in ("anna", "bert") for m in (1, 2, 3) for n in (5, 7)]
    ),
    min_size=1,
    max_size=8,
)
LOSS = ("cleo 2026-01-05 9", "cleo 2026-02-05 -4")
"""In every file: equal rows month after month without any loss are levels, and refused."""


@given(lines=LINES, data=st.data())
def test_any_split_order_overlap_and_repetition_ends_in_the_same_ledger(
    sqlite_template: SqliteTemplate, lines: list[str], data: st.DataObject
) -> None:
    # Equal rows are told apart by how many of them one file has: a part has all of each or none.
    kinds = sorted(set(lines))
    parts = data.draw(st.lists(st.lists(st.sampled_from(kinds), unique=True), max_size=3))
    with sqlite_template.fresh() as whole, sqlite_template.fresh() as pieces:
        land(whole, *lines, *LOSS)
        for part in [*parts, kinds]:
            some = [line for line in data.draw(st.permutations(lines)) if line in part]
            if some:
                land(pieces, *some, *LOSS, overlap=Overlap.HELD)

        assert sorted(rows(pieces, AMOUNTS)) == sorted(rows(whole, AMOUNTS))


def test_a_type_by_subscription_can_be_left_out(store: Store) -> None:
    header = "account_id,date,amount,currency,type,plan"
    lines = ["2026-06-01,100.00,USD,new,basic", "2026-08-05,-100.00,USD,churn,"]
    swap = csv_text(*(f"anna,{x}" for x in [*lines, "2026-08-05,150,USD,new,pro"]), header=header)

    import_text(store, swap, columns=ColumnWishes(kind="movements", ignore=frozenset({"type"})))

    august = retention(store, "2026-08-01", "2026-09-01")
    assert (august.nrr, august.grr) == (Fraction(3, 2), Fraction(1))


def test_attributes_that_a_held_row_says_otherwise_are_told_and_stay(store: Store) -> None:
    header = "account_id,date,amount,currency,segment"
    first = [f"{name},2026-06-01,1,USD,smb" for name in ("anna", "bert")]
    import_text(store, csv_text(*first, header=header))
    again = [row.replace("smb", "mid") for row in first]

    [note] = import_text(store, csv_text(*again, header=header)).notes

    assert note == (
        "2 rows that are held say another segment now: it stays as it was. A change of it comes"
        " with `nrrbot import accounts`."
    )
    assert rows(store, "SELECT DISTINCT value FROM ledger_attribute") == [("smb",)]
    assert not import_text(store, csv_text(*first, header=header)).notes
