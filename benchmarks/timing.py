"""Contenders run in turns, so that what else the machine does falls on all of them alike."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

T = TypeVar("T")

ENOUGH_TURNS, ENOUGH_SECONDS = 3, 10.0
"""Whoever has had so many turns, and taken so long for them, is not waited for again."""


class DisagreementError(Exception):
    """Two contenders give different answers: their times say nothing."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{other} does not answer what {one} does: nothing is reported")


@dataclass(frozen=True, slots=True)
class Spread:
    """What was measured, once for each turn; in the unit of whoever measured it."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    @property
    def low(self) -> float:
        """The least."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The most."""
        return max(self.values)


def nothing() -> None:
    """Prepare nothing."""


def as_it_is(answer: Any) -> Any:  # noqa: ANN401 - whatever a contender returns
    """Compare an answer as it was given."""
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do what a check is about.

    Attributes
    ----------
    run : callable
        Does it; this alone is timed.
    prepare : callable
        Sets the scene before each turn.
    read : callable
        From what ``run`` returned to what contenders must agree on.
    agrees : bool
        False for one that is known to answer something else.
    """

    name: str
    run: Callable[[], Any]
    prepare: Callable[[], object] = nothing
    read: Callable[[Any], Any] = as_it_is
    agrees: bool = True


def race(contenders: Sequence[Contender], *, repeats: int, warm_ups: int = 1) -> dict[str, Spread]:
    """Run all of them in turns, and return the seconds of each.

    Raises
    ------
    DisagreementError
        If they do not answer the same.
    """
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    answers: dict[str, Any] = {}
    with _without_gc():
        for turn in range(warm_ups + repeats):
            for contender in contenders:
                if _is_enough(seconds[contender.name]):
                    continue
                contender.prepare()
                taken, answer = timed(contender.run)
                if contender.agrees:
                    answers[contender.name] = contender.read(answer)
                if turn >= warm_ups:
                    seconds[contender.name].append(taken)
            _require_agreement(answers)
    return {name: Spread(tuple(taken)) for name, taken in seconds.items()}


def _is_enough(turns: Sequence[float]) -> bool:
    return len(turns) >= ENOUGH_TURNS and sum(turns) > ENOUGH_SECONDS


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Run something once, and return its seconds and its result."""
    began = perf_counter()
    answer = run()
    return perf_counter() - began, answer


def _require_agreement(answers: dict[str, Any]) -> None:
    named = iter(answers.items())
    first, expected = next(named, ("", None))
    for name, answer in named:
        if answer != expected:
            raise DisagreementError(first, name)


@contextmanager
def _without_gc() -> Iterator[None]:
    """Keep the garbage collector from falling on whoever's turn it happens to be."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
