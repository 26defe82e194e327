"""Segments that lie far apart at two quarter ends, with those quarters."""

from dataclasses import dataclass

from metrics.benchmarks.tiers import TiersApart
from metrics.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class TierReview:
    """Two segments more than 15 points of 12-month NRR apart at the ends of two quarters in a row.

    ``quarters`` are those, the earlier first.
    """

    apart: TiersApart
    quarters: tuple[Period, Period]
