"""Segments that lie far apart at two quarter ends, with those quarters."""

from dataclasses import dataclass
from datetime import date

from metrics.benchmarks.tiers import TiersApart


@dataclass(frozen=True, slots=True, kw_only=True)
class TierReview:
    """Two segments more than 15 points of 12-month NRR apart at the ends of two quarters in a row.

    ``ends`` are the first days after those quarters, the earlier first.
    """

    apart: TiersApart
    ends: tuple[date, date]
