"""Diagnosis of twelve months beyond their ratio: findings as values, which others put into words.

Every level is one of twelve months: a month that keeps 97 % keeps 69 % a year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.retention import OutsideCohort, Retention

GRR_FLOOR = Fraction(90, 100)  # below it, keeping accounts comes before selling them more
SLIPPING_BY = Fraction(2, 100)  # of GRR in a year
CAUTION_ABOVE = Fraction(150, 100)  # of NRR


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """Expansion hides losses: ``gap_minor`` is the expansion that lies between the ratios."""

    nrr: Fraction
    grr: Fraction
    gap_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slipping:
    """GRR fell within a year in which NRR did not: more is sold to make up for more losses."""

    nrr: Fraction
    nrr_before: Fraction
    grr: Fraction
    grr_before: Fraction


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
    opening_minor: int

    @property
    def churn_share(self) -> Fraction:
        """Share of the losses that left altogether."""
        return Fraction(self.churn_minor, self.churn_minor + self.contraction_minor)

    @property
    def contraction_share(self) -> Fraction:
        """Share of the losses that stayed and pay less."""
        return 1 - self.churn_share

    @property
    def share_of_opening(self) -> Fraction:
        """Both as a share of opening MRR."""
        return Fraction(self.churn_minor + self.contraction_minor, self.opening_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossesFirst:
    """GRR is below its floor: losses are the lever to pull before expansion."""

    grr: Fraction
    floor: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """NRR is so high that the base may be small or was underpriced.

    ``top_share`` is the largest account's share of opening MRR, None for whoever may not see single
    accounts; ``doubled_share`` is the share of accounts that pay at least twice as much as before.
    """

    accounts: int
    top_share: Fraction | None
    doubled_share: Fraction


Finding = Masking | Slipping | LeakyBucket | Replacement | Losses | LossesFirst | Caution


def diagnose(
    year: Retention,
    outside: OutsideCohort | None,
    *,
    year_before: Retention | None = None,
    floor: Fraction = GRR_FLOOR,
) -> tuple[Finding, ...]:
    """Diagnose twelve months: the findings, the most urgent first.

    Parameters
    ----------
    year, outside
        The opening base over twelve months, and who paid only at their close, of the same accounts;
        None where that must not be shown.
    year_before : Retention, optional
        Of the twelve months before; None where the ledger does not reach back so far.
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
        losses_first(year, floor=floor),
        masking(year, floor=floor),
        slipping(year, year_before),
        _leaky_bucket(year),
        _replacement(year, outside),
        losses_of(year),
    )
    return tuple(finding for finding in found if finding is not None)


def losses_first(year: Retention, *, floor: Fraction = GRR_FLOOR) -> LossesFirst | None:
    """Find a GRR of twelve months below its floor."""
    if year.grr is None or year.grr >= floor:
        return None
    return LossesFirst(grr=year.grr, floor=floor)


def masking(year: Retention, *, floor: Fraction = GRR_FLOOR) -> Masking | None:
    """Find expansion that hides the losses of twelve months: an NRR of 100 % over a low GRR.

    A wide gap over a GRR above its floor hides nothing: that is expansion.
    """
    nrr, grr = year.nrr, year.grr
    if nrr is None or grr is None or nrr < 1 or grr > floor:
        return None
    return Masking(nrr=nrr, grr=grr, gap_minor=year.expansion)


def slipping(year: Retention, year_before: Retention | None) -> Slipping | None:
    """Find a GRR of twelve months that fell by two points in a year while NRR did not fall."""
    if year_before is None:
        return None
    nrr, grr, nrr_before, grr_before = year.nrr, year.grr, year_before.nrr, year_before.grr
    if nrr is None or grr is None or nrr_before is None or grr_before is None:
        return None
    if nrr < nrr_before or grr_before - grr < SLIPPING_BY:
        return None
    return Slipping(nrr=nrr, nrr_before=nrr_before, grr=grr, grr_before=grr_before)


def losses_of(retention: Retention) -> Losses | None:
    """Split what any period lost into churn and contraction; None where nothing was lost."""
    if not retention.contraction + retention.churn:
        return None
    return Losses(
        churn_minor=retention.churn,
        contraction_minor=retention.contraction,
        opening_minor=retention.opening,
    )


def needs_caution(year: Retention) -> bool:
    """Tell whether NRR of twelve months is above 150 %: then `caution` says what it rests on."""
    return year.nrr is not None and year.nrr > CAUTION_ABOVE


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


def _replacement(retention: Retention, outside: OutsideCohort | None) -> Replacement | None:
    if outside is None:
        return None
    won, lost = outside.total, retention.opening - retention.closing
    if not 0 < lost < won:  # a base that grew, or one that pulled all MRR down with it
        return None
    return Replacement(growth_minor=won - lost, won_minor=won, lost_minor=lost)
