"""What was worked out of one generation of the derived data, so that it is not worked out twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
CAPACITY = 5_000
"""How many results are remembered: rolled-up sums, a few hundred bytes each."""


class Memory:
    """Results of pure work on data that cannot change under its generation; for many threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._known: OrderedDict[Hashable, Any] = OrderedDict()

    def recall(self, generation: int | None, key: Hashable, work: Callable[[], T]) -> T:
        """Return what ``work`` gave for this key, or do it now; an error is not remembered.

        Parameters
        ----------
        generation : int or None
            Of the data that ``work`` reads. Anything of another one is forgotten. None is for
            what has no generation, and is not remembered.
        """
        if generation is None:
            return work()
        with self._lock:
            if generation == self._generation and key in self._known:
                self._known.move_to_end(key)
                found: T = self._known[key]
                return found
        result = work()
        with self._lock:
            self._remember(generation, key, result)
        return result

    def _remember(self, generation: int, key: Hashable, result: object) -> None:
        if generation != self._generation:
            self._known.clear()
            self._generation = generation
        self._known[key] = result
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
