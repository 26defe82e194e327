import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.errors import SourceFailedError, StorageError
from storage.sources.sql.connection import SourceDatabase, session_statements
from storage.sources.sql.reading import QueryRows, WantedRows, read_query
from storage.sources.sql.statement import Query
from storage.sources.sql.watermark import WatermarkValue
from tests.storage.conftest import BOTH
from tests.storage.dialects import install_keyless, uninstall
from tests.storage.locked import locked
from tests.storage.sources.sql.databases import Theirs, their_postgresql, their_sqlite

ROWS = [
    (1, "acme", "2026-10-02", "12345678901234567.89", "2026-10-02 09:00:00"),
    (2, "beta", "2026-10-02", "1.5", "2026-10-02 10:00:00"),
    (3, "zeta", "2026-10-03", "2", "2026-10-03 11:00:00"),
]


@pytest.fixture(params=BOTH)
def theirs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Theirs]:
    if request.param == "sqlite":
        opened = their_sqlite(tmp_path)
    else:
        opened = their_postgresql(request.getfixturevalue("postgresql_url"))
    with opened as database:
        database.add(ROWS)
        yield database


def read(
    url: str,
    sql: str,
    folder: Path,
    *,
    column: str | None = None,
    mark: WatermarkValue | None = None,
    monotonic: Callable[[], float] = lambda: 0.0,
    max_bytes: int = 2**20,
) -> QueryRows:
    return read_query(
        SourceDatabase(url, seconds=60, monotonic=monotonic),
        WantedRows(query=Query.of(sql), column=column, mark=mark),
        folder / "rows.csv",
        max_bytes=max_bytes,
        on_rows=lambda _: None,
    )


def rows_of(found: QueryRows) -> list[list[str]]:
    with found.path.open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)][2:]


def refusal(url: str, sql: str, folder: Path) -> str:
    with pytest.raises(StorageError) as refused:
        read(url, sql, folder)
    return str(refused.value)


def test_rows_come_as_a_file_with_dates_moments_and_nothing_where_nothing_is(
    theirs: Theirs, tmp_path: Path
) -> None:
    sql = "SELECT account_id, date, amount, NULL AS note, updated_at FROM m WHERE movement_id > 1"

    found = read(theirs.url, f"{sql} ORDER BY movement_id", tmp_path)

    assert found.columns == ["account_id", "date", "amount", "note", "updated_at"]
    assert rows_of(found) == [
        ["beta", "2026-10-02", "1.5", "", "2026-10-02 10:00:00"],
        ["zeta", "2026-10-03", "2", "", "2026-10-03 11:00:00"],
    ]


@pytest.mark.postgres
def test_a_numeric_column_keeps_every_digit(postgresql_url: str, tmp_path: Path) -> None:
    with their_postgresql(postgresql_url) as theirs:
        theirs.add(ROWS[:1])

        found = read(theirs.url, "SELECT amount FROM m", tmp_path)

    assert rows_of(found) == [["12345678901234567.89"]]


def test_from_a_watermark_on_its_day_is_read_again_and_rows_that_have_none(
    theirs: Theirs, tmp_path: Path
) -> None:
    sql = "SELECT account_id, updated_at FROM m"
    first = read(theirs.url, sql, tmp_path, column="UPDATED_AT")
    theirs.run("INSERT INTO m (movement_id, account_id) VALUES (4, 'odd')")
    theirs.add([(5, "late", "2026-10-03", "1", "2026-10-03 08:00:00")])
    theirs.add([(6, "next", "2026-10-03", "1", "2026-10-03 12:00:00")])

    second = read(theirs.url, sql, tmp_path, column=first.column, mark=first.mark)

    assert (first.count, first.column, first.again) == (3, "updated_at", 0)
    assert {account for account, _ in rows_of(second)} == {"zeta", "odd", "late", "next"}
    assert second.again == 2  # zeta, and what came late
    assert second.mark is not None
    assert second.mark.text.startswith("2026-10-03")
    assert "12:00:00" in second.mark.text


def test_a_query_with_its_own_watermark_gets_one_before_all_rows_and_then_the_last(
    theirs: Theirs, tmp_path: Path
) -> None:
    sql = "SELECT account_id, {0} FROM m WHERE {0} >= :watermark"
    for column in ("movement_id", "updated_at", "date", "amount"):
        after = ["acme"] if column == "amount" else ["zeta"]
        written = sql.format(column)

        first = read(theirs.url, written, tmp_path, column=column)
        second = read(theirs.url, written, tmp_path, column=column, mark=first.mark)

        assert first.count == 3
        assert [account for account, _ in rows_of(second)] == after


@pytest.mark.postgres
@pytest.mark.parametrize(
    "value", ["updated_at AT TIME ZONE 'UTC'", "movement_id::double precision", "date::text"]
)
def test_a_watermark_of_any_type_is_bound_as_what_it_is(
    postgresql_url: str, tmp_path: Path, value: str
) -> None:
    with their_postgresql(postgresql_url) as theirs:
        theirs.add(ROWS)
        around = f"SELECT account_id, {value} AS at FROM m"  # noqa: S608
        within = f"{around} WHERE {value} >= :watermark"
        for sql in (around, within):
            first = read(theirs.url, sql, tmp_path, column="at")
            assert first.mark is not None
            kept = WatermarkValue.from_text(first.mark.kind.value, first.mark.text)

            second = read(theirs.url, sql, tmp_path, column="at", mark=kept)

            assert first.count == 3
            assert [account for account, _ in rows_of(second)] == ["zeta"]
            assert second.again == 1


def test_nothing_is_ever_written_there(theirs: Theirs, tmp_path: Path) -> None:
    database = SourceDatabase(theirs.url, seconds=60, monotonic=lambda: 0.0)

    with pytest.raises(SourceFailedError, match="refused the query"), database.reading() as link:
        link.exec_driver_sql("DELETE FROM m")

    assert read(theirs.url, "SELECT * FROM m", tmp_path).count == 3


def test_what_the_database_says_is_told_without_what_the_url_keeps_secret(tmp_path: Path) -> None:
    url = "postgresql://ana:canary%40secret@127.0.0.1:1/x?sslkey=canary-key"
    database = SourceDatabase(url, seconds=60, monotonic=lambda: 0.0)

    said = refusal(url, "SELECT 1", tmp_path)

    assert said.startswith("the database in NRRBOT_SQL_URL cannot be reached: ")
    assert "canary" not in said + database.said(OSError("no canary@secret, canary%40secret"))


def test_a_word_that_the_database_does_not_know_is_said(theirs: Theirs, tmp_path: Path) -> None:
    said = refusal(theirs.url, "SELECT amonut FROM m", tmp_path)

    assert said.startswith("the database refused the query: ")
    assert "amonut" in said


def test_a_query_is_given_up_after_its_time(theirs: Theirs, tmp_path: Path) -> None:
    ticks = iter([0.0, *(100.0 for _ in range(1_000_000))])

    with pytest.raises(SourceFailedError, match="took longer than 60 seconds: name a watermark"):
        read(theirs.url, "SELECT * FROM m", tmp_path, monotonic=lambda: next(ticks))


@pytest.mark.postgres
def test_a_connection_that_is_lost_between_rows_is_told_as_that(
    postgresql_url: str, tmp_path: Path
) -> None:
    with their_postgresql(postgresql_url) as theirs:
        database = SourceDatabase(theirs.url, seconds=60, monotonic=lambda: 0.0)
        ours = "FROM pg_stat_activity WHERE application_name = 'nrrbot'"
        end = f"SELECT pg_terminate_backend(pid) {ours}"

        with pytest.raises(SourceFailedError) as refused:
            read_query(
                database,
                WantedRows(query=Query.of("SELECT i FROM generate_series(1, 500000) AS i")),
                tmp_path / "rows.csv",
                max_bytes=2**30,
                on_rows=lambda count: theirs.run(end) if count <= 1_000 else None,
            )

    assert str(refused.value).startswith("the connection to the database was lost: ")


@pytest.mark.postgres
def test_a_statement_that_the_database_gives_up_is_told_as_too_long(
    postgresql_url: str, tmp_path: Path
) -> None:
    database = SourceDatabase(postgresql_url, seconds=1, monotonic=lambda: 0.0)

    with pytest.raises(SourceFailedError, match="the query took longer than 1 seconds"):
        read_query(
            database,
            WantedRows(query=Query.of("SELECT pg_sleep(20)")),
            tmp_path / "rows.csv",
            max_bytes=2**20,
            on_rows=lambda _: None,
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DROP VIEW v", "the database refused the query: "),
        ("ALTER TABLE m RENAME COLUMN amount TO value", "the database refused the query: "),
    ],
)
def test_a_view_that_is_gone_and_a_column_of_another_name_are_named(
    theirs: Theirs, tmp_path: Path, change: str, words: str
) -> None:
    theirs.run("CREATE VIEW v AS SELECT account_id, date FROM m")
    sql = "SELECT account_id, amount FROM m" if "amount" in change else "SELECT account_id FROM v"
    assert read(theirs.url, sql, tmp_path).count == 3
    theirs.run(change)

    said = refusal(theirs.url, sql, tmp_path)

    assert said.startswith(words)
    assert ("amount" if "amount" in change else "v") in said
    assert "\n" not in said


@pytest.mark.postgres
def test_options_of_a_url_leave_the_time_limit_and_reading_only_as_they_are(
    postgresql_url: str,
) -> None:
    url = make_url(postgresql_url).update_query_dict(
        {"options": "-c search_path=billing -c default_transaction_read_only=off"}
    )
    told = url.render_as_string(hide_password=False)
    settings = ("search_path", "statement_timeout", "transaction_read_only")

    with SourceDatabase(told, seconds=60, monotonic=lambda: 0.0).reading() as link:
        found = [link.exec_driver_sql(f"SHOW {name}").scalar() for name in settings]

    assert found == ["billing", "1min", "on"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT account_id, date AS Account_ID FROM m", 'gives 2 columns named "account_id"'),
        ("SELECT account_id FROM m", 'gives no column "at", which is to be the watermark'),
        ("SELECT account_id AS at FROM m", "the watermark at is neither"),
    ],
)
def test_columns_that_cannot_be_told_apart_or_counted_on_are_refused(
    tmp_path: Path, sql: str, words: str
) -> None:
    with their_sqlite(tmp_path) as theirs:
        theirs.add(ROWS)
        with pytest.raises(SourceFailedError, match=words):
            read(theirs.url, sql, tmp_path, column="at")


def test_more_than_an_import_may_have_is_not_fetched(tmp_path: Path) -> None:
    with their_sqlite(tmp_path) as theirs:
        theirs.add(ROWS)
        sql = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            " SELECT i FROM n"
        )
        with pytest.raises(SourceFailedError, match="larger than the limit"):
            read(theirs.url, sql, tmp_path, max_bytes=1_000)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "NRRBOT_SQL_URL names no database: write it like postgresql://"),
        ("snowflake://u:p@h/d", "NRRBOT_SQL_URL needs the driver for snowflake://: pip install"),
        ("bigquery://project", "pip install sqlalchemy-bigquery"),
        ("abc://x", "begins with abc://, for which no driver is installed"),
        ("sqlite:////no/such/file.db", "there is no such file"),
    ],
)
def test_a_url_that_leads_nowhere_says_what_to_do(
    tmp_path: Path, url: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall("snowflake", "snowflake", monkeypatch)
    uninstall("bigquery", "sqlalchemy_bigquery", monkeypatch)

    assert words in refusal(url, "SELECT 1", tmp_path)


def test_a_file_in_a_folder_that_may_not_be_entered_is_not_called_missing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/locked/file.db"
    database = SourceDatabase(url, seconds=60, monotonic=lambda: 0.0)
    (tmp_path / "locked").mkdir()

    with locked(tmp_path), pytest.raises(SourceFailedError) as error, database.reading():
        pass

    assert str(error.value) == (
        "the database in NRRBOT_SQL_URL cannot be reached: the file may not be opened"
    )


def test_a_dialect_that_finds_no_credentials_says_so_without_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_keyless(monkeypatch)

    said = refusal("keyless://me:canary@host/db", "SELECT 1", tmp_path)

    assert said == (
        "the database in NRRBOT_SQL_URL cannot be reached: no credentials were found for ***"
    )


def test_each_engine_is_told_its_limit_in_its_own_words() -> None:
    assert session_statements("snowflake", 300) == (
        "ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 300",
    )
    assert session_statements("databricks", 300) == ("SET STATEMENT_TIMEOUT = 300",)
    assert session_statements("redshift", 300) == ("SET statement_timeout TO 300000",)
    assert session_statements("mysql", 300)[0] == "SET SESSION TRANSACTION READ ONLY"
    assert session_statements("postgresql", 300) == ()  # said when it connects


def test_what_an_engine_is_told_is_told_before_the_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ("PRAGMA case_sensitive_like = ON",)
    monkeypatch.setattr("storage.sources.sql.connection.session_statements", lambda *_: told)

    with their_sqlite(tmp_path) as theirs:
        theirs.add(ROWS)
        found = read(theirs.url, "SELECT account_id FROM m WHERE account_id LIKE 'A%'", tmp_path)

    assert found.count == 0


def test_a_query_with_a_watermark_that_cannot_be_asked_is_refused_at_once(tmp_path: Path) -> None:
    with their_sqlite(tmp_path) as theirs:
        said = refusal(theirs.url, "SELECT nobody FROM m WHERE date >= :watermark", tmp_path)

    assert said == "the database refused the query: no such column: nobody"


def test_a_postgresql_is_reached_by_a_url_with_its_driver_too(tmp_path: Path) -> None:
    said = refusal("postgresql+psycopg://me:canary@127.0.0.1:1/db", "SELECT 1", tmp_path)

    assert said.startswith("the database in NRRBOT_SQL_URL cannot be reached: ")
    assert "canary" not in said
