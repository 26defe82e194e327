"""Diagnosis of a period beyond its ratio: findings as values, which others put into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.retention import OutsideCohort, Retention

GRR_FLOOR = Fraction(90, 100)  # below it, keeping accounts comes before selling them more
MASKING_GAP = Fraction(15, 100)  # of NRR over GRR
CAUTION_ABOVE = Fraction(150, 100)  # of NRR


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """Expansion hides losses: ``gap`` is NRR less GRR, ``gap_minor`` the same in money."""

    nrr: Fraction
    grr: Fraction
    gap: Fraction
    gap_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyBucket:
    """The base shrinks: ``needed_minor`` of MRR has to be won elsewhere to stand still."""

    needed_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """All MRR grew while the base shrank: MRR won outside it replaced its losses."""

    growth_minor: int
    won_minor: int
    lost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Churn against contraction, in minor units; together they are above zero."""

    churn_minor: int
    contraction_minor: int

    @property
    def churn_share(self) -> Fraction:
        """Share of the losses that left altogether."""
        return Fraction(self.churn_minor, self.churn_minor + self.contraction_minor)

    @property
    def contraction_share(self) -> Fraction:
        """Share of the losses that stayed and pay less."""
        return 1 - self.churn_share


@dataclass(frozen=True, slots=True, kw_only=True)
class LossesFirst:
    """GRR is below its floor: losses are the lever to pull before expansion."""

    grr: Fraction
    floor: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """NRR is so high that the base may be small or was underpriced.

    ``top_share`` is the largest account's share of opening MRR, ``doubled_share`` the share of
    accounts that pay at least twice as much as before.
    """

    accounts: int
    top_share: Fraction
    doubled_share: Fraction


Finding = Masking | LeakyBucket | Replacement | Losses | LossesFirst | Caution


def diagnose(
    retention: Retention, outside: OutsideCohort, *, floor: Fraction = GRR_FLOOR
) -> tuple[Finding, ...]:
    """Diagnose a period: its findings, the most urgent first.

    Parameters
    ----------
    retention, outside
        The opening base, and who paid only at the close, of the same accounts.
    floor : Fraction
        GRR below it is too low.

    Returns
    -------
    tuple of Finding
        None about an empty base. Thresholds are compared exactly.

    References
    ----------
    docs/definitions.md, section "Diagnosis lines".

    Examples
    --------
    >>> half = Retention(
    ...     accounts_opening=2,
    ...     accounts_retained=1,
    ...     opening=200,
    ...     expansion=0,
    ...     contraction=0,
    ...     churn=100,
    ... )
    >>> diagnose(half, OutsideCohort())[0]
    LossesFirst(grr=Fraction(1, 2), floor=Fraction(9, 10))
    """
    found = (
        losses_first(retention, floor=floor),
        masking(retention, floor=floor),
        _leaky_bucket(retention),
        _replacement(retention, outside),
        _losses(retention),
    )
    return tuple(finding for finding in found if finding is not None)


def losses_first(retention: Retention, *, floor: Fraction = GRR_FLOOR) -> LossesFirst | None:
    """Find a GRR below its floor."""
    if retention.grr is None or retention.grr >= floor:
        return None
    return LossesFirst(grr=retention.grr, floor=floor)


def masking(retention: Retention, *, floor: Fraction = GRR_FLOOR) -> Masking | None:
    """Find expansion that hides losses: a low GRR under an NRR of 100 %, or a wide gap."""
    nrr, grr = retention.nrr, retention.grr
    if nrr is None or grr is None or grr == 1:  # without a loss nothing is hidden
        return None
    gap = nrr - grr
    if gap < MASKING_GAP and (nrr < 1 or grr >= floor):
        return None
    return Masking(nrr=nrr, grr=grr, gap=gap, gap_minor=retention.expansion)


def needs_caution(retention: Retention) -> bool:
    """Tell whether NRR is above 150 %: then `caution` measures the accounts behind it."""
    return retention.nrr is not None and retention.nrr > CAUTION_ABOVE


def caution(members: Sequence[tuple[int, int]]) -> Caution:
    """Measure how few accounts an NRR above 150 % may rest on.

    Parameters
    ----------
    members : sequence of (opening, closing)
        MRR of each account of the opening base, in minor units; never empty.
    """
    largest = max(opening for opening, _ in members)
    doubled = sum(closing >= 2 * opening for opening, closing in members)
    return Caution(
        accounts=len(members),
        top_share=Fraction(largest, sum(opening for opening, _ in members)),
        doubled_share=Fraction(doubled, len(members)),
    )


def _leaky_bucket(retention: Retention) -> LeakyBucket | None:
    needed = retention.opening - retention.closing
    return LeakyBucket(needed_minor=needed) if needed > 0 else None


def _replacement(retention: Retention, outside: OutsideCohort) -> Replacement | None:
    won, lost = outside.total, retention.opening - retention.closing
    if not 0 < lost < won:  # a base that grew, or one that pulled all MRR down with it
        return None
    return Replacement(growth_minor=won - lost, won_minor=won, lost_minor=lost)


def _losses(retention: Retention) -> Losses | None:
    if not retention.contraction + retention.churn:
        return None
    return Losses(churn_minor=retention.churn, contraction_minor=retention.contraction)
