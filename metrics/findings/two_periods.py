"""A whole and its segments in two periods, and what of their change is whose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from metrics.change import Change, SegmentChange, explain
from metrics.findings.finding import Force, InWhole
from metrics.retention import NOTHING, Retention

_REST = ""
"""The name of what is left of the whole beside the segments that are shown."""
_SIGNS = {Force.EXPANSION: 1, Force.CONTRACTION: -1, Force.CHURN: -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPeriods:
    """One group before and now."""

    before: Retention
    now: Retention

    @property
    def change(self) -> Fraction:
        """NRR now less NRR before; zero where either is undefined."""
        if self.now.nrr is None or self.before.nrr is None:
            return Fraction()
        return self.now.nrr - self.before.nrr

    @property
    def forces(self) -> dict[Force, Fraction]:
        """The change of NRR by what moved it; the parts add up to it exactly."""
        return {
            force: sign * (rate_of(self.now, force) - rate_of(self.before, force))
            for force, sign in _SIGNS.items()
        }

    def force_towards(self, sign: int) -> Force:
        """Find what moved NRR the most, up for a sign above zero and down for one below."""
        forces = self.forces
        return max(forces, key=lambda force: sign * forces[force])


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class SplitPeriods:
    """A whole in two periods, and its segments as far as they are shown.

    A segment is None on a side where it has no opening MRR, or must not be shown.
    """

    whole: TwoPeriods
    segments: Mapping[str, tuple[Retention | None, Retention | None]]

    @cached_property
    def change(self) -> Change | None:
        """The change by segment, those that are not shown as one; None without segments."""
        if not self.segments:
            return None
        named = self.segments
        for at, whole in enumerate((self.whole.before, self.whole.now)):
            # With some hidden on a side, a segment that is not there may be one of them.
            if sum(part.opening for part in _side(named, at).values()) != whole.opening:
                named = {value: both for value, both in named.items() if both[at] is not None}
        before, now = _side(named, 0), _side(named, 1)
        return explain(_with_rest(self.whole.before, before), _with_rest(self.whole.now, now))

    @property
    def parts(self) -> tuple[SegmentChange, ...]:
        """The parts of the change that are a segment's."""
        change = self.change
        return tuple(part for part in change.segments if part.value != _REST) if change else ()

    @property
    def opened(self) -> tuple[SegmentChange, ...]:
        """The parts of segments that opened with MRR now; others have no NRR that could move."""
        return tuple(part for part in self.parts if self.of(part.value).now.opening)

    def of(self, value: str) -> TwoPeriods:
        """Return a segment in the two periods, nothing on the side where it is not."""
        before, now = self.segments[value]
        return TwoPeriods(before=before or NOTHING, now=now or NOTHING)

    def place(self, value: str, part: Fraction) -> InWhole:
        """Place a segment, which has a part of the change, in the whole."""
        pair = self.of(value)
        return InWhole(
            part=part,
            weight_before=Fraction(pair.before.opening, self.whole.before.opening or 1),
            weight_now=Fraction(pair.now.opening, self.whole.now.opening or 1),
            is_reversed=self.change is not None and self.change.is_reversed,
        )


def rate_of(group: Retention, force: Force) -> Fraction:
    """Measure expansion, contraction or churn as a share of opening MRR, never below zero."""
    return group.share_of_opening(amount_of(group, force)) or Fraction()


def amount_of(group: Retention, force: Force) -> int:
    """Pick the amount of expansion, contraction or churn, in minor units."""
    amounts = {
        Force.EXPANSION: group.expansion,
        Force.CONTRACTION: group.contraction,
        Force.CHURN: group.churn,
    }
    return amounts[force]


def _side(
    segments: Mapping[str, tuple[Retention | None, Retention | None]], at: int
) -> dict[str, Retention]:
    sides = {value: both[at] for value, both in segments.items()}
    return {value: side for value, side in sides.items() if side is not None}


def _with_rest(whole: Retention, parts: Mapping[str, Retention]) -> dict[str, Retention]:
    shown = sum(parts.values(), NOTHING)
    # Of products all opening MRR is shown, though accounts are in several of them.
    if shown.opening == whole.opening:
        return dict(parts)
    return {**parts, _REST: _net(whole.opening - shown.opening, whole.closing - shown.closing)}


def _net(opening: int, closing: int) -> Retention:
    """Make a group of which only NRR is known."""
    grown = closing - opening
    return replace(
        NOTHING,
        accounts_opening=1,
        accounts_retained=1,
        opening=opening,
        expansion=max(0, grown),
        contraction=max(0, -grown),
    )
