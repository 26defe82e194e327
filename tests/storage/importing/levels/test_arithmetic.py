"""Levels to movements: any files in any order, beside any movements, against a calendar of days."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.importing.levels.arithmetic import Changes, Stated, changes_to
from storage.importing.levels.book import Book, Spans

DAYS, MONTH, POSITIONS = 30, 5, 2
Level = tuple[int, int, int, int]
"""A position, the days [since, until), and what it comes to at their close."""


def whole(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


@dataclass
class Ledger:
    """Movements and stated days, as a list that only grows."""

    rows: list[tuple[int, int, int]] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    def balance(self, position: int, day: int) -> int:
        return sum(net for owner, on, net in self.rows if owner == position and on <= day)

    def state(self, levels: list[Level]) -> Changes:
        position, since, until, level = (whole([*cells]) for cells in zip(*levels, strict=True))
        lines = np.arange(2, 2 + len(levels))
        stated = Stated(position, since, until, level, lines).in_order()
        assert not stated.repeats().any()
        changes = changes_to(
            stated, Book.of(*columns_of(self.rows)), Spans.of(*columns_of(self.spans))
        )
        cells = (changes.position, changes.day, changes.amount)
        self.rows += zip(*(column.tolist() for column in cells), strict=True)
        self.spans += [level[:3] for level in levels]
        return changes


def columns_of(rows: list[tuple[int, int, int]]) -> Iterator[np.ndarray]:
    return iter(np.array(rows, np.int64).reshape(len(rows), 3).T)


def knows(ledger: Ledger, position: int, day: int) -> bool:
    """Tell whether a day's balance is known: it moved, or a level was stated for it."""
    moved = any(owner == position and on == day for owner, on, _ in ledger.rows)
    return moved or any(
        owner == position and since <= day < until for owner, since, until in ledger.spans
    )


def stretches() -> st.SearchStrategy[tuple[int, int]]:
    months = st.integers(0, DAYS // MONTH - 1).map(lambda n: (n * MONTH, n * MONTH + MONTH))
    return months | st.integers(0, DAYS - 1).map(lambda day: (day, day + 1))


def files() -> st.SearchStrategy[list[Level]]:
    position, level = st.integers(0, POSITIONS - 1), st.integers(0, 3).map(lambda n: n * 100)
    rows = st.tuples(position, stretches(), level)
    months = st.lists(rows, min_size=1, max_size=6, unique_by=lambda row: row[:2])
    return months.map(without_overlaps)


def without_overlaps(rows: list[tuple[int, tuple[int, int], int]]) -> list[Level]:
    taken: set[tuple[int, int]] = set()
    kept = []
    for position, (since, until), level in rows:
        days = {(position, day) for day in range(since, until)}
        if not days & taken:
            kept.append((position, since, until, level))
            taken |= days
    return kept


def gains() -> st.SearchStrategy[tuple[int, int, int]]:
    return st.tuples(st.integers(0, POSITIONS - 1), st.integers(0, DAYS - 1), st.just(50))


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(files() | gains(), min_size=1, max_size=5))
def test_the_ledger_answers_with_the_levels_stated_and_nothing_else_changes(
    steps: list[list[Level] | tuple[int, int, int]],
) -> None:
    ledger = Ledger()
    for step in steps:
        if isinstance(step, tuple):
            ledger.rows.append(step)
            continue
        before = Ledger([*ledger.rows], [*ledger.spans])
        ledger.state(step)
        for position in range(POSITIONS):
            expected = None  # of the days behind a stated stretch, until something else is known
            for day in range(DAYS):
                own = [row for row in step if row[0] == position and row[1] <= day < row[2]]
                balance = ledger.balance(position, day)
                assert balance >= 0
                if own and day == own[0][2] - 1:
                    expected = own[0][3]
                elif not own and knows(before, position, day):
                    expected = before.balance(position, day)
                elif own:
                    continue
                elif expected is None:
                    expected = before.balance(position, day)
                assert balance == expected
        assert not ledger.state(step).amount.size  # the same again changes nothing


def test_a_corrected_month_ends_with_it_where_the_next_was_stated_unchanged() -> None:
    ledger = Ledger()
    ledger.state([(0, 0, 5, 100), (0, 5, 10, 100), (0, 10, 15, 100)])

    ledger.state([(0, 5, 10, 120)])

    assert ledger.rows == [(0, 0, 100), (0, 5, 20), (0, 10, -20)]


def test_a_month_between_that_nobody_stated_goes_on_from_the_one_before() -> None:
    ledger = Ledger()
    ledger.state([(0, 0, 5, 100), (0, 15, 20, 150)])

    ledger.state([(0, 5, 10, 120)])

    assert [ledger.balance(0, day) for day in (4, 9, 14, 19)] == [100, 120, 120, 150]


def test_a_level_stands_behind_the_last_movement_held_in_its_month() -> None:
    ledger = Ledger(rows=[(0, 0, 100), (0, 3, -60)])

    ledger.state([(0, 0, 5, 10)])

    assert ledger.rows[2:] == [(0, 3, -30)]


def test_what_other_sources_move_later_still_comes_to_what_it_did() -> None:
    ledger = Ledger(rows=[(0, 0, 100), (0, 12, -100)])

    ledger.state([(0, 5, 10, 80)])

    assert ledger.rows[2:] == [(0, 5, -20), (0, 12, 20)]
