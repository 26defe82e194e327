from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.answers.job import QUESTIONS, answer_ahead
from storage.errors import StoreSlowError
from storage.store.engine import Store
from storage.tables.ledger import ActivityWindow, RetentionWindow
from tests.bot.small_company import MOVEMENTS, answers_from, import_text, small_company

LAST_QUARTER = date(2026, 7, 1), date(2026, 10, 1)
HEADER, FIRST, *_ = MOVEMENTS.splitlines(keepends=True)


def windows(store: Store, table: type[ActivityWindow | RetentionWindow]) -> set[tuple[date, date]]:
    with store.read() as session:
        ends = select(col(table.start_on), col(table.end_on))
        return {(start, end) for start, end in session.execute(ends)}


def test_the_usual_windows_are_there_before_anybody_asks(tmp_path: Path) -> None:
    store = small_company(tmp_path)

    answer_ahead(answers_from(store).reply)

    assert windows(store, RetentionWindow) >= {LAST_QUARTER}
    assert windows(store, ActivityWindow) >= {LAST_QUARTER}


def test_after_new_data_they_are_filled_again(tmp_path: Path) -> None:
    store = small_company(tmp_path)
    ask = answers_from(store).reply
    answer_ahead(ask)

    import_text(store, f"{HEADER}m13,gamma,2026-08-05,10.00,USD,seats,,\n")
    forgotten = windows(store, ActivityWindow)
    answer_ahead(ask)

    assert LAST_QUARTER not in forgotten
    assert LAST_QUARTER in windows(store, ActivityWindow)


def test_what_cannot_be_answered_now_is_passed_over() -> None:
    asked = []

    def ask(question: str) -> None:
        asked.append(question)
        raise StoreSlowError

    answer_ahead(ask)  # type: ignore[arg-type]

    assert tuple(asked) == QUESTIONS


def test_other_errors_are_the_scheduler_s_to_count() -> None:
    def ask(_question: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_ahead(ask)  # type: ignore[arg-type]
