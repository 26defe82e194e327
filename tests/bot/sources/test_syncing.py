import threading
from datetime import date, datetime, timedelta

import pytest

from metrics.data_end import Declared
from metrics.segments import Tiers
from storage.errors import SourceFailedError, StorageError, StoreBusyError
from storage.importing.landing import ImportOptions
from storage.importing.report import ImportRefusedError
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.bot.edge import at_once
from tests.bot.sources.scripted import Hands, ScriptedSource, state_of, sync, syncing
from tests.storage.stores import NOW, TODAY, contents, import_text, movements, reading, rows

ACME, BETA = "1 acme 2026-10-02 100", "2 beta 2026-11-03 20"
OCTOBER_IS_CLOSED = date(2026, 11, 1)


def ids(store: Store) -> list[str]:
    return [
        str(key) for (key,) in rows(store, "SELECT movement_id FROM ledger_movement ORDER BY 1")
    ]


def runs(store: Store) -> int:
    return contents(store)["import_run"]


def declared(store: Store) -> Declared:
    with reading(store) as ledger:
        return ledger.state().declared


def test_what_is_new_lands_with_the_cursor_and_what_is_covered(any_store: Store) -> None:
    new = sync(any_store, ScriptedSource(files=[[ACME, BETA]]))

    state = state_of(any_store)
    assert new == 2
    assert ids(any_store) == ["1", "2"]
    assert (state.cursor, state.gains.rows, state.failure) == ("+1", 2, None)
    assert state.succeeded_at == NOW
    assert state.covered_through == date(2026, 11, 22)  # the day after the run's
    assert declared(any_store) == Declared(
        closed_through=OCTOBER_IS_CLOSED, covered_through=date(2026, 11, 22)
    )
    assert rows(any_store, "SELECT actor, action FROM audit") == [("nrrbot", "sync sql: import 1")]


def test_a_second_time_brings_nothing_and_leaves_no_import(store: Store) -> None:
    source = ScriptedSource(files=[[ACME, BETA]])
    sync(store, source)

    assert sync(store, source) == 0
    source.files = []
    assert sync(store, source) == 0

    assert runs(store) == 1
    assert state_of(store).cursor == "+1+2+3"
    assert state_of(store).gains.rows == 2  # of the last import that had any


def test_the_next_day_is_covered_by_one_import_without_rows(any_store: Store) -> None:
    source = ScriptedSource(files=[[ACME]])
    sync(any_store, source)
    source.files = []

    for _ in range(3):
        sync(any_store, source, today=TODAY + timedelta(days=1))

    assert rows(any_store, "SELECT name, rows FROM import_run WHERE rows = 0") == [
        ("nothing, through 2026-11-22", 0)
    ]
    assert runs(any_store) == 2
    assert declared(any_store).covered_through == date(2026, 11, 23)
    with reading(any_store) as ledger:
        assert ledger.data_end(date(2026, 11, 25)).last_day == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("today", "closed"),
    [(date(2026, 11, 3), date(2026, 10, 1)), (date(2026, 11, 4), date(2026, 11, 1))],
)
def test_a_month_is_closed_three_days_past_its_end(store: Store, today: date, closed: date) -> None:
    sync(store, ScriptedSource(files=[[ACME]]), today=today)

    assert declared(store).closed_through == closed


def test_the_data_ends_where_the_source_ends_that_was_read_least_far(store: Store) -> None:
    behind = ScriptedSource(name="stripe", files=[[BETA]], covered=date(2026, 11, 10))

    sync(store, ScriptedSource(files=[[ACME]]), "sql", "stripe")
    before = declared(store)
    sync(store, behind, "sql", "stripe")

    assert before == Declared()  # nobody knows yet what the other one has
    assert declared(store).covered_through == date(2026, 11, 10)
    assert declared(store).closed_through == OCTOBER_IS_CLOSED


def test_it_never_goes_back_behind_what_a_person_has_declared(store: Store) -> None:
    said = date(2026, 11, 20)
    import_text(store, movements("acme 2026-10-02 100"), covered_through=said)

    new = sync(store, ScriptedSource(files=[[BETA]], covered=date(2026, 11, 10)))

    assert new == 1
    assert declared(store).covered_through == said


def test_a_month_that_a_source_has_read_stays_closed_without_the_file_that_closed_it_first(
    any_store: Store,
) -> None:
    closed = movements("cora 2026-10-02 100")
    import_text(any_store, closed, closed_through=OCTOBER_IS_CLOSED)
    sync(any_store, ScriptedSource(files=[[ACME]]))

    take_back(any_store)

    assert declared(any_store).closed_through == OCTOBER_IS_CLOSED


def test_files_land_in_order_and_the_cursor_with_the_last_one(store: Store) -> None:
    wrong = "2 beta 2026-11-03 nothing"

    with pytest.raises(ImportRefusedError):
        sync(store, ScriptedSource(files=[[ACME], [wrong]]))
    failed = state_of(store)
    again = sync(store, ScriptedSource(files=[[ACME], [BETA]]))

    assert (failed.cursor, failed.covered_through, failed.succeeded_at) == ("", None, None)
    assert failed.failure == (
        "Nothing was imported: row 1, column amount, is refused. `nrrbot sync sql --once` says why."
    )
    assert again == 1  # the first file had landed, and does no harm the second time
    assert ids(store) == ["1", "2"]


@pytest.mark.parametrize("cursor", [None, ""])  # "": both leave the one with which they began
def test_who_comes_second_drops_what_it_has_fetched(any_store: Store, cursor: str | None) -> None:
    quicker = ScriptedSource(files=[[ACME]], cursor=cursor)
    slow = ScriptedSource(
        files=[["1 acme 2026-10-02 70"]],
        cursor=cursor,
        during=lambda: sync_in_between(any_store, quicker),
    )

    outcome = syncing(any_store).sync(slow, today=TODAY)

    assert outcome.is_dropped
    assert rows(any_store, "SELECT amount_minor FROM ledger_movement") == [(10_000,)]
    assert state_of(any_store).failure is None


def test_what_is_taken_back_while_a_source_is_read_is_read_anew(store: Store) -> None:
    sync(store, ScriptedSource(files=[[ACME]], cursor=""))
    slow = ScriptedSource(files=[[BETA]], during=lambda: take_back(store))

    outcome = syncing(store).sync(slow, today=TODAY)

    assert outcome.is_dropped
    assert state_of(store).cursor == ""


def take_back(store: Store) -> None:
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with store.write() as session:
        reverse(session, 1, options)


LEFT_OUT, DOUBTED = "Left out: tiered prices (price_1).", "2 rows say the same as held ones."


def noted(store: Store) -> list[tuple[datetime, str]]:
    return [(one.at, one.said) for one in state_of(store).gains.notes]


def test_what_a_sync_has_said_stands_until_the_source_is_read_as_a_whole_again(
    store: Store,
) -> None:
    hands = Hands()

    def read(*notes: str, is_whole: bool = False) -> None:
        source = ScriptedSource(files=[[ACME]], notes=notes, is_whole=is_whole)
        syncing(store, clock=hands).sync(source, today=TODAY)
        hands.move(timedelta(hours=1))

    read(LEFT_OUT, is_whole=True)
    read()
    read(DOUBTED)
    both = noted(store)
    read(DOUBTED, is_whole=True)

    assert both == [(NOW, LEFT_OUT), (NOW + timedelta(hours=2), DOUBTED)]
    assert noted(store) == [(NOW + timedelta(hours=3), DOUBTED)]


def sync_in_between(store: Store, source: ScriptedSource) -> None:
    sync(store, source)


def wait_for_all(together: threading.Barrier) -> None:
    together.wait()


def test_of_several_at_once_each_row_lands_once(any_store: Store) -> None:
    together = threading.Barrier(3)
    source = ScriptedSource(files=[[ACME, BETA]], during=lambda: wait_for_all(together))
    outcomes = []

    def work() -> None:
        outcomes.append(syncing(any_store).sync(source, today=TODAY))

    at_once(3, work)

    assert sorted(one.is_dropped for one in outcomes) == [False, True, True]
    assert ids(any_store) == ["1", "2"]
    assert runs(any_store) == 1


class Killed(BaseException):
    """The process ends here: nothing that comes after it is run."""


@pytest.mark.parametrize(
    "place",
    [
        "bot.sources.syncing.open_file",
        "bot.sources.syncing.land_file",
        "storage.importing.importer.land",
        "storage.importing.importer.audit.append",
        "storage.sources.landing.note_success",
        "storage.sources.landing.note_import",
    ],
)
def test_a_kill_between_fetch_and_commit_loses_nothing_and_doubles_nothing(
    any_store: Store, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    source = ScriptedSource(files=[[ACME]])
    sync(any_store, source)
    source.files = [[ACME, BETA]]
    before = contents(any_store), state_of(any_store)

    with monkeypatch.context() as patched:
        patched.setattr(place, _kill)
        with pytest.raises(Killed):
            sync(any_store, source)

    assert (contents(any_store), state_of(any_store)) == before
    assert sync(any_store, source) == 1
    assert ids(any_store) == ["1", "2"]


def _kill(*_: object, **__: object) -> None:
    raise Killed


def test_a_source_that_fails_again_and_recovers_tells_since_when(store: Store) -> None:
    hands = Hands()
    source = ScriptedSource(files=[[ACME]], error=SourceFailedError("the key was revoked"))

    def attempt() -> None:
        with pytest.raises(StorageError):
            syncing(store, clock=hands).sync(source, today=TODAY)

    attempt()
    hands.move(timedelta(hours=1))
    attempt()
    failing = state_of(store)
    source.error = None
    syncing(store, clock=hands).sync(source, today=TODAY)
    well = state_of(store)

    assert failing.failure == "The key was revoked."
    assert (failing.failed_since, failing.tried_at) == (NOW, hands())
    assert (well.failure, well.failed_since, well.succeeded_at) == (None, None, hands())


def test_an_error_of_ours_is_kept_without_what_it_says(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        sync(store, ScriptedSource(error=ZeroDivisionError("canary")))

    assert state_of(store).failure == (
        "Something went wrong on our side (ZeroDivisionError): the log says where."
    )


def test_a_store_that_is_busy_is_not_the_source_s_failure(store: Store) -> None:
    with pytest.raises(StoreBusyError):
        sync(store, ScriptedSource(error=StoreBusyError()))

    assert state_of(store).tried_at is None


def test_rows_in_closed_months_land_unasked_and_what_looks_alike_is_asked(
    store: Store,
) -> None:
    sync(store, ScriptedSource(files=[["1 acme 2026-09-02 100", "2 beta 2026-09-02 100"]]))

    late = sync(store, ScriptedSource(files=[["3 acme 2026-10-02 -50"]]))
    with pytest.raises(StorageError):
        sync(store, ScriptedSource(files=[["4 ACME 2026-11-02 50"]]))

    assert late == 1
    assert state_of(store).failure == (
        "Nothing was imported: ids of new accounts look like those of others."
        " `nrrbot sync sql --once` names them, and says how to answer."
    )
