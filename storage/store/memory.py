"""Memory of results from derived data, so that they are not worked out twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
CAPACITY = 5_000  # results: rolled-up sums, a few hundred bytes each
COLUMNS = 64  # arrays: a year's months of balances and places, and a year of movements


@dataclass(frozen=True, slots=True)
class Generation:
    """State of the derived data by number, and the earliest day that differs from the last."""

    number: int
    changed_since: date


class Memory:
    """Results of pure work on data that only changes with its generation; for many threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._generation = 0
        self._known: OrderedDict[Hashable, tuple[date, Any]] = OrderedDict()

    def has(self, generation: Generation | None, key: Hashable) -> bool:
        """Tell whether the result for a key is remembered."""
        with self._lock:
            return (
                generation is not None
                and generation.number == self._generation
                and key in self._known
            )

    def recall(
        self,
        generation: Generation | None,
        key: Hashable,
        work: Callable[[], T],
        *,
        until: date = date.max,
    ) -> T:
        """Return the result of ``work`` for this key, or do it now; an error is not remembered.

        Parameters
        ----------
        generation : Generation or None
            Of the data that ``work`` reads. None is for what has none, and is not remembered.
        until : date
            The first day that the result does not rest on; changes from it on do not make it
            forgotten.
        """
        if generation is None:
            return work()
        with self._lock:
            self._follow(generation)
            if generation.number == self._generation and key in self._known:
                self._known.move_to_end(key)
                found: T = self._known[key][1]
                return found
        result = work()  # outside the lock: two threads may do the same work, none waits for it
        with self._lock:
            if generation.number == self._generation:
                self._known[key] = until, result
            if len(self._known) > self._capacity:
                self._known.popitem(last=False)
        return result

    def _follow(self, generation: Generation) -> None:
        if generation.number <= self._generation:
            return
        # A generation that was skipped may have changed any day: only of the next one it is known.
        is_next = generation.number == self._generation + 1
        kept = [
            (key, held)
            for key, held in self._known.items()
            if is_next and held[0] <= generation.changed_since
        ]
        self._known = OrderedDict(kept)
        self._generation = generation.number


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMemory:
    """Results that the readers of one store share, and the columns that they come from."""

    results: Memory = field(default_factory=Memory)
    columns: Memory = field(default_factory=lambda: Memory(COLUMNS))
