"""Changes that the terms of an account come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from metrics.contracts.terms import Position
from metrics.drivers import KnownDriver


class TermChange(NamedTuple):
    """A change of one position's MRR on a day, in signed minor units; ``number`` is a term's."""

    day: date
    position: Position
    amount_minor: int
    driver: KnownDriver | None
    number: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Changes of an account's MRR by position and day, and how its terms were renewed by today.

    Parameters
    ----------
    renewed, renewed_alike : int
        Terms that another one joined or that renewed themselves, and those of them of which the
        MRR stayed what it was.
    unpriced : sequence of int
        Terms of a price for the whole that have no end, not even that of what they amend.
    late : sequence of int
        Terms without an end of their own that begin after that of what they amend.
    """

    changes: Sequence[TermChange] = ()
    renewed: int = 0
    renewed_alike: int = 0
    unpriced: Sequence[int] = ()
    late: Sequence[int] = ()
