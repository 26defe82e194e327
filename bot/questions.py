"""Text to a question: a closed grammar over periods and the words of this ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.periods import Period
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks: which accounts, over which period, split by what.

    ``text`` is what was typed, normalised; it is never shown to others. ``in_arr`` asks for
    amounts as ARR, twelve times MRR.
    """

    text: str
    scope: Scope
    period: Period
    dimension: str | None = None
    in_arr: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The dimensions that this ledger has, each with the values that occur."""

    values: Mapping[str, tuple[str, ...]]
