from datetime import UTC, datetime

import pytest

from storage.importing.report import ImportRefusedError, ImportReport, ImportStatus
from storage.store.engine import Store
from tests.storage.stores import HEADER, csv_text, findings, import_text, movements, rows

WITH_ID = f"{HEADER},movement_id"
FIRST = "acme,2026-01-05,100,USD,m1"
SECOND = "acme,2026-02-05,20,USD,m2"
CONFLICT = (
    "movement_id is in use for other content: a correction is a new row with an id of its own"
)
TYPE = "type says churn, but by the ledger it is new: leave that column out with `--ignore type`"
AFTER = (
    "mrr_after says 999.00, but by the ledger it is 1.00: leave that column out with"
    " `--ignore mrr_after`"
)
VALUES = "SELECT dimension, value, valid_from FROM ledger_attribute ORDER BY id"


def counts(report: ImportReport) -> tuple[str, int, int, int]:
    return report.status.value, report.imported, report.known, report.data_version


def land(store: Store, *lines: str, columns: str = "", source: str = "movements") -> ImportReport:
    header = WITH_ID if source == "movements" else "account_id,valid_from"
    return import_text(store, csv_text(*lines, header=f"{header}{columns}"), source=source)


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    content = movements("acme 2026-01-05 100", "acme 2026-02-05 20")

    reports = [import_text(store, content) for _ in range(2)]

    assert [counts(report) for report in reports] == [("imported", 2, 0, 1), ("unchanged", 0, 2, 1)]
    assert rows(store, "SELECT sum(amount_minor) FROM ledger_movement") == [(12_000,)]


def test_without_ids_a_grown_file_brings_only_what_is_new(store: Store) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    report = import_text(store, movements("acme 2026-01-05 100", "acme 2026-02-05 20"))

    assert counts(report) == ("imported", 1, 1, 2)
    assert rows(store, "SELECT sum(amount_minor) FROM ledger_movement") == [(12_000,)]


def test_the_same_rows_twice_in_a_file_without_ids_are_two_movements(store: Store) -> None:
    report = import_text(store, movements("acme 2026-01-05 100", "acme 2026-01-05 100"))

    assert report.imported == 2


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [FIRST, SECOND, "b,2026-02-05,5,USD,m3"], ("imported", 1, 2, 2), id="superset"
        ),
        pytest.param([SECOND], ("unchanged", 0, 1, 1), id="subset"),
        pytest.param([SECOND, FIRST], ("unchanged", 0, 2, 1), id="another-order"),
        pytest.param([FIRST, FIRST], ("unchanged", 0, 2, 1), id="one-row-twice"),
        pytest.param(
            ["acme,2026-01-05,100.00,USD,m1", SECOND],
            ("unchanged", 0, 2, 1),
            id="spelled-otherwise",
        ),
    ],
)
def test_rows_are_known_by_their_id(
    store: Store, lines: list[str], expected: tuple[str, int, int, int]
) -> None:
    land(store, FIRST, SECOND)

    assert counts(land(store, *lines)) == expected


def test_one_row_twice_in_a_new_file_is_one_movement(store: Store) -> None:
    assert counts(land(store, FIRST, FIRST)) == ("imported", 1, 1, 1)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("acme,2026-01-05,99,USD,m1", id="amount"),
        pytest.param("acme,2026-01-06,100,USD,m1", id="date"),
        pytest.param("beta,2026-01-05,100,USD,m1", id="account"),
    ],
)
@pytest.mark.parametrize("earlier", [[], [FIRST]], ids=["across-files", "within-a-file"])
def test_the_same_id_with_other_content_is_a_conflict(
    store: Store, row: str, earlier: list[str]
) -> None:
    land(store, FIRST if not earlier else SECOND)

    content = csv_text(*earlier, row, header=WITH_ID)

    assert findings(store, content) == [(2 + len(earlier), CONFLICT)]


def test_another_driver_is_a_conflict(store: Store) -> None:
    land(store, f"{FIRST},seats", columns=",driver")

    assert findings(store, csv_text(f"{FIRST},price", header=f"{WITH_ID},driver")) == [
        (2, CONFLICT)
    ]


def test_a_conflict_causes_no_findings_on_the_rows_that_rest_on_it(store: Store) -> None:
    land(store, FIRST)

    content = csv_text("acme,2026-01-05,200,USD,m1", "acme,2026-03-05,-200,USD,m3", header=WITH_ID)

    assert findings(store, content) == [(2, CONFLICT)]


def test_a_row_sent_again_with_another_product_is_a_conflict(store: Store) -> None:
    land(store, f"{FIRST},core", columns=",product")

    content = csv_text(f"{FIRST},addon", header=f"{WITH_ID},product")

    assert findings(store, content) == [(2, CONFLICT)]
    assert land(store, f"{FIRST},core", f"{SECOND},core", columns=",product").imported == 1


def test_a_row_sent_again_cannot_bring_a_product_that_it_did_not_have(store: Store) -> None:
    land(store, FIRST)

    assert findings(store, csv_text(f"{FIRST},core", header=f"{WITH_ID},product")) == [
        (2, CONFLICT)
    ]


def test_a_row_sent_again_may_bring_a_new_column(store: Store) -> None:
    land(store, FIRST, SECOND)

    reports = [
        land(store, f"{FIRST},EMEA", f"{SECOND},", *more, columns=",region")
        for more in ([], ["b,2026-02-05,5,USD,m3,"])
    ]

    assert [counts(report) for report in reports] == [("imported", 1, 1, 2), ("imported", 1, 2, 3)]
    assert rows(store, VALUES) == [("region", "EMEA", "2026-01-05")]


def test_a_new_column_may_differ_between_old_rows_of_one_day(store: Store) -> None:
    lines = FIRST, "acme,2026-01-05,20,USD,m2"
    land(store, *lines)

    land(store, f"{lines[0]},EMEA", f"{lines[1]},US", columns=",region")
    again = land(store, f"{lines[1]},US", f"{lines[0]},EMEA", columns=",region")

    assert rows(store, VALUES) == [("region", "EMEA", "2026-01-05"), ("region", "US", "2026-01-05")]
    assert again.status is ImportStatus.UNCHANGED


def test_an_old_row_cannot_rewrite_what_it_said_of_an_attribute(store: Store) -> None:
    land(store, f"{FIRST},EMEA", columns=",region")

    content = csv_text(f"{FIRST},US", header=f"{WITH_ID},region")

    [(line, message)] = findings(store, content)

    assert line == 2
    assert message == (
        "region is something else in the ledger for this row:"
        " correct it with `nrrbot import accounts` or in a new row"
    )


def test_an_old_row_that_now_leaves_an_attribute_empty_says_nothing(store: Store) -> None:
    land(store, f"{FIRST},EMEA", columns=",region")

    assert land(store, f"{FIRST},", columns=",region").status is ImportStatus.UNCHANGED


def test_a_correction_of_an_attribute_outlives_the_old_row_sent_again(store: Store) -> None:
    land(store, f"{FIRST},EMEA", columns=",region")
    land(store, "acme,2026-01-05,US", columns=",region", source="accounts")

    report = land(store, f"{FIRST},EMEA", SECOND + ",", columns=",region")

    assert report.imported == 1
    assert [value for _, value, _ in rows(store, VALUES)] == ["EMEA", "US"]


def test_an_attribute_may_go_back_and_forth_on_one_day(store: Store) -> None:
    lines = [f"acme,2026-01-05,10,USD,m{n},{value}" for n, value in enumerate("ABA")]

    land(store, *lines, columns=",region")

    assert [value for _, value, _ in rows(store, VALUES)] == ["A", "B", "A"]


def test_a_value_that_stands_already_is_not_said_again(store: Store) -> None:
    report = land(store, "acme,2026-01-05,US", columns=",region", source="accounts")
    again = land(store, "acme,2026-01-05,US", "", columns=",region", source="accounts")

    assert counts(report) == ("imported", 1, 0, 1)
    assert counts(again) == ("unchanged", 0, 1, 1)


def test_a_moment_of_recording_decides_what_is_said_again(store: Store) -> None:
    land(store, "acme,2026-01-05,2026-01-05,US", columns=",recorded_at,region", source="accounts")
    land(store, "acme,2026-01-05,2026-02-05,EMEA", columns=",recorded_at,region", source="accounts")

    back = land(
        store, "acme,2026-01-05,2026-03-05,US", columns=",recorded_at,region", source="accounts"
    )

    assert back.imported == 1
    newest = rows(store, "SELECT recorded_at FROM ledger_attribute ORDER BY id DESC LIMIT 1")
    assert newest == [(datetime(2026, 3, 5, tzinfo=UTC).isoformat(timespec="microseconds"),)]


def test_one_id_twice_in_a_file_with_another_attribute_is_a_conflict(store: Store) -> None:
    text = (
        "movement_id,account_id,date,amount,currency,segment\n"
        "m1,a,2026-01-01,1,USD,x\nm1,a,2026-01-01,1,USD,y\n"
    )

    with pytest.raises(ImportRefusedError) as refused:
        import_text(store, text)

    assert [finding.line for finding in refused.value.findings] == [3]


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        pytest.param("churn,1", TYPE, id="type"),
        pytest.param("new,999", AFTER, id="after"),
    ],
)
def test_what_a_known_row_states_is_checked_again(store: Store, stated: str, words: str) -> None:
    header = "movement_id,account_id,date,amount,currency,type,mrr_after\n"
    import_text(store, f"{header}m1,a,2026-01-01,1,USD,new,1\n")

    with pytest.raises(ImportRefusedError) as refused:
        import_text(store, f"{header}m1,a,2026-01-01,1,USD,{stated}\n")

    assert [finding.sentence for finding in refused.value.findings] == [words]


def test_a_known_row_may_state_what_it_was_when_it_landed_or_what_it_is_now(store: Store) -> None:
    header = "movement_id,account_id,date,amount,currency,type,mrr_after\n"
    late, early = "m2,a,2026-02-01,1,USD,new,1\n", "m1,a,2026-01-01,2,USD,new,2\n"
    import_text(store, header + late)
    import_text(store, header + early)

    as_it_landed = import_text(store, f"{header}{late}\n")
    as_it_is = import_text(store, f"{header}{early}m2,a,2026-02-01,1,USD,expansion,3\n")

    assert (as_it_landed.imported, as_it_is.imported) == (0, 0)


def test_another_time_of_recording_is_other_content_where_it_is_stated(store: Store) -> None:
    header = "movement_id,account_id,date,amount,currency,recorded_at\n"
    row = "m1,a,2026-01-01,1,USD"
    import_text(store, f"{header}{row},2026-01-02\n")

    with pytest.raises(ImportRefusedError, match="1 finding"):
        import_text(store, f"{header}{row},2026-01-03\n")
    assert import_text(store, f"{header}{row},\n").imported == 0


def test_an_account_with_a_restated_row_may_have_a_new_one_too(store: Store) -> None:
    header = "movement_id,account_id,date,amount,currency,type\n"
    old, new = "m1,a,2026-01-01,1,USD,new\n", "m2,a,2026-02-01,1,USD,expansion\n"
    import_text(store, header + old)

    assert import_text(store, header + old + new).imported == 1
    assert rows(store, "SELECT kind FROM ledger_movement ORDER BY id") == [("new",), ("expansion",)]
