from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from storage.errors import SourceFailedError
from storage.sources.sql.statement import Query
from storage.sources.sql.watermark import MarkKind, WatermarkValue
from tests.storage.dialects import CLASSES, installed

DAY = WatermarkValue(MarkKind.TEXT, "2026-10-02")


def refusal(written: str) -> str:
    with pytest.raises(SourceFailedError) as refused:
        Query.of(written)
    return str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        "select 1",
        "SELECT 1 ; \n",
        "-- what we pay for\nwith a as (select 1) select * from a; -- done; really",
        "/* drop; */ (select 'insert; it''s' as \"delete\" union select `update`)",
        "select $$a; b$$, $x$drop$x$, replace(a, 'b', 'c'), last_update from t",
    ],
)
def test_one_statement_that_reads_is_taken(written: str) -> None:
    assert Query.of(written).sql


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("  ; ", "is empty"),
        ("delete from m", 'begins with "delete"'),
        ("select 1; drop table m", "more than one statement"),
        ("with a as (delete from m returning *) select * from a", 'the word "delete"'),
        ("select * into copy_of_m from m", 'the word "into"'),
        ("select * from m for update", 'the word "update"'),
        ("explain select 1", 'begins with "explain"'),
    ],
)
def test_what_is_more_or_writes_is_refused_in_one_sentence(written: str, words: str) -> None:
    said = refusal(written)

    assert words in said
    assert "one SELECT" in said


@pytest.mark.parametrize("dialect", [sqlite, postgresql, mysql, mssql, oracle])
def test_rows_from_a_watermark_on_are_asked_around_the_query(dialect: object) -> None:
    query = Query.of("select * from m -- all of them\nwhere note = 'at 12:30 :x'")

    compiled = query.rows_since(DAY, "updated_at").compile(dialect=dialect.dialect())  # type: ignore[attr-defined]

    said = " ".join(str(compiled).split())
    assert "FROM (select * from m -- all of them where note = 'at 12:30 :x' )" in said
    assert "WHERE updated_at >= " in said
    assert "updated_at IS NULL" in said
    assert compiled.params == {"watermark": "2026-10-02"}


def test_a_watermark_of_its_own_is_bound_where_it_stands_and_no_other_colon() -> None:
    query = Query.of("select a::text, raw:b, ':watermark' from m where at >= :watermark")

    compiled = query.rows_since(DAY, "at").compile(dialect=sqlite.dialect())

    assert query.binds
    assert str(compiled).strip() == ("select a::text, raw:b, ':watermark' from m where at >= ?")
    assert not Query.of("select ':watermark'").binds


def marks() -> list[WatermarkValue]:
    """A watermark of each kind."""
    values = (
        *(41, Decimal("41.5"), date(2026, 10, 2), "2026-10-02"),
        *(datetime(2026, 10, 2, 9), datetime(2026, 10, 2, 9, tzinfo=UTC)),  # noqa: DTZ001 - both are
    )
    return [WatermarkValue.of(value, "at") for value in values]


@pytest.mark.parametrize(
    "sql",
    [
        "select ':x', ' :x:y', ':smile:', '12:30', '::z' from m",
        r"select E'\:y', '\d:\w', '\\:z', 'a:\:' from m",
        "select a::text, b[1:2], raw:plan from m -- :note",
        'select ":x" from m',
    ],
)
def test_a_query_is_sent_as_it_was_written(sql: str) -> None:
    assert (
        str(Query.of(sql).all_rows().compile(dialect=sqlite.dialect())).strip()
        == (sql.partition(" --")[0])
    )


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_an_installed_dialect_writes_the_query_as_it_is_and_from_any_watermark_on(
    name: str,
) -> None:
    dialect = installed(name)
    whole = Query.of("WITH t AS (SELECT raw:plan::text AS at FROM m) SELECT * FROM t;")
    bound = Query.of("SELECT * FROM m WHERE at >= :watermark")

    assert str(whole.all_rows().compile(dialect=dialect)).strip() == whole.sql
    for mark in marks():
        around = " ".join(str(whole.rows_since(mark, "at").compile(dialect=dialect)).split())
        within = str(bound.rows_since(mark, "at").compile(dialect=dialect))
        assert f"FROM ({whole.sql} ) AS nrrbot_rows WHERE" in around.replace("`", "")
        assert "watermark" in within
