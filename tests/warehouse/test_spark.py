"""The bot beside Spark: a Thrift server with two executors that hold a company's ledger."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.behind import base_accounts
from storage.errors import WarehouseRefusedError, WarehouseUnreachableError
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from tests.storage.stores import NOW
from tests.storage.warehouses import Clock

pytestmark = [pytest.mark.warehouse, pytest.mark.timeout(900)]

QUESTIONS = [
    "",
    "enterprise last-quarter",
    "by industry ttm",
    "value_tier:high by tenure 2026-01..2026-03",
    "segment:mid-market mtd by plan",
    "trend monthly last-6-months by segment",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_the_local_one(
    beside_spark: Answers, local: Answers, question: str
) -> None:
    expected = local.reply(question)

    assert beside_spark.reply(question) == expected
    assert beside_spark.reply(question) == expected


def test_so_is_what_was_known_then(beside_spark: Answers, local: Answers) -> None:
    as_of = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert beside_spark.reply("enterprise 2026-Q3", as_of=as_of) == local.reply(
        "enterprise 2026-Q3", as_of=as_of
    )


def test_so_is_who_is_in_the_denominator(beside_spark: Answers, local: Answers) -> None:
    answer = beside_spark.ask("enterprise last-quarter")

    assert base_accounts(beside_spark, answer) == base_accounts(local, answer)
    assert base_accounts(beside_spark, answer)


def test_spark_is_asked_once_for_each_window(beside_spark: Answers, clock: Clock) -> None:
    asked = statements(beside_spark)
    first = beside_spark.ask("enterprise last-quarter")
    asked.clear()

    assert [beside_spark.ask("enterprise last-quarter") for _ in range(3)] == [first] * 3
    assert asked == []
    clock.pass_(60)
    beside_spark.ask("smb last-quarter")
    assert len(asked) == 1


def test_the_work_is_done_by_two_executors(beside_spark: Answers, spark: tuple[str, Path]) -> None:
    beside_spark.ask("last-quarter")

    log = (spark[1] / "spark.log").read_text(encoding="utf-8", errors="replace")
    assert log.count("Registered executor") == 2


def test_cached_answers_go_on_without_spark(beside_spark: Answers, clock: Clock) -> None:
    before = beside_spark.ask("enterprise last-quarter")
    gone = Warehouse("hive://127.0.0.1:1/default")
    assert beside_spark.warehouse is not None
    beside_spark.warehouse.warehouse = gone
    clock.pass_(60)

    answer = beside_spark.ask("enterprise last-quarter")

    assert isinstance(answer, Answer)
    assert (answer.retention, answer.grounds.away_since) == (before.retention, NOW)
    with pytest.raises(WarehouseUnreachableError, match="cannot be reached"):
        beside_spark.ask("enterprise 2026-05")


def test_a_ledger_that_is_not_there_is_said_to_be_missing(
    spark: tuple[str, Path], beside_spark: Answers, clock: Clock
) -> None:
    engine = Warehouse(spark[0]).engine
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE IF NOT EXISTS empty"))
    elsewhere = Warehouse(spark[0].replace("/default", "/empty"))
    reader = WarehouseReader(beside_spark.store, elsewhere, now=clock)
    asking = replace(beside_spark, warehouse=reader)

    with pytest.raises(WarehouseRefusedError, match="holds the ledger's tables"):
        asking.ask("last-quarter")


def statements(answers: Answers) -> list[str]:
    """Return a list that every statement which Spark is given from now on is added to."""
    asked: list[str] = []
    assert answers.warehouse is not None

    @event.listens_for(answers.warehouse.warehouse.engine, "before_cursor_execute")
    def remember(_c: object, _r: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    return asked
