"""Quadrant of GRR and NRR over twelve months: whether a base keeps its revenue, and grows it."""

from enum import StrEnum

from metrics.benchmarks.tables import HEALTHY_GRR, HEALTHY_NRR
from metrics.retention import Retention


class Quadrant(StrEnum):
    """The four combinations of a GRR and an NRR that are strong, or not."""

    KEEPS_AND_GROWS = "keeps and grows"
    KEEPS = "keeps"
    GROWS_OVER_LOSSES = "grows over losses"
    LOSES = "loses"


def quadrant_of(year: Retention) -> Quadrant | None:
    """Place twelve months by a GRR of 90 % and an NRR of 110 %, both included; None without base.

    References
    ----------
    The sales-led guide: "strong GRR (90-97%) ... and high NRR (110%+)".
    """
    nrr, grr = year.nrr, year.grr
    if nrr is None or grr is None:
        return None
    is_kept, is_grown = grr >= HEALTHY_GRR.low, nrr >= HEALTHY_NRR.low
    if is_kept:
        return Quadrant.KEEPS_AND_GROWS if is_grown else Quadrant.KEEPS
    return Quadrant.GROWS_OVER_LOSSES if is_grown else Quadrant.LOSES
