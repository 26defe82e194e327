import threading

import pytest

from storage.memory import Memory


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> int:
        self.done += 1
        return self.done


def test_what_is_known_is_not_worked_out_again() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(1, "nrr", work) for _ in range(3)] == [1, 1, 1]


def test_each_key_is_its_own() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(1, key, work) for key in ("nrr", "grr", "nrr")] == [1, 2, 1]


def test_another_generation_makes_all_forgotten() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(generation, "nrr", work) for generation in (1, 2, 2, 1)] == [1, 2, 2, 3]


def test_what_has_no_generation_is_worked_out_each_time() -> None:
    memory, work = Memory(), Work()

    assert [memory.recall(None, "nrr", work) for _ in range(2)] == [1, 2]


def test_an_error_is_not_remembered() -> None:
    memory, work = Memory(), Work()

    def fail() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        memory.recall(1, "nrr", fail)
    assert memory.recall(1, "nrr", work) == 1


def test_of_more_than_it_can_hold_the_longest_unused_is_forgotten() -> None:
    memory, work = Memory(capacity=2), Work()

    assert [memory.recall(1, key, work) for key in "abacab"] == [1, 2, 1, 3, 1, 4]


def test_threads_get_what_belongs_to_their_generation() -> None:
    memory, wrong = Memory(capacity=8), []

    def ask(generation: int) -> None:
        for n in range(500):
            key = n % 16
            if memory.recall(generation, key, lambda key=key: (generation, key)) != (  # type: ignore[misc]
                generation,
                key,
            ):
                wrong.append(key)

    threads = [threading.Thread(target=ask, args=(generation,)) for generation in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
