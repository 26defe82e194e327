"""Objects that Stripe tells too little of: counted by reason, named once, skipped."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from metrics.listing import few_of

_NAMED = 3


class UntoldError(Exception):
    """One object does not say what is needed of it.

    Parameters
    ----------
    reason : str
        What is wrong with it, as the end of a sentence about one or several.
    key : str
        Its id.
    """

    def __init__(self, reason: str, key: str) -> None:
        super().__init__(reason, key)
        self.reason, self.key = reason, key


@dataclass(slots=True)
class Untold:
    """Ids of what could not be told, by reason: left out, or ``counted`` although in doubt."""

    by_reason: dict[str, dict[str, None]] = field(default_factory=dict)
    counted: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, error: UntoldError) -> None:
        """Count what an object does not say."""
        self.by_reason.setdefault(error.reason, {})[error.key] = None

    def doubt(self, reason: str, key: str) -> None:
        """Count what is taken as it stands, and may be less."""
        self.counted.setdefault(reason, {})[key] = None

    def sentences(self) -> Iterator[str]:
        """Yield one sentence for each reason, with the first ids."""
        for word, by_reason in (("Left out", self.by_reason), ("Counted in full", self.counted)):
            for reason, keys in by_reason.items():
                yield f"{word}: {reason} ({few_of([*keys], _NAMED)})."
