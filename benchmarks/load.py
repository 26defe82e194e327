"""What else the machine does: looked at while the benchmark itself waits."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

LOOK_SECONDS = 0.5
QUIET = 0.10
"""Of all cores: what an idle machine's own services take stays below."""
_IDLE = slice(3, 5)  # of /proc/stat's first line: idle, and waiting for a disk


@dataclass(frozen=True, slots=True)
class Load:
    """The share of all cores that other work took, at every look."""

    shares: list[float] = field(default_factory=list)

    def look(self) -> float:
        """Look once more, and return what is taken now."""
        before = _ticks()
        time.sleep(LOOK_SECONDS)
        idle, total = (after - then for after, then in zip(_ticks(), before, strict=True))
        self.shares.append(1 - idle / total if total else 0.0)
        return self.shares[-1]

    def in_words(self) -> str:
        """Tell a reader whether the machine was quiet."""
        if not self.shares:
            return "What else the machine did was not looked at."
        middle, most = f"{median(self.shares):.0%}", f"{max(self.shares):.0%}"
        seen = f"other work took {middle} of the cores, at most {most}"
        if max(self.shares) <= QUIET:
            return f"A quiet machine: {seen}."
        return (
            f"A busy machine: {seen} (looked at before each check, see the last column)."
            " Times are too long by that, so a target in milliseconds or rows a second may be"
            " missed for it; contenders took turns, so ratios hold."
        )


def _ticks() -> tuple[int, int]:
    """Return how much time all cores have been idle, and how much there was."""
    line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    ticks = [int(cell) for cell in line.split()[1:9]]
    return sum(ticks[_IDLE]), sum(ticks)
