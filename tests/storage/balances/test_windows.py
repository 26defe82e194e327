from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlmodel import col

from metrics.activity import ActivitySum, gather
from metrics.errors import ReconciliationError
from metrics.movements import MovementKind
from metrics.retention import NOTHING
from metrics.segments import Tiers
from storage.balances.derivation import differences, rebuild
from storage.balances.windows import keep
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.store.memory import Memory
from storage.tables.ledger import RetentionWindow
from tests.storage.histories import File, History, files, first_days, import_lines, sweep
from tests.storage.stores import Template, contents, execute, import_text, movements, rows

NOVEMBER, TODAY = date(2026, 11, 1), date(2026, 11, 21)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
ROWS = ("a 2026-01-05 100", "b 2026-02-05 50", "a 2026-08-05 20", "b 2026-09-05 -50")


@contextmanager
def asking(store: Store, memory: Memory | None = None) -> Iterator[Ledger]:
    """Open a ledger as an answer does: what it measures is kept afterwards."""
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), memory=memory)
        yield ledger
    keep(store, ledger.measured, generation=ledger.generation)


def ask(store: Store, start: date, end: date) -> None:
    with asking(store) as ledger:
        ledger.sums(start, end)
        ledger.activity(start, end)


def kept(store: Store) -> set[tuple[date, date]]:
    with store.read() as session:
        statement = select(col(RetentionWindow.start_on), col(RetentionWindow.end_on)).distinct()
        return {(start, end) for start, end in session.execute(statement)}


def test_a_window_is_measured_once_and_read_after_that(store: Store) -> None:
    import_text(store, movements(*ROWS))
    start, end = date(2026, 3, 1), date(2026, 9, 1)

    with asking(store) as first:
        measured = first.sums(start, end)
    with asking(store) as second:
        read = second.sums(start, end)

    assert (start, end) in first.measured.retention
    assert not second.measured
    assert sorted(map(str, read.parts)) == sorted(map(str, measured.parts))


def test_activity_is_measured_once_and_read_after_that(store: Store) -> None:
    import_text(store, movements(*ROWS))
    start, end = date(2026, 3, 1), date(2026, 11, 1)

    with asking(store) as first:
        measured = first.activity(start, end)
    with asking(store) as second:
        read = second.activity(start, end)

    assert (start, end) in first.measured.activity
    assert not second.measured
    assert read == measured
    assert read.by_kind == {MovementKind.EXPANSION: 2_000, MovementKind.CHURN: -5_000}


def test_a_window_in_which_nobody_paid_and_nothing_happened_is_known_to_be_empty(
    store: Store,
) -> None:
    import_text(store, movements("a 2026-08-05 100", "a 2026-09-05 -100"))
    start, end = date(2026, 10, 1), date(2026, 11, 1)
    ask(store, start, end)

    with asking(store) as ledger:
        assert ledger.retention(start, end) == NOTHING
        assert ledger.by("segment", start, end) == {}
        assert ledger.activity(start, end).by_kind == {}

    assert not ledger.measured


def test_an_import_forgets_the_windows_that_it_can_touch_and_no_others(store: Store) -> None:
    import_text(store, movements(*ROWS))
    before, around = (date(2026, 2, 1), date(2026, 5, 1)), (date(2026, 4, 1), date(2026, 7, 1))
    ask(store, *before)
    ask(store, *around)

    import_text(store, movements("c 2026-05-02 70"))

    assert before in kept(store)
    assert around not in kept(store)
    assert rows(store, "SELECT DISTINCT start_on FROM activity_window") == [
        (before[0].isoformat(),)
    ]


def test_an_attribute_dated_the_day_before_a_windows_last_boundary_changes_it_and_on_it_does_not(
    store: Store,
) -> None:
    import_text(store, movements("a 2026-01-05 100", "n 2026-04-05 7"))
    start, end = date(2026, 2, 1), date(2026, 5, 1)
    ask(store, start, end)

    import_text(store, "account_id,segment,valid_from\nn,mid,2026-05-01\n", source="accounts")
    assert (start, end) in kept(store)

    import_text(store, "account_id,segment,valid_from\nn,smb,2026-04-30\n", source="accounts")
    assert (start, end) not in kept(store)
    with asking(store) as ledger:
        assert ledger.outside_cohort(start, end, (("segment", "smb"),)).new == 700


def test_what_was_measured_before_an_import_is_not_kept_after_it(store: Store) -> None:
    import_text(store, movements(*ROWS))
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        ledger.sums(date(2026, 3, 1), date(2026, 9, 1))
    import_text(store, movements("c 2026-05-02 70"))

    keep(store, ledger.measured, generation=ledger.generation)

    assert (date(2026, 3, 1), date(2026, 9, 1)) not in kept(store)


def test_what_was_measured_before_a_rebuild_is_not_kept_after_it(store: Store) -> None:
    import_text(store, movements(*ROWS))
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        ledger.sums(date(2026, 3, 1), date(2026, 9, 1))
    with store.write() as session:
        rebuild(session, tiers=Tiers((1,)), today=TODAY)

    keep(store, ledger.measured, generation=ledger.generation)

    assert (date(2026, 3, 1), date(2026, 9, 1)) not in kept(store)


def test_an_answer_does_not_wait_for_an_import_to_keep_its_windows(store: Store) -> None:
    import_text(store, movements(*ROWS))
    window = date(2026, 3, 1), date(2026, 9, 1)
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        ledger.sums(*window)

    started = datetime.now(UTC)  # noqa: TID251 - how long it takes is what is tested
    with store.write() as session:
        session.execute(text("SELECT 1"))
        keep(store, ledger.measured, generation=ledger.generation)
    took = datetime.now(UTC) - started  # noqa: TID251

    assert took < timedelta(seconds=2)
    assert window not in kept(store)


def test_closing_a_month_is_seen_though_no_row_is_new(store: Store) -> None:
    memory = Memory()
    import_text(store, movements(*ROWS), closed_through=date(2026, 9, 1))
    with asking(store, memory) as ledger:
        before = ledger.state()

    import_text(store, movements(*ROWS), closed_through=date(2026, 10, 1))

    with asking(store, memory) as ledger:
        after = ledger.state()
    assert (before.closed_through, after.closed_through) == (date(2026, 9, 1), date(2026, 10, 1))


def test_nothing_is_kept_of_a_past_moment(store: Store) -> None:
    import_text(store, movements(*ROWS))
    before = contents(store)

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=LATER)
        ledger.sums(date(2026, 3, 1), date(2026, 9, 1))
        ledger.activity(date(2026, 3, 1), date(2026, 9, 1))
    keep(store, ledger.measured, generation=ledger.generation)

    assert not ledger.measured
    assert contents(store) == before


def test_a_window_that_the_control_totals_contradict_is_an_error_and_no_number(
    store: Store,
) -> None:
    import_text(store, movements(*ROWS))
    ask(store, date(2026, 10, 1), NOVEMBER)
    execute(store, "UPDATE retention_window SET opening_minor = opening_minor + 1")

    with (
        store.read() as session,
        pytest.raises(ReconciliationError),
    ):
        Ledger(session, tiers=Tiers()).sums(date(2026, 10, 1), NOVEMBER)


def test_a_wrong_window_is_found_and_mended_by_a_rebuild(store: Store) -> None:
    import_text(store, movements(*ROWS))
    ask(store, date(2026, 10, 1), NOVEMBER)
    execute(store, "UPDATE retention_window SET new_minor = new_minor + 1")

    with store.read() as session:
        assert "windows" in differences(session, tiers=Tiers())
    with store.write() as session:
        rebuild(session, tiers=Tiers(), today=TODAY)
        assert differences(session, tiers=Tiers()) == {}


def test_parts_with_the_same_attributes_are_one_row(store: Store) -> None:
    import_text(store, movements("a 2026-03-05 100", "a 2026-03-06 -100", "b 2026-03-07 30"))
    import_text(store, movements("b 2026-03-08 -30"))

    ask(store, date(2026, 3, 1), date(2026, 4, 1))

    found = rows(store, "SELECT kind, amount_minor FROM activity_window ORDER BY kind")
    assert found == [("churn", -13_000), ("new", 13_000)]


@given(
    imports=files,
    asked=st.lists(st.tuples(first_days, first_days), min_size=1, max_size=4),
)
@sweep(examples=12)
def test_windows_kept_between_imports_are_those_that_the_plain_ledger_gives(
    template: Template, imports: list[File], asked: list[tuple[date, date]]
) -> None:
    windows = [(min(pair), max(pair)) for pair in asked]
    with template.fresh() as store:
        history = History()
        for number, file in enumerate(imports):
            import_lines(store, history, file, number=number, tiers=Tiers())
            if history.rows:
                for window in windows:
                    ask(store, *window)
        if not history.rows:
            return
        with store.read() as session:
            usual = Ledger(session, tiers=Tiers())
            plain = Ledger(session, tiers=Tiers(), as_of=LATER)
            for window in windows:
                assert usual.retention(*window) == plain.retention(*window)
                assert usual.by("region", *window) == plain.by("region", *window)
                assert usual.by("value_tier", *window) == plain.by("value_tier", *window)
                assert usual.outside_cohort(*window) == plain.outside_cohort(*window)
                assert usual.activity(*window) == plain.activity(*window)
            assert differences(session, tiers=Tiers()) == {}


def test_the_parts_of_one_scope_are_gathered_by_kind_and_driver() -> None:
    parts = [
        ActivitySum({"segment": "smb"}, MovementKind.CHURN, "price", -5),
        ActivitySum({"segment": "smb"}, MovementKind.EXPANSION, "seats", 3),
        ActivitySum({"segment": "ent"}, MovementKind.EXPANSION, "seats", 4),
        ActivitySum({"segment": "smb"}, MovementKind.EXPANSION, "seats", 2),
    ]

    found = gather(parts, (("segment", "smb"),))

    assert found.by_kind == {MovementKind.EXPANSION: 5, MovementKind.CHURN: -5}
    assert found.by_driver[MovementKind.EXPANSION, "seats"] == 5
