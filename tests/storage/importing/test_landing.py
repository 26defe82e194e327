import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import make_url
from sqlmodel import Session, SQLModel

from metrics.data_end import Declared
from metrics.segments import Tiers
from storage.columns.build_state import BuildState, write_build
from storage.columns.derived import differences
from storage.errors import CoveredAlreadyError, LedgerFullError, StorageError, StoreBusyError
from storage.importing import accounts
from storage.importing import rows as storing
from storage.importing.report import ImportReport, ImportStatus
from storage.store.engine import Store
from storage.tables.facts import AccountRow, AttributeRow, MovementRow
from tests.storage.stores import (
    Given,
    contents,
    csv_text,
    findings,
    import_text,
    movements,
    open_store,
    refusal,
    retention,
    rows,
    url_of,
)

CONTENT = movements("acme 2026-01-05 100", "acme 2026-02-05 20")


class CrashError(Exception):
    """The process stops here."""


def kinds(store: Store) -> list[tuple[str, str]]:
    return rows(store, "SELECT effective_on, kind FROM ledger_movement ORDER BY id")


def test_a_landing_is_recorded(store: Store) -> None:
    report = import_text(store, CONTENT, closed_through=date(2026, 11, 1))

    assert report == ImportReport(
        status=ImportStatus.IMPORTED,
        imported=2,
        known=0,
        data_version=1,
        declared=Declared(closed_through=date(2026, 11, 1)),
        number=1,
    )
    columns = "source, rows, findings, data_version, closed_through"
    assert rows(store, f"SELECT {columns} FROM import_run") == [  # noqa: S608
        ("movements", 2, 0, 1, "2026-11-01")
    ]


def test_the_data_version_grows_by_one_with_each_landing_only(store: Store) -> None:
    versions = [
        import_text(store, content).data_version
        for content in (CONTENT, CONTENT, movements("b 2026-01-05 1"), movements("c 2026-01-05 1"))
    ]
    refusal(store, b"")
    findings(store, movements("d 2026-01-05 -1"))

    assert versions == [1, 1, 2, 3]
    assert rows(store, "SELECT max(data_version), count(*) FROM import_run") == [(3, 3)]


def test_the_watermark_of_closed_months_only_grows(store: Store) -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    marks = [
        import_text(store, movements(f"{account} 2026-01-05 1"), closed_through=closed)
        for account, closed in [("a", None), ("b", november), ("c", october), ("d", None)]
    ]

    assert [report.declared.closed_through for report in marks] == [
        None,
        november,
        november,
        november,
    ]


def test_a_covered_day_stays_covered_and_can_be_declared_later_for_the_same_file(
    store: Store,
) -> None:
    tenth, twentieth = date(2026, 11, 10), date(2026, 11, 20)
    reports = [
        import_text(store, CONTENT, covered_through=covered)
        for covered in (tenth, twentieth, twentieth, None)
    ]

    assert [report.declared.covered_through for report in reports] == [tenth, *[twentieth] * 3]
    assert [report.data_version for report in reports] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("before", "now", "known"),
    [
        ({"covered_through": date(2026, 11, 10)}, None, "2026-11-09"),
        ({"closed_through": date(2026, 11, 1)}, None, "2026-10-31"),
        ({}, date(2026, 11, 1), "2026-10-31"),
    ],
    ids=["covered", "closed", "closed-by-the-same"],
)
def test_no_import_covers_less_than_is_in_already(
    store: Store, before: Given, now: date | None, known: str
) -> None:
    import_text(store, CONTENT, **before)
    was = contents(store)

    with pytest.raises(CoveredAlreadyError) as refused:
        import_text(store, CONTENT, closed_through=now, covered_through=date(2026, 10, 31))

    assert str(refused.value) == (
        f"--through 2026-10-30 lies before {known}, through which the data is in already:"
        " leave it out, or name a later day"
    )
    assert contents(store) == was


def test_the_same_file_may_close_a_later_month(store: Store) -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    reports = [
        import_text(store, CONTENT, closed_through=closed)
        for closed in (october, november, november, october)
    ]

    assert [(report.status.value, report.imported, report.known) for report in reports] == [
        ("imported", 2, 0),
        ("imported", 0, 2),
        ("unchanged", 0, 2),
        ("unchanged", 0, 2),
    ]
    assert [report.data_version for report in reports] == [1, 2, 2, 2]


def test_the_same_bytes_as_another_source_are_another_file(store: Store) -> None:
    content = csv_text("acme,2026-01-05,100,USD")

    import_text(store, content, source="movements")
    report = import_text(store, content, source="accounts")

    assert report.status is ImportStatus.IMPORTED


def test_rows_in_any_order_of_the_file_take_effect_in_order_of_date(store: Store) -> None:
    import_text(store, movements("a 2026-03-05 -120", "a 2026-01-05 100", "a 2026-02-05 20"))

    assert sorted(kinds(store)) == [
        ("2026-01-05", "new"),
        ("2026-02-05", "expansion"),
        ("2026-03-05", "churn"),
    ]


def test_rows_of_one_day_are_what_the_day_comes_to(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 100", "a 2026-01-05 -100", "a 2026-01-05 5"))

    assert [kind for _, kind in kinds(store)] == ["new", "new", "new"]


def test_rows_of_one_day_may_come_in_any_order(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 -60", "a 2026-01-05 100"))

    assert [kind for _, kind in kinds(store)] == ["new", "new"]
    assert retention(store, "2026-01-06", "2026-02-01").opening == 4_000
    assert findings(store, movements("b 2026-01-05 -5", "b 2026-01-05 4"))


def test_a_back_dated_row_keeps_the_kinds_that_were_recorded(store: Store) -> None:
    import_text(store, movements("a 2026-03-05 100"))

    import_text(store, movements("a 2026-01-05 10"))

    assert kinds(store) == [("2026-03-05", "new"), ("2026-01-05", "new")]
    assert retention(store, "2026-03-01", "2026-04-01").expansion == 10_000


def test_a_back_dated_row_may_not_leave_a_negative_balance_behind(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 100", "a 2026-06-05 -100"))

    content = movements("b 2026-01-05 1", "a 2026-03-05 -40")

    assert findings(store, content) == [
        (3, "amount takes a below zero on 5 Jun 2026: has 60.00, would be -40.00")
    ]


def test_accounts_may_come_before_any_movement(store: Store) -> None:
    report = import_text(store, "account_id,segment\na,smb\n", source="accounts")

    assert (report.imported, contents(store)["month_column"]) == (1, 0)
    import_text(store, movements("a 2026-01-05 100"))
    assert retention(store, "2026-02-01", "2026-03-01", ("segment", "smb")).opening == 10_000


@pytest.mark.parametrize(
    ("inserting", "table"),
    [
        pytest.param((accounts, "bulk_insert"), AccountRow, id="accounts"),
        pytest.param((storing, "insert_arrays"), MovementRow, id="movements"),
        pytest.param((storing, "insert_arrays"), AttributeRow, id="attributes"),
    ],
)
def test_a_crash_in_the_middle_of_a_landing_leaves_nothing(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    inserting: tuple[ModuleType, str],
    table: type[SQLModel],
) -> None:
    before, insert = contents(store), getattr(*inserting)

    def crash(session: Session, into: type[SQLModel], *given: object, **same: object) -> None:
        insert(session, into, *given, **same)
        if into is table:
            raise CrashError

    content = csv_text("a,2026-01-05,5,USD,smb", header="account_id,date,amount,currency,segment")
    with monkeypatch.context() as patch:
        patch.setattr(*inserting, crash)
        with pytest.raises(CrashError):
            import_text(store, content)

    assert contents(store) == before
    assert import_text(store, content).data_version == 1


def test_a_crash_at_the_end_of_a_landing_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(store)

    def crash(session: Session, state: BuildState) -> None:
        write_build(session, state)
        raise CrashError

    monkeypatch.setattr("storage.columns.derivation.write_build", crash)
    with pytest.raises(CrashError):
        import_text(store, CONTENT)

    assert contents(store) == before


def attempt(store: Store, content: str) -> str:
    try:
        return import_text(store, content).status.value
    except StoreBusyError as error:
        return str(error)


def test_of_two_threads_with_one_file_one_lands_it_and_one_finds_it_there(store: Store) -> None:
    barrier = threading.Barrier(2)

    def at_once(_: int) -> str:
        barrier.wait()
        return attempt(store, CONTENT)

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(at_once, range(2)))

    assert outcomes == ["imported", "unchanged"]
    assert contents(store)["mrr_movement"] == 2


def _import_in_a_process(url: str, content: str, barrier: Callable[[], object]) -> None:
    barrier()
    with open_store(make_url(url)) as store:
        import_text(store, content)


def test_two_processes_land_their_files_one_after_the_other(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [
        context.Process(
            target=_import_in_a_process,
            args=(
                url_of(store),
                movements(*(f"{name}{n} 2026-01-05 1" for n in range(200))),
                barrier.wait,
            ),
        )
        for name in ("a", "b")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert rows(store, "SELECT count(*) FROM mrr_movement GROUP BY import_id") == [
        (200,),
        (200,),
    ]
    with store.read() as session:
        assert differences(session, tiers=Tiers()) == []


def test_a_second_importer_is_told_when_the_first_does_not_finish(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store.engine._PATIENCE", 10)
    with open_store(store.engine.url) as other, store.write() as session:
        session.connection()

        with pytest.raises(StorageError) as refused:
            import_text(other, CONTENT)

    assert "import: try again in a moment" in str(refused.value)
    assert contents(store)["mrr_movement"] == 0


def test_readers_see_the_state_before_a_landing_until_it_is_done(store: Store) -> None:
    import_text(store, CONTENT)
    with store.read() as reading:
        reading.connection().exec_driver_sql("SELECT count(*) FROM mrr_movement").all()

        import_text(store, movements("b 2026-01-05 1"))

        still = reading.connection().exec_driver_sql("SELECT count(*) FROM mrr_movement").scalar()
    assert (still, contents(store)["mrr_movement"]) == (2, 3)


def test_amounts_at_the_limit_are_added_up_exactly(store: Store) -> None:
    most = "10000000000000"  # 10^15 cents
    import_text(store, movements(*(f"a{n} 2026-01-05 {most}" for n in range(1_000))))
    import_text(store, movements(f"a7 2026-02-05 -{most}", "b 2026-02-05 0.01"))

    assert retention(store, "2026-02-01", "2026-03-01").opening == 10**18
    assert retention(store, "2026-02-01", "2026-03-01").churn == 10**15


@pytest.mark.parametrize("dry_run", [True, False])
def test_amounts_that_no_sum_can_hold_are_refused(store: Store, *, dry_run: bool) -> None:
    most = "10000000000000"
    import_text(store, movements(*(f"a{n} 2026-01-05 {most}" for n in range(1_000))))
    before = contents(store)
    rest = movements(*(f"b{n} 2026-01-05 {most}" for n in range(3_612)))  # 2^62 is 4,611.7 of them

    with pytest.raises(LedgerFullError, match="decimal points that are missing"):
        import_text(store, rest, dry_run=dry_run)

    assert contents(store) == before
