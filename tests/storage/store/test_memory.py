import threading
from datetime import date
from functools import partial

import pytest

from storage.store.memory import Generation, Memory

ONE = Generation(1, date.min)


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> int:
        self.done += 1
        return self.done


def test_what_is_known_is_not_worked_out_again() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(ONE, "nrr", work) for _ in range(3)] == [1, 1, 1]


def test_each_key_is_its_own() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(ONE, key, work) for key in ("nrr", "grr", "nrr")] == [1, 2, 1]


def test_another_generation_makes_all_forgotten() -> None:
    memory, work = Memory(), Work()

    generations = [Generation(number, date.min) for number in (1, 2, 2, 3)]

    assert [memory.recall(generation, "nrr", work) for generation in generations] == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("generation", "known"),
    [
        pytest.param(Generation(2, date(2026, 9, 1)), True, id="changed-after-it"),
        pytest.param(Generation(2, date(2026, 8, 31)), False, id="changed-on-its-last-day"),
        pytest.param(Generation(2, date(2026, 8, 1)), False, id="changed-within-it"),
        pytest.param(Generation(3, date(2026, 9, 2)), False, id="changed-twice"),
    ],
)
def test_what_a_change_did_not_touch_is_still_known(generation: Generation, *, known: bool) -> None:
    memory, work = Memory(), Work()
    memory.recall(ONE, "nrr", work, until=date(2026, 9, 1))

    again = memory.recall(generation, "nrr", work, until=date(2026, 9, 1))

    assert again == (1 if known else 2)


def test_who_still_reads_the_data_of_before_neither_gets_nor_leaves_anything() -> None:
    memory, work = Memory(), Work()
    memory.recall(Generation(2, date.min), "nrr", work)

    assert memory.recall(ONE, "nrr", work) == 2
    assert memory.recall(Generation(2, date.min), "nrr", work) == 1


def test_what_was_worked_out_while_the_data_changed_is_not_remembered() -> None:
    memory, work = Memory(), Work()

    def meanwhile() -> int:
        memory.recall(Generation(2, date.min), "grr", lambda: 0)
        return work()

    memory.recall(ONE, "nrr", meanwhile)

    assert memory.recall(Generation(2, date.min), "nrr", work) == 2


def test_what_has_no_generation_is_worked_out_each_time() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(None, "nrr", work) for _ in range(2)] == [1, 2]


def test_an_error_is_not_remembered() -> None:
    memory, work = Memory(), Work()

    def fail() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        memory.recall(ONE, "nrr", fail)
    assert memory.recall(ONE, "nrr", work) == 1


def test_of_more_than_it_can_hold_the_longest_unused_is_forgotten() -> None:
    memory, work = Memory(capacity=2), Work()

    assert [memory.recall(ONE, key, work) for key in "abacab"] == [1, 2, 1, 3, 1, 4]


def test_threads_get_what_belongs_to_their_generation() -> None:
    memory, wrong = Memory(capacity=8), []

    def ask(generation: int) -> None:
        for n in range(500):
            key = n % 16
            mine = generation, key
            found = memory.recall(Generation(generation, date.min), key, partial(tuple, mine))
            if found != mine:
                wrong.append(key)

    threads = [threading.Thread(target=ask, args=(generation,)) for generation in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
