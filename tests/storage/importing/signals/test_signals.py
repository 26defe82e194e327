from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing.report import ImportReport, ImportStatus
from storage.store import schema
from storage.store.engine import Store
from storage.tables.ledger import ImportRun
from tests.storage.filled import fill
from tests.storage.stores import (
    NOW,
    contents,
    csv_text,
    execute,
    findings,
    import_text,
    movements,
    open_store,
    refusal,
    rows,
)

LONG = "account_id,day,metric,value"
HELD = "SELECT account_id, day, metric, units, decimals FROM ledger_signal ORDER BY id"
NEWEST = "SELECT account_id, units, decimals FROM ledger_signal ORDER BY recorded_at DESC, id DESC"
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(name="store")
def _store_with_two_accounts(store: Store) -> Store:
    fill(store, movements("acme 2026-01-05 100", "beta 2026-01-05 50"))
    return store


def signals(store: Store, *lines: str, header: str = LONG, now: datetime = NOW) -> ImportReport:
    return import_text(store, csv_text(*lines, header=header), source="signals", now=now)


def held(store: Store) -> list[tuple[object, ...]]:
    return [(account, str(day), *rest) for account, day, *rest in rows(store, HELD)]


def test_signals_are_kept_exactly_as_the_file_states_them(store: Store) -> None:
    report = signals(store, "acme,2026-07-01,logins,42", "beta,2026-07-02,Seat usage,0.850")

    assert (report.status, report.imported) == (ImportStatus.IMPORTED, 2)
    assert held(store) == [
        ("acme", "2026-07-01", "logins", 42, 0),
        ("beta", "2026-07-02", "seat_usage", 85, 2),
    ]


def test_a_percentage_is_the_share_that_it_is(store: Store) -> None:
    percentages = "93%", "7.50 %", "100%", "-0.5%", "120%"
    days = (f"acme,2026-07-0{day},health,{value}" for day, value in enumerate(percentages, 1))
    signals(store, *days)

    numbers = [(93, 2), (75, 3), (1, 0), (-5, 3), (12, 1)]
    assert [tuple(row[3:]) for row in held(store)] == numbers


def test_without_a_column_of_metrics_each_column_is_one_and_an_empty_cell_says_nothing(
    store: Store,
) -> None:
    header = "account_id,day,logins,api_calls"
    report = signals(store, "acme,2026-07-01,42,", "beta,2026-07-01,,7", header=header)

    assert sorted(held(store)) == [
        ("acme", "2026-07-01", "logins", 42, 0),
        ("beta", "2026-07-01", "api_calls", 7, 0),
    ]
    assert report.imported == 2


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    lines = "acme,2026-07-01,logins,42", "acme,2026-07-02,logins,40"
    signals(store, *lines)
    before = contents(store)

    again = signals(store, *lines)
    shuffled = signals(store, *reversed(lines))

    assert (again.status, again.known) == (ImportStatus.UNCHANGED, 2)
    assert shuffled.status is ImportStatus.UNCHANGED
    assert contents(store) == before


def test_a_grown_file_adds_what_is_new(store: Store) -> None:
    signals(store, "acme,2026-07-01,logins,42")

    report = signals(store, "acme,2026-07-01,logins,42.0", "acme,2026-07-02,logins,40")

    assert (report.imported, report.known) == (1, 1)


def test_a_later_statement_counts_and_the_earlier_one_is_kept(store: Store) -> None:
    signals(store, "acme,2026-07-01,logins,42")

    assert signals(store, "acme,2026-07-01,logins,41", now=LATER).imported == 1
    assert rows(store, NEWEST) == [("acme", 41, 0), ("acme", 42, 0)]


def test_what_was_corrected_and_corrected_back_is_said_three_times(store: Store) -> None:
    for value in (42, 41, 42):
        assert signals(store, f"acme,2026-07-01,logins,{value}").imported == 1


def test_a_statement_is_compared_with_what_was_known_at_its_own_moment(store: Store) -> None:
    header = f"{LONG},recorded_at"
    signals(store, "acme,2026-07-01,logins,42,2026-07-03", header=header)
    signals(store, "acme,2026-07-01,logins,41,2026-07-05", header=header)

    late = signals(
        store,
        "acme,2026-07-01,logins,42,2026-07-04",
        "acme,2026-07-01,logins,42,2026-07-06",
        header=header,
    )

    assert (late.imported, late.known) == (1, 1)


def test_of_rows_that_speak_of_the_same_the_last_counts_and_the_others_are_counted(
    store: Store,
) -> None:
    report = signals(
        store,
        "acme,2026-07-01,logins,42",
        "beta,2026-07-01,logins,1",
        "acme,2026-07-01,logins,41",
        "acme,2026-07-01,logins,40",
        "beta,2026-07-01,logins,1",
    )

    assert sorted(held(store)) == [
        ("acme", "2026-07-01", "logins", 40, 0),
        ("beta", "2026-07-01", "logins", 1, 0),
    ]
    assert report.notes[-1] == (
        "Rows that give another value for the same account, day and metric as a later row, which"
        " counts: 2."
    )


def test_the_report_says_what_was_read(store: Store) -> None:
    report = signals(
        store,
        "acme,2026-07-01,logins,42",
        "acme,2026-07-02,seats,3",
        "nobody,2026-07-09,logins,",
        "beta,2026-07-10,logins,5",
    )

    read, empty = report.notes
    assert report.rows == 3
    assert read == (
        "Signals: logins, seats; 2 accounts, 1 Jul 2026 to 10 Jul 2026. They are kept beside the"
        " ledger and change no MRR."
    )
    assert empty == "Rows without a value, which say nothing: 1."


def test_accounts_that_the_ledger_does_not_have_yet_are_kept_and_counted(store: Store) -> None:
    trial = [f"trial{number},2026-07-01,logins,1" for number in range(5)]
    report = signals(store, "acme,2026-07-01,logins,42", *trial)

    assert report.imported == 6
    assert report.notes[1] == (
        "5 of 6 accounts are not in the ledger yet (trial0, trial1, trial2 and 2 more): their"
        " signals are kept, and count once they are."
    )
    assert rows(store, "SELECT count(*) FROM account") == [(2,)]


def test_a_file_of_which_no_account_is_known_has_the_wrong_ids(store: Store) -> None:
    content = csv_text("17,2026-07-01,logins,1", "18,2026-07-01,logins,1", header=LONG)

    [(line, sentence)] = findings(store, content, source="signals")

    assert line == 2
    assert sentence == (
        "account_id is no account of the ledger, nor is any other of the 2 here: name the column"
        " that has the ledger's ids with --map account_id=COLUMN, or import the accounts first"
    )


NO_VALUE = "value is not a plain number: write it like 1200, 0.85 or 85%"
NO_VALUES = (".", "%", "1E+11", '"1,234"', "1.5k", "85%%", "85pct")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",2026-07-01,logins,1", "account_id is empty"),
        ("acme,,logins,1", "day is empty"),
        ("acme,2026-02-30,logins,1", "day does not exist in the calendar"),
        ("acme,2027-07-01,logins,1", "day is in the future: import it when it has happened"),
        ("acme,2026-07-01,,1", "metric is empty"),
        ("acme,2026-07-01,%,1", "metric is no name of a metric"),
        *((f"acme,2026-07-01,logins,{cell}", NO_VALUE) for cell in NO_VALUES),
        (f"acme,2026-07-01,logins,{'9' * 19}", "value has more than 18 digits: round it"),
    ],
)
def test_a_wrong_cell_is_one_finding_and_nothing_is_stored(
    store: Store, row: str, message: str
) -> None:
    content = csv_text("beta,2026-07-01,logins,1", row, header=LONG)

    assert findings(store, content, source="signals") == [(3, message)]


@pytest.mark.parametrize(
    ("content", "lacking"),
    [
        ("account_id,day,metric\nacme,2026-07-01,logins", "value"),
        ("account_id,day\nacme,2026-07-01", "metric, value"),
    ],
)
def test_a_header_without_metrics_is_refused_with_both_shapes(
    store: Store, content: str, lacking: str
) -> None:
    assert refusal(store, content, source="signals") == (
        f"the header lacks {lacking}: a file of signals has account_id, day, metric and value, or a"
        " column for each metric"
    )


def test_signals_may_come_before_the_ledger_has_any_account(sqlite_store: Store) -> None:
    report = signals(sqlite_store, "acme,2026-07-01,logins,42")

    assert report.imported == 1
    assert len(report.notes) == 1


def test_a_file_with_metrics_in_its_rows_is_told_by_its_header(store: Store) -> None:
    content = "Org ID,Week,Metric Name,Count\nacme,2026-07-06,Logins,42\n"

    assert import_text(store, content, source=None).imported == 1
    assert held(store) == [("acme", "2026-07-06", "logins", 42, 0)]


def test_signals_of_a_reversed_import_do_not_count_when_the_file_comes_again(store: Store) -> None:
    line = "acme,2026-07-01,logins,42"
    signals(store, line)
    [(run,)] = rows(store, "SELECT max(id) FROM import_run")
    with store.write() as session:
        taken = session.get(ImportRun, run)
        assert taken is not None
        session.add(
            ImportRun(
                **taken.model_dump(exclude={"id", "data_version", "sha256", "reverses"}),
                sha256="reversal",
                data_version=taken.data_version + 1,
                reverses=run,
            )
        )

    assert signals(store, line, "acme,2026-07-02,logins,1").imported == 2


def test_a_check_finds_signals_that_refer_to_nothing_and_a_copy_has_them(
    sqlite_store: Store, tmp_path: Path
) -> None:
    signals(sqlite_store, "acme,2026-07-01,logins,42")
    schema.backup(sqlite_store, tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db") as copy:
        assert held(copy) == held(sqlite_store)
        assert problems(copy) == []

        execute(
            copy,
            "INSERT INTO signal SELECT 7, units, recorded, 5, day, import_id, source_row,"
            " 6, decimals FROM signal",
        )

        assert problems(copy) == ["signal.account of row 7", "signal.metric of row 7"]


def problems(store: Store) -> list[str]:
    with store.read() as session:
        return [found.where for found in differences(session, tiers=Tiers())]


def test_signals_of_which_no_row_can_be_read_are_findings_alone(store: Store) -> None:
    content = csv_text("acme,soon,logins,5", header=LONG)

    assert findings(store, content, source="signals") == [
        (2, "day is not a date: write it like 2026-07-31")
    ]
