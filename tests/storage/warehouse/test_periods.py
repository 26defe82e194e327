"""The period statement in the words of engines that it was never run on."""

from datetime import date

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine.default import StrCompileDialect

from storage.warehouse.connection import DRIVERS
from storage.warehouse.periods import cohort_statement, paid_statement
from tests.storage.dialects import CLASSES, installed

START, END = date(2026, 7, 1), date(2026, 10, 1)
PLAIN: dict[str, type[Dialect]] = {
    "standard SQL": StrCompileDialect,
    "PostgreSQL": PGDialect,
    "SQLite": SQLiteDialect,
}


def words(dialect: Dialect) -> tuple[str, ...]:
    """Return both statements as a dialect writes them, on one line and without its quotes."""
    statements = cohort_statement(START, END), paid_statement(END, first_paid_since=START)
    return tuple(
        " ".join(str(one.compile(dialect=dialect)).replace("`", "").split()) for one in statements
    )


def assert_portable(dialect: Dialect) -> None:
    cohort, paid = words(dialect)
    assert "FROM month_balance AS month_balance_1 LEFT OUTER JOIN month_balance" in cohort
    assert "GROUP BY month_balance_1.attribute_set_id, month_balance_2.attribute_set_id" in cohort
    assert "sum(month_balance.mrr_minor)" in paid
    assert "month_balance.first_paid_on >= " in paid


@pytest.mark.parametrize("name", PLAIN)
def test_the_period_statement_is_plain_sql(name: str) -> None:
    assert_portable(PLAIN[name]())


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_an_installed_dialect_writes_the_period_statement(name: str) -> None:
    assert_portable(installed(name))


def test_every_such_engine_is_known_by_what_to_install() -> None:
    assert DRIVERS.keys() == CLASSES.keys()
