from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from sqlalchemy import event

from metrics.segments import Tiers
from storage.errors import (
    EmptyLedgerError,
    StoreHoldsCopyError,
    StoreHoldsLedgerError,
    StoreNotReadyError,
    WarehouseChangedError,
    WarehouseEmptyError,
    WarehouseUnreachableError,
)
from storage.importing.cells import EARLIEST
from storage.ledger.elsewhere import require_no_copy
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from tests.storage.filled import fill
from tests.storage.histories import (
    File,
    Placement,
    boundaries,
    files,
    first_days,
    import_history,
    sweep,
)
from tests.storage.stores import (
    NOW,
    TODAY,
    Given,
    SqliteTemplate,
    Template,
    contents,
    csv_text,
    execute,
    import_text,
    movements,
    open_store,
    reading,
)
from tests.storage.warehouses import Clock, Outpost, outpost, publish, tell_locally, url_of

Q3 = date(2026, 7, 1), date(2026, 10, 1)
ODD = date(2026, 6, 15), date(2026, 9, 20)
HEADER = "account_id,date,amount,currency,segment,driver,recorded_at"
LEDGER = csv_text(
    "a,2026-01-05,100,USD,smb,new_logo,2026-01-06",
    "b,2026-01-05,900,USD,ent,,2026-01-06",
    "c,2026-02-05,50,USD,,,2026-02-06",
    "a,2026-07-10,40,USD,ent,seats,2026-07-11",
    "b,2026-08-01,-300,USD,,price,2026-08-02",
    "c,2026-09-01,-50,USD,,,2026-09-02",
    "d,2026-08-20,70,USD,smb,,2026-11-01",
    header=HEADER,
)
MORE = movements("a 2026-09-30 -20", "e 2026-10-01 10")


@pytest.fixture
def company(store: Store) -> Store:
    """A store with a ledger, on each kind of database, which the bot has as its warehouse."""
    fill(store, LEDGER, closed_through=date(2026, 11, 1))
    publish(store)
    return store


@pytest.fixture
def bot(company: Store, sqlite_store: Store) -> Iterator[Outpost]:
    with outpost(sqlite_store, url_of(company)) as found:
        yield found


@pytest.fixture
def away(bot: Outpost) -> Outpost:
    """An outpost that has answered before, and whose warehouse refuses connections now."""
    bot.tell(*Q3)

    @event.listens_for(bot.warehouse.engine, "do_connect")
    def refuse(*_: object) -> None:
        raise WarehouseUnreachableError

    return bot


@pytest.mark.parametrize("scope", [(), (("segment", "ent"),)], ids=["company", "segment"])
@pytest.mark.parametrize("as_of", [None, datetime(2026, 10, 1, tzinfo=UTC)], ids=["now", "then"])
@pytest.mark.parametrize("period", [Q3, ODD], ids=["months", "odd-days"])
def test_every_answer_is_that_of_the_ledger_itself(
    bot: Outpost,
    company: Store,
    period: tuple[date, date],
    as_of: datetime | None,
    scope: tuple[tuple[str, str], ...],
) -> None:
    expected = tell_locally(company, *period, scope, as_of=as_of)

    assert bot.tell(*period, scope, as_of=as_of) == expected
    assert bot.tell(*period, scope, as_of=as_of) == expected


def test_a_pause_is_contraction_there_too_and_its_return_is_resumed(
    store: Store, sqlite_store: Store
) -> None:
    rows = (
        *("a,2026-01-05,100,USD,smb,", "b,2026-01-05,900,USD,ent,", "c,2026-01-05,50,USD,smb,"),
        *("a,2026-08-01,-100,USD,,pause", "b,2026-06-15,-900,USD,,pause", "b,2026-09-01,800,USD,,"),
    )
    header = "account_id,date,amount,currency,segment,driver"
    import_text(store, csv_text(*rows, header=header), closed_through=date(2026, 11, 1))
    publish(store)

    with outpost(sqlite_store, url_of(store)) as bot:
        told = bot.tell(*Q3)

    retention, outside, *_ = told
    assert told == tell_locally(store, *Q3)
    assert (retention.contraction, retention.churn, retention.accounts_retained) == (100_00, 0, 2)
    assert (outside.resumed, outside.returning) == (800_00, 0)


def test_products_at_a_past_moment_are_those_of_the_ledger_itself(
    sqlite_template: SqliteTemplate, sqlite_store: Store
) -> None:
    rows = (
        *("a,2026-01-05,100,USD,core", "a,2026-01-05,50,USD,plus", "b,2026-02-05,30,USD,(none)"),
        *("a,2026-07-10,-60,USD,", "b,2026-08-01,-10,USD,(none)"),
    )
    header, then = "account_id,date,amount,currency,product", datetime(2026, 12, 1, tzinfo=UTC)
    with sqlite_template.fresh() as company:
        import_text(company, csv_text(*rows, header=header))
        publish(company)

        with (
            outpost(sqlite_store, url_of(company)) as bot,
            bot.reader.read() as session,
            reading(company, then) as local,
        ):
            there = Ledger(session, tiers=Tiers(), as_of=then)
            products = there.by("product", *Q3)
            assert dict(products) == dict(local.by("product", *Q3))
            assert set(products) == {"core", "plus", "(none)"}
            assert there.data_end(TODAY) == local.data_end(TODAY)


def test_what_answers_rest_on_is_that_of_the_ledger_itself(bot: Outpost, company: Store) -> None:
    with company.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        expected = ledger.state(), ledger.vocabulary()

    assert (bot.state(), bot.vocabulary()) == expected


def undated(file: File) -> File:
    """Say the file's parents and segments of all days: a warehouse's parents have no date."""
    placed = (line for line in file.lines if isinstance(line, Placement))
    always = tuple(replace(line, since=EARLIEST) for line in placed)
    return replace(file, lines=always) if always else file


@given(imports=files, start=first_days | boundaries, end=first_days | boundaries)
@sweep(examples=8)
def test_any_history_is_told_as_the_ledger_itself_tells_it(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    start, end = min(start, end), max(start, end)
    with template.fresh() as company, template.fresh() as store:
        if not import_history(company, [undated(file) for file in imports]).rows:
            return
        publish(company)
        with outpost(store, url_of(company)) as bot:
            assert bot.tell(start, end) == tell_locally(company, start, end)
            assert bot.tell(start, end, (("region", "EMEA"),)) == tell_locally(
                company, start, end, (("region", "EMEA"),)
            )


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"closed_through": date(2026, 8, 1)},
        {"covered_through": date(2026, 8, 10)},
        {"closed_through": date(2026, 11, 1)},
    ],
    ids=["nothing-declared", "closed", "covered", "all-closed"],
)
def test_the_data_ends_where_it_does_in_the_ledger_itself(
    sqlite_store: Store, store: Store, declared: Given
) -> None:
    import_text(store, LEDGER)
    import_text(store, MORE, **declared)
    publish(store)
    with outpost(sqlite_store, url_of(store)) as bot, store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        for today in (date(2026, 11, 21), date(2026, 9, 30), date(2026, 8, 19)):
            assert bot.data_end(today) == ledger.data_end(today)


def test_the_data_ends_where_it_did_while_the_warehouse_is_away(away: Outpost) -> None:
    assert away.data_end(TODAY).through == date(2026, 11, 1)


def test_the_warehouse_is_asked_once_for_each_window(bot: Outpost) -> None:
    first = bot.retention(*Q3)
    asked = len(bot.asked)

    assert [bot.retention(*Q3) for _ in range(3)] == [first] * 3
    assert bot.state().data_version == 1
    assert len(bot.asked) == asked
    bot.retention(date(2026, 6, 1), date(2026, 7, 1))
    assert len(bot.asked) > asked


def test_it_is_never_written_to(bot: Outpost, company: Store) -> None:
    before = contents(company)

    bot.tell(*Q3)
    bot.tell(*ODD)

    assert contents(company) == before
    assert not [
        statement for statement in bot.asked if not statement.startswith(("SELECT", "WITH"))
    ]


def test_it_is_asked_for_other_data_at_most_once_a_minute(bot: Outpost) -> None:
    bot.retention(*Q3)
    asked = len(bot.asked)

    bot.clock.pass_(59)
    bot.retention(*Q3)
    assert len(bot.asked) == asked
    bot.clock.pass_(1)
    for _ in range(3):
        bot.retention(*Q3)
    assert len(bot.asked) == asked + 1


def test_another_process_does_not_ask_again_either(bot: Outpost) -> None:
    bot.retention(*Q3)
    asked = len(bot.asked)
    bot.reader = WarehouseReader(bot.store, bot.warehouse, now=bot.clock)

    bot.retention(*Q3)

    assert len(bot.asked) == asked


def test_other_data_replaces_every_window_of_the_old(bot: Outpost, company: Store) -> None:
    bot.tell(*Q3)
    import_text(company, MORE)
    publish(company)
    assert bot.retention(*Q3) != tell_locally(company, *Q3)[0]

    bot.clock.pass_(60)

    assert bot.tell(*Q3) == tell_locally(company, *Q3)
    assert bot.state().data_version == 2
    assert contents(bot.store)["window_sum"] == 1


def test_what_was_only_derived_anew_replaces_them_too(bot: Outpost, company: Store) -> None:
    bot.tell(*Q3)
    with company.write() as session:
        session.connection().exec_driver_sql("UPDATE balance_build SET generation = generation + 1")

    bot.clock.pass_(60)
    bot.state()

    assert contents(bot.store)["window_sum"] == 0


def test_windows_of_two_editions_are_never_mixed(bot: Outpost, company: Store) -> None:
    bot.retention(*Q3)
    import_text(company, MORE)
    publish(company)

    with pytest.raises(WarehouseChangedError, match="ask again"):
        bot.retention(*ODD)

    assert bot.retention(*ODD) == tell_locally(company, *ODD)[0]


def test_data_that_comes_in_while_tables_are_copied_is_not_copied_by_halves(
    sqlite_template: SqliteTemplate, sqlite_store: Store
) -> None:
    more = iter([MORE])
    with sqlite_template.fresh() as company, outpost(sqlite_store, url_of(company)) as bot:
        import_text(company, LEDGER)
        publish(company)

        @event.listens_for(bot.warehouse.engine, "before_cursor_execute")
        def load(_c: object, _r: object, statement: str, *_rest: object) -> None:
            if "control_total" in statement and (content := next(more, None)):
                import_text(company, content)
                publish(company)

        with pytest.raises(WarehouseChangedError):
            bot.state()

        assert contents(bot.store)["warehouse_copy"] == 0
        assert bot.tell(*Q3) == tell_locally(company, *Q3)


def test_cached_answers_go_on_while_it_is_away_and_say_since_when(away: Outpost) -> None:
    before = away.retention(*Q3)
    assert away.reader.away_since is None

    away.clock.pass_(60)

    assert away.retention(*Q3) == before
    assert away.reader.away_since == NOW
    assert away.state().data_version == 1


def test_what_is_not_cached_is_one_clear_sentence_then(away: Outpost) -> None:
    with pytest.raises(WarehouseUnreachableError, match="check WAREHOUSE_URL"):
        away.retention(*ODD)


def test_it_is_sought_once_a_minute_until_it_is_back(bot: Outpost) -> None:
    tried = []
    is_there = True

    @event.listens_for(bot.warehouse.engine, "do_connect")
    def connect(*_: object) -> None:
        tried.append(bot.clock.now)
        if not is_there:
            raise WarehouseUnreachableError

    bot.retention(*Q3)
    is_there = False
    tried.clear()
    for _ in range(2):
        bot.clock.pass_(60)
        for _ in range(3):
            bot.retention(*Q3)
    assert len(tried) == 2
    assert bot.reader.away_since == NOW

    is_there = True
    bot.clock.pass_(60)
    bot.retention(*Q3)

    assert bot.reader.away_since is None


def test_it_must_be_there_for_the_first_answer(sqlite_store: Store, tmp_path: Path) -> None:
    with (
        outpost(sqlite_store, f"sqlite:///{tmp_path / 'nowhere.db'}") as bot,
        pytest.raises(WarehouseUnreachableError),
    ):
        bot.state()

    assert not (tmp_path / "nowhere.db").exists()


def test_who_asks_while_another_looks_does_not_wait(bot: Outpost) -> None:
    bot.retention(*Q3)
    asked = len(bot.asked)
    bot.clock.pass_(60)

    with bot.reader._looking:  # noqa: SLF001 - as the other does
        bot.retention(*Q3)

    assert len(bot.asked) == asked


def test_a_busy_store_puts_off_remembering_the_look(bot: Outpost) -> None:
    bot.retention(*Q3)
    bot.clock.pass_(60)

    with bot.store.write():
        bot.retention(*Q3)

    assert bot.reader.away_since is None


def test_an_empty_warehouse_has_no_answer(store: Store, sqlite_store: Store) -> None:
    publish(store)
    with outpost(sqlite_store, url_of(store)) as bot, pytest.raises(WarehouseEmptyError):
        bot.state()


def test_a_ledger_without_movements_has_no_answer(store: Store, sqlite_store: Store) -> None:
    header = "account_id,name"
    import_text(store, csv_text("a,Acme", header=header), source="accounts")
    publish(store)
    execute(
        store,
        "INSERT INTO balance_build (id, built_through, tiers, generation)"
        " VALUES (1, '2026-01-01', '', 1)",
    )

    with outpost(sqlite_store, url_of(store)) as bot, pytest.raises(WarehouseEmptyError):
        bot.state()


def test_nothing_was_known_before_the_first_row(bot: Outpost) -> None:
    with pytest.raises(EmptyLedgerError, match="later --as-of"), bot.reader.read() as session:
        Ledger(session, tiers=Tiers(), as_of=datetime(2020, 1, 1, tzinfo=UTC)).state()


def test_a_store_with_a_ledger_of_its_own_is_not_mixed_with_another(
    bot: Outpost, sqlite_store: Store
) -> None:
    import_text(sqlite_store, movements("z 2026-01-05 1"))
    before = contents(sqlite_store)

    with pytest.raises(StoreHoldsLedgerError, match="another store"):
        bot.state()

    assert contents(sqlite_store) == before


def test_a_store_that_keeps_answers_is_not_taken_for_a_ledger(bot: Outpost) -> None:
    bot.tell(*Q3)

    with bot.store.read() as session:
        with pytest.raises(StoreHoldsCopyError, match="set WAREHOUSE_URL"):
            Ledger(session, tiers=Tiers()).state()
        with pytest.raises(StoreHoldsCopyError):
            require_no_copy(session)


def test_a_ledger_of_its_own_may_take_imports(company: Store) -> None:
    with company.read() as session:
        require_no_copy(session)


def test_a_store_that_is_not_set_up_is_said_to_be_so(company: Store, tmp_path: Path) -> None:
    with open_store(tmp_path / "new.db") as store:
        reader = WarehouseReader(store, Warehouse(url_of(company)), now=Clock())
        with pytest.raises(StoreNotReadyError), reader.read():
            pass
