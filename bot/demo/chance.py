"""Dice of the demo company: every event in it comes from one seed."""

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Final, TypeVar

CERTAIN: Final = 10_000
"""Chances are counted per this many."""

_T = TypeVar("_T")


def seeded(seed: int) -> Random:
    """Return the one source of chance of a company; the same everywhere for the same seed."""
    return Random(seed)  # noqa: S311 - a believable company, not a secret


def happens(random: Random, chance: int) -> bool:
    """Whether something with a ``chance`` per 10,000 happens this time."""
    return random.randrange(CERTAIN) < chance


def pick(random: Random, weighted: tuple[tuple[_T, int], ...]) -> _T:
    """Return one of the values, each as likely as its weight."""
    ceilings = list(accumulate(weight for _, weight in weighted))
    value, _ = weighted[bisect(ceilings, random.randrange(ceilings[-1]))]
    return value


class Fate:
    """Dice for one kind of event, which happens about as often as its chances add up to."""

    # With independent dice two unlucky churns would halve the growth of a segment of 150 accounts,
    # and only some seeds gave a believable company. Here gaps vary by half, their number hardly.

    def __init__(self, random: Random) -> None:
        self._random = random
        self._left = random.randrange(CERTAIN)

    def strikes(self, chance: int) -> bool:
        """Whether the event happens this time to an account with a ``chance`` per 10,000."""
        self._left -= chance
        if self._left >= 0:
            return False
        self._left += CERTAIN // 2 + self._random.randrange(CERTAIN)
        return True
