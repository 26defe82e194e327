"""Twelve months: the segment that leaks, or else what the levels of the whole say.

Every level is one of twelve months: a month that keeps 97 % keeps 69 % a year.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from metrics.findings.finding import MOVED, Finding, FindingKind, Force, GroupCourse, InWhole
from metrics.findings.moves import FEW, find_mix
from metrics.findings.two_periods import SplitPeriods, TwoPeriods
from metrics.retention import NOTHING, Retention

GRR_FLOOR = Fraction(90, 100)  # below it, keeping accounts comes before selling them more
SLIPPING_BY = Fraction(2, 100)  # of GRR in a year
CAUTION_ABOVE = Fraction(150, 100)  # of NRR
WIDE_GAP = Fraction(15, 100)  # between NRR and GRR
STRONG_NRR = Fraction(110, 100)


def find_year(whole: GroupCourse, segments: Sequence[GroupCourse]) -> Finding | None:
    """Find what twelve months say; thresholds are compared exactly.

    Parameters
    ----------
    whole, segments
        Disjoint segments; those that must not be shown are left out.

    Returns
    -------
    Finding, optional
        None where the ledger has no twelve months, or they began with too few accounts.
    """
    year = whole.year
    if year is None or year.nrr is None or year.grr is None or year.accounts_opening < FEW:
        return None
    kind, points = _level(year, whole.year_ago)
    level = Finding(kind=kind, points=points, now=year, was=whole.year_ago)
    if kind is FindingKind.ABOVE_150:
        return level
    return max(_in_segments(whole, segments), key=_cost_by_now, default=level)


def is_masking(year: Retention) -> bool:
    """Tell whether expansion hides losses: an NRR of 100 % or more over a low GRR.

    A wide gap over a GRR above its floor hides nothing: that is expansion.
    """
    nrr, grr = year.nrr, year.grr
    return nrr is not None and grr is not None and nrr >= 1 and grr <= GRR_FLOOR


def _in_segments(whole: GroupCourse, segments: Sequence[GroupCourse]) -> Iterator[Finding]:
    year, year_ago = whole.year or NOTHING, whole.year_ago
    yield from filter(None, (_leak(whole, part) for part in segments))
    if year_ago is not None and year_ago.opening:
        sides = {part.value or "": (part.year_ago, part.year) for part in segments}
        pair = TwoPeriods(before=year_ago, now=year)
        if mix := find_mix(SplitPeriods(whole=pair, segments=sides)):
            yield mix


def _cost_by_now(finding: Finding) -> Fraction:
    """Weigh what a leak costs by the share of opening MRR that its segment has had since."""
    cost, place = abs(finding.points), finding.place
    if finding.kind is not FindingKind.LEAK or place is None:
        return cost
    return cost * place.weight_now / place.weight_before


def _leak(course: GroupCourse, part: GroupCourse) -> Finding | None:
    """Find a segment that shrinks, and holds the whole half a point below all others."""
    year, whole = part.year, course.year or NOTHING
    if year is None or whole.nrr is None or year.opening in {0, whole.opening}:
        return None
    cost = Fraction(year.closing - year.opening, whole.opening)
    others = Fraction(whole.closing - year.closing, whole.opening - year.opening)
    if cost > -MOVED or whole.nrr - others > -MOVED:
        return None
    weight = Fraction(year.opening, whole.opening)
    weight_now = Fraction(part.now.opening, course.now.opening or 1)
    place = InWhole(part=cost, weight_before=weight, weight_now=weight_now, is_reversed=False)
    return Finding(
        kind=FindingKind.LEAK,
        points=cost,
        segment=part.value,
        force=Force.CHURN if year.churn >= year.contraction else Force.CONTRACTION,
        now=year,
        was=part.year_ago,
        place=place,
    )


def _level(year: Retention, year_ago: Retention | None) -> tuple[FindingKind, Fraction]:
    nrr, grr = year.nrr or Fraction(), year.grr or Fraction()
    slipped = _slipped(year, year_ago)
    if nrr > CAUTION_ABOVE:
        return FindingKind.ABOVE_150, nrr - 1
    if is_masking(year):
        return FindingKind.MASKING, grr - 1
    if slipped is not None:
        return FindingKind.SLIPPING, slipped
    if nrr < 1:
        return FindingKind.LOSSES_FIRST if grr < GRR_FLOOR else FindingKind.LEAKY_BUCKET, nrr - 1
    if nrr >= STRONG_NRR and nrr - grr >= WIDE_GAP:
        return FindingKind.EXPANSION_LED, nrr - grr
    before = year_ago.nrr if year_ago else None
    return FindingKind.LEVEL, Fraction() if before is None else nrr - before


def _slipped(year: Retention, year_ago: Retention | None) -> Fraction | None:
    """Measure by how much GRR fell within a year in which NRR did not."""
    if year_ago is None or year_ago.nrr is None or year_ago.grr is None:
        return None
    pair = TwoPeriods(before=year_ago, now=year)
    fell = (year.grr or Fraction()) - year_ago.grr
    return fell if pair.change >= 0 and fell <= -SLIPPING_BY else None
