"""Stripe's objects as they are sent: plain JSON, whose moments are seconds and read in UTC."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Protocol

from metrics.listing import few_of

_NAMED = 3
Json = Mapping[str, Any]
"""One of Stripe's objects."""
SECONDS_OF_A_DAY = 86_400
_ONE_DAY = timedelta(days=1)


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


class Catalogue(Protocol):
    """Objects that others only name: None where Stripe does not show one any more.

    ``untold`` counts what does not say what is needed of it: it is left out, and the rest goes on.
    """

    @property
    def untold(self) -> Untold:
        """Objects that Stripe tells too little of."""
        ...

    def price(self, key: str) -> Json | None:
        """Find a price, with its tiers and amounts in other currencies."""
        ...

    def product(self, key: str) -> Json | None:
        """Find a product."""
        ...

    def coupon(self, key: str) -> Json | None:
        """Find a coupon, with the products that it applies to."""
        ...

    def discount(self, key: str) -> Json | None:
        """Find a discount: a coupon on a subscription, an item or a customer."""
        ...

    def customer(self, key: str) -> Json | None:
        """Find a customer."""
        ...


def day_of(moment: int) -> date:
    """Take the day of a moment."""
    return datetime.fromtimestamp(moment, UTC).date()


def day_before(moment: int) -> date:
    """Take the last day of what ends at a moment."""
    return day_of(moment) - _ONE_DAY


def key_of(one: object) -> str:
    """Take the id of an object, or of what names it; empty without."""
    if isinstance(one, Mapping):
        return str(one.get("id") or "")
    return "" if one is None else str(one)


def exact(number: object) -> Fraction | None:
    """Read a number as it is written; None where there is none."""
    return None if number is None else Fraction(str(number))


def listed(one: object) -> tuple[Any, ...]:
    """Take what a list holds, Stripe's own lists included."""
    if isinstance(one, Mapping):
        one = one.get("data")
    return tuple(one) if isinstance(one, list | tuple) else ()


def inner(one: Json, *path: str) -> Any:  # noqa: ANN401 - any JSON
    """Follow a path of fields; None where it ends early."""
    found: Any = one
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
