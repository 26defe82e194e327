"""Made-up histories of monthly NRR: healthy ones, and ones that fall for good."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BEFORE = 12
"""Months that a baseline is taken from; nothing is counted in them."""

WATCHED = 24
FALL = 400
"""Four points, in the hundredths of a point that histories are counted in."""

History = npt.NDArray[np.int64]
"""NRR by month in hundredths of a point, the oldest first: 10200 is 102 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Independent normal months around a level; ``deviation`` is in points."""

    level: int
    deviation: float
    falls: bool = False

    @property
    def name(self) -> str:
        """What readers call it: ``102 %``, or ``102 → 98 %``."""
        return f"{self.level} → {self.level - FALL // 100} %" if self.falls else f"{self.level} %"


def histories(case: Case, count: int, *, seed: int) -> Iterator[History]:
    """Yield so many histories; the same seed gives the same ones, before a fall and without it."""
    random = np.random.default_rng([seed, round(case.deviation * 100)])
    for _ in range(count):
        noise = random.normal(0, case.deviation * 100, BEFORE + WATCHED)
        months = case.level * 100 + np.rint(noise).astype(np.int64)
        if case.falls:
            months[BEFORE:] -= FALL
        yield months
