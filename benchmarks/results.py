"""What a check found: ours, the alternative, and whether the target is met."""

from dataclasses import dataclass
from enum import StrEnum, unique

from benchmarks.timing import Spread


@unique
class Unit(StrEnum):
    """What a spread's values are in."""

    SECONDS = "s"
    MEBIBYTES = "MiB"
    ROWS_PER_SECOND = "rows/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked for, in words, and whether it is met; None is a figure without a target."""

    words: str = ""
    is_met: bool | None = None


NO_TARGET = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row of the table.

    Attributes
    ----------
    check : str
        What was measured; the key of `benchmarks.reasons`.
    engine : str
        The database, empty where there is none.
    theirs : Spread, optional
        The same of ``alternative``.
    ratio : str
        How ours compares with it, in words.
    note : str
        What a reader needs to know besides.
    others : float, optional
        The share of all cores that other work took just before.
    """

    check: str
    accounts: int
    engine: str
    ours: Spread
    unit: Unit = Unit.SECONDS
    alternative: str = ""
    theirs: Spread | None = None
    ratio: str = ""
    target: Target = NO_TARGET
    note: str = ""
    others: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one period costs one contender at one size, for the picture; in seconds."""

    contender: str
    accounts: int
    seconds: float


def faster(ours: Spread, theirs: Spread) -> str:
    """Return in words how ours compares, where it should be quicker."""
    ratio = theirs.median / ours.median
    return f"{_times(ratio)} faster" if ratio >= 1 else f"{_times(1 / ratio)} slower"


def as_long(ours: Spread, theirs: Spread) -> str:
    """Return in words how ours compares, where it cannot be quicker."""
    return f"{ours.median / theirs.median:.3g} times as long"


def at_least(times: float, ours: Spread, theirs: Spread) -> Target:
    """Return whether ours is so many times quicker."""
    return Target(words=f"≥ {times:g} times faster", is_met=theirs.median >= times * ours.median)


def at_most(times: float, ours: Spread, theirs: Spread) -> Target:
    """Return whether ours takes at most so many times as long."""
    return Target(words=f"≤ {times:g} times as long", is_met=ours.median <= times * theirs.median)


def within(seconds: float, ours: Spread) -> Target:
    """Return whether ours stays under a limit."""
    words = f"≤ {seconds * 1000:g} ms" if seconds < 1 else f"< {seconds:g} s"
    return Target(words=words, is_met=ours.median <= seconds)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 1_000 else f"{ratio:.3g} times"  # noqa: PLR2004 - no power of ten
