import pytest

from storage.store.engine import Store
from tests.storage.stores import csv_text, findings, import_text, refusal, rows

HEADER = "account_id,name,parent_id,created_on,valid_from,recorded_at,segment"
VALUES = "SELECT account_id, value, valid_from FROM ledger_attribute"


def import_accounts(store: Store, *lines: str) -> None:
    import_text(store, csv_text(*lines, header=HEADER), source="accounts")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(",Acme,,,,,", "account_id is empty", id="no-account"),
        pytest.param(
            "a,,nobody,,,,",
            "parent_id is no account of this file or of the ledger, nor the name of one: add a row"
            " for it, or leave the cell empty",
            id="unknown-parent",
        ),
        pytest.param(
            "a,,,2026-02-30,,,", "created_on does not exist in the calendar", id="created"
        ),
        pytest.param(
            "a,,,,1.1.26,,", "valid_from is not a date: write it like 2026-07-31", id="from"
        ),
        pytest.param("a,,,,,2027-01-01,", "recorded_at is in the future", id="recorded"),
        pytest.param(f"a,,,,,,{'x' * 201}", "segment is longer than 200 characters", id="value"),
        pytest.param(f"a,{'x' * 201},,,,,", "name is longer than 200 characters", id="name"),
        pytest.param("a,,", "has 3 cells where the header has 7", id="too-few-cells"),
    ],
)
def test_a_wrong_cell_is_one_finding_and_nothing_is_stored(
    store: Store, row: str, message: str
) -> None:
    content = csv_text("b,,,,,,smb", row, header=HEADER)

    assert findings(store, content, source="accounts") == [(3, message)]


def test_the_account_column_is_needed(store: Store) -> None:
    assert refusal(store, "name\nAcme\n", source="accounts") == (
        'the header (line 1) lacks account_id; it has "name"; type'
        " `nrrbot import accounts import.csv --map account_id=COLUMN`"
    )


def test_a_derived_dimension_is_refused(store: Store) -> None:
    sentence = refusal(store, "account_id,tenure\na,long\n", source="accounts")

    assert sentence == "tenure is worked out by nrrbot: rename that column"


@pytest.mark.parametrize("wrong", ["hq,,,2026-02-30,,,", "hq,,"], ids=["bad-cell", "few-cells"])
def test_a_parent_whose_own_line_is_wrong_is_no_unknown_parent(store: Store, wrong: str) -> None:
    content = csv_text(wrong, "a,,hq,,,,", header=HEADER)

    assert [line for line, _ in findings(store, content, source="accounts")] == [2]


def test_an_attribute_holds_from_its_own_day_and_without_one_it_was_always_so(store: Store) -> None:
    import_accounts(store, "a,,,2026-01-01,2026-02-02,,x", "b,,,2026-01-01,,,x", "c,,,,,,x")

    assert rows(store, VALUES) == [
        ("a", "x", "2026-02-02"),
        ("b", "x", "1970-01-01"),
        ("c", "x", "1970-01-01"),
    ]


def test_of_two_lines_for_one_account_the_later_counts_where_it_says_something(
    store: Store,
) -> None:
    import_accounts(store, "a,Old,,2026-01-01,2026-02-02,,x", "a,New,,,2026-02-02,,y")

    assert rows(store, "SELECT name, created_on FROM account") == [("New", "2026-01-01")]
    assert rows(store, VALUES) == [("a", "y", "2026-02-02")]


def test_accounts_on_several_lines_that_say_different_things_are_named(store: Store) -> None:
    content = csv_text(
        "a,Old,,,,,x", "a,New,,,,,x", "b,,,,,,x", "b,,,,,,y", "c,,,,,,x", "c,,,,,,x", header=HEADER
    )

    report = import_text(store, content, source="accounts")

    assert "2 accounts stand on several lines that say different things (a, b)" in report.notes[0]
    assert (report.imported, report.known, report.overruled) == (3, 1, 2)


def test_what_was_known_earlier_is_kept_beside_what_was_known_later(store: Store) -> None:
    lines = "a,,,,2026-02-02,2026-02-02,x", "a,,,,2026-02-02,2026-08-15,y"

    import_accounts(store, *lines)
    import_accounts(store, *lines, "b,,,,,,z")

    assert rows(store, f"{VALUES} WHERE account_id = 'a'") == [
        ("a", "x", "2026-02-02"),
        ("a", "y", "2026-02-02"),
    ]
