"""The period against the one before: what moved the whole by half a point, and where."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from metrics.change import SegmentChange
from metrics.findings.finding import LARGE, MOVED, Finding, FindingKind, Force, GroupCourse
from metrics.findings.two_periods import SplitPeriods, TwoPeriods
from metrics.retention import OutsideCohort, Retention

FEW = 10  # accounts: in a smaller base, one of them makes the change


def find_move(
    whole: GroupCourse,
    segments: Sequence[GroupCourse],
    outside: tuple[OutsideCohort | None, OutsideCohort | None],
) -> Finding | None:
    """Find what the period did against the one before it.

    Parameters
    ----------
    whole, segments
        Disjoint segments; those that must not be shown are left out.
    outside : (OutsideCohort or None, OutsideCohort or None)
        Who paid only at the close, of the period before and of this one; None where that must not
        be shown.

    Returns
    -------
    Finding, optional
        None where there is no period before to compare with.
    """
    now, was = whole.now, whole.before
    if now.nrr is None:
        return Finding(kind=FindingKind.NO_BASE, points=Fraction(), now=now)
    pair = TwoPeriods(before=was, now=now) if was is not None and was.opening else None
    if now.accounts_opening < FEW:
        return _too_small(now, pair)
    if pair is None:
        return None
    sides = {
        part.value or "": (part.before, part.now)
        for part in segments
        if part.before or part.now.opening  # some have been gone for longer
    }
    split = SplitPeriods(whole=pair, segments=sides)
    moved = find_mix(split) or (_moved(split) if abs(pair.change) >= MOVED else _offset(split))
    told = [finding for finding in (moved, _win_backs(now, *outside)) if finding is not None]
    return max(told, key=lambda finding: abs(finding.points), default=_quiet(split))


def find_mix(split: SplitPeriods) -> Finding | None:
    """Find a change of half a point or more that is the mix of segments for the most part."""
    change = split.change
    if change is None or abs(change.total) < MOVED or not _is_most(change.mix, of=change.total):
        return None
    sign = 1 if change.total > 0 else -1
    most = max(split.parts, key=lambda part: (sign * part.mix, part.value))
    return _in_segment(FindingKind.MIX, split, most.value, change.mix, force=Force.MIX)


def _quiet(split: SplitPeriods) -> Finding:
    """Tell that the whole did not move, with the one segment that did, if any did by itself."""
    whole = split.whole
    own = [part for part in split.parts if _moved_by_itself(split, part)]
    if own and len(split.segments) > 1:
        most = max(own, key=lambda part: (abs(part.rate), part.value))
        found = _in_segment(FindingKind.QUIET, split, most.value, most.rate)
        return replace(found, points=whole.change)
    return Finding(kind=FindingKind.QUIET, points=whole.change, now=whole.now, was=whole.before)


def _moved_by_itself(split: SplitPeriods, part: SegmentChange) -> bool:
    is_own = abs(part.own_change or Fraction()) >= LARGE and 2 * abs(part.rate) >= MOVED
    return is_own and split.of(part.value).now.accounts_opening >= FEW


def _too_small(now: Retention, pair: TwoPeriods | None) -> Finding:
    change = pair.change if pair else Fraction()
    return Finding(
        kind=FindingKind.TOO_SMALL,
        points=change,
        force=pair.force_towards(1 if change > 0 else -1) if pair else None,
        now=now,
        was=pair.before if pair else None,
    )


def _moved(split: SplitPeriods) -> Finding:
    whole, total = split.whole, split.whole.change
    sign = 1 if total > 0 else -1
    most = max(split.opened, key=lambda part: (sign * part.rate, part.value), default=None)
    if most is not None and len(split.segments) > 1 and _is_most(most.rate, of=total):
        return _in_segment(FindingKind.MOVE, split, most.value, most.rate)
    return Finding(
        kind=FindingKind.MOVE,
        points=total,
        force=whole.force_towards(sign),
        now=whole.now,
        was=whole.before,
    )


def _offset(split: SplitPeriods) -> Finding | None:
    """Find a loss of a whole point that something else made up for."""
    whole = split.whole
    force = whole.force_towards(-1)
    lowest = min(split.opened, key=lambda part: (part.rate, part.value), default=None)
    if lowest is not None and lowest.rate <= min(-LARGE, whole.forces[force]):
        found = _in_segment(FindingKind.OFFSET, split, lowest.value, lowest.rate)
        return replace(found, points=lowest.rate)
    if whole.forces[force] > -LARGE:
        return None
    return Finding(
        kind=FindingKind.OFFSET,
        points=whole.forces[force],
        force=force,
        now=whole.now,
        was=whole.before,
    )


def _in_segment(
    kind: FindingKind,
    split: SplitPeriods,
    value: str,
    part: Fraction,
    *,
    force: Force | None = None,
) -> Finding:
    pair = split.of(value)
    return Finding(
        kind=kind,
        points=split.whole.change,
        segment=value,
        force=force or pair.force_towards(1 if part > 0 else -1),
        now=pair.now,
        was=pair.before,
        place=split.place(value, part),
    )


def _win_backs(
    now: Retention, before: OutsideCohort | None, outside: OutsideCohort | None
) -> Finding | None:
    if before is None or outside is None:
        return None
    # Some come back in every period: told is what is half a point more than before.
    points = Fraction(outside.returning - before.returning, now.opening)
    if points < MOVED:
        return None
    return Finding(kind=FindingKind.WIN_BACKS, points=points, now=now, won_minor=outside.returning)


def _is_most(part: Fraction, *, of: Fraction) -> bool:
    return part * of > 0 and 2 * abs(part) >= abs(of)
