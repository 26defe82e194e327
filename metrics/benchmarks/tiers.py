"""Segments whose NRR over twelve months lies far apart, quarter after quarter."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from metrics.retention import Retention

FAR_APART = Fraction(15, 100)
FEWEST = 10
"""Accounts: a smaller segment is too small to read a trend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TiersApart:
    """Two segments that lie more than 15 points of NRR apart at two quarter ends.

    Retentions are those to the later one; weights are shares of all opening MRR then.
    """

    higher: str
    lower: str
    of_higher: Retention
    of_lower: Retention
    weight_higher: Fraction
    weight_lower: Fraction


def tiers_apart(
    earlier: Mapping[str, Retention], later: Mapping[str, Retention], *, opening: int
) -> TiersApart | None:
    """Find the segments that lie the farthest apart at the later quarter end; None where none do.

    Parameters
    ----------
    earlier, later : mapping of str to Retention
        Twelve months by segment, to the ends of two quarters in a row.
    opening : int
        All opening MRR of the later ones, in minor units.
    """
    large = [
        name
        for name in later
        if min(one.accounts_opening for one in (later[name], earlier.get(name, later[name])))
        >= FEWEST
        and name in earlier
    ]
    apart = [
        (higher, lower)
        for higher, lower in permutations(large, 2)
        if all(_gap(each[higher], each[lower]) > FAR_APART for each in (earlier, later))
    ]
    if not apart:
        return None
    higher, lower = max(apart, key=lambda pair: (_gap(later[pair[0]], later[pair[1]]), pair))
    return TiersApart(
        higher=higher,
        lower=lower,
        of_higher=later[higher],
        of_lower=later[lower],
        weight_higher=Fraction(later[higher].opening, opening),
        weight_lower=Fraction(later[lower].opening, opening),
    )


def _gap(one: Retention, other: Retention) -> Fraction:
    return (one.nrr or Fraction()) - (other.nrr or Fraction())
