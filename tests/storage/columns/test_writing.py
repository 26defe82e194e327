from datetime import date

import numpy as np
from sqlalchemy import delete
from sqlmodel import Session

from storage.columns.codec import Key, Packed, pack
from storage.columns.reading import ColumnReader
from storage.columns.writing import Difference, Writer, stored_rows
from storage.store.column_types import day_number
from storage.store.engine import Store
from storage.store.messages import driver_of
from storage.tables.columns import MonthColumn

JANUARY, FEBRUARY = day_number(date(2026, 1, 1)), day_number(date(2026, 2, 1))


def test_rows_of_a_month_that_are_no_longer_there_go_and_other_months_stay(store: Store) -> None:
    with store.write() as session:
        put(session, {(JANUARY, 0): 1, (JANUARY, 1): 2}, month=JANUARY)
        put(session, {(FEBRUARY, 0): 3}, month=FEBRUARY)

        put(session, {(JANUARY, 1): 4}, month=JANUARY)
        assert stored(session) == cells({(JANUARY, 1): 4, (FEBRUARY, 0): 3})

        put(session, {}, month=JANUARY)
        assert stored(session) == cells({(FEBRUARY, 0): 3})


def test_some_rows_are_written_beside_all_others(store: Store) -> None:
    with store.write() as session:
        put(session, {(JANUARY, 0): 1, (JANUARY, 1): 2}, month=JANUARY)
        Writer(session).put_some(MonthColumn, cells({(JANUARY, 1): 5, (FEBRUARY, 0): 6}))

        assert stored(session) == cells({(JANUARY, 0): 1, (JANUARY, 1): 5, (FEBRUARY, 0): 6})


def test_a_row_that_is_as_it_was_is_not_written_again(sqlite_store: Store) -> None:
    with sqlite_store.write() as session:
        put(session, {(JANUARY, 0): 1, (JANUARY, 1): 2}, month=JANUARY)
        before = driver_of(session).total_changes

        put(session, {(JANUARY, 0): 1, (JANUARY, 1): 3}, month=JANUARY)
        assert driver_of(session).total_changes == before + 1


def test_what_is_written_is_known_to_who_reads_on_and_is_not_read(store: Store) -> None:
    with store.write() as session:
        reader = ColumnReader(session)
        writer = Writer(session, reader)
        writer.put(MonthColumn, cells({(JANUARY, 0): 5}), within=(JANUARY,))
        session.execute(delete(MonthColumn))

        assert reader.amount_chunks(date(2026, 1, 1)).whole.tolist() == [5]


def put(session: Session, amounts: dict[Key, int], *, month: int) -> None:
    Writer(session).put(MonthColumn, cells(amounts), within=(month,))


def cells(amounts: dict[Key, int]) -> dict[Key, Packed]:
    return {key: {"amount": pack(np.array([amount]))} for key, amount in amounts.items()}


def stored(session: Session) -> dict[Key, Packed]:
    return dict(stored_rows(session, MonthColumn, ()))


def test_a_wrong_sum_of_a_window_is_named_by_its_months() -> None:
    window = JANUARY, day_number(date(2026, 4, 1))

    assert Difference("window_sum", window, "sums").where == (
        "window_sum.sums of 2026-01 until 2026-04"
    )
