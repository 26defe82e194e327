"""Change of NRR between two periods, split into rates inside segments and the mix of segments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.retention import NOTHING, Retention

_HALF = Fraction(1, 2)


class Component(StrEnum):
    """Components of a change of an opening base; the value is the field of `Retention`."""

    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"

    def rate_of(self, retention: Retention) -> Fraction | None:
        """Measure it as a share of opening MRR, losses below zero; None without any."""
        amount: int = getattr(retention, self)
        return retention.share_of_opening(amount if self is Component.EXPANSION else -amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """Share of one segment in a change, as exact ratios: 0.01 is a point of the whole's NRR.

    ``by_component`` splits the rate: below zero where more was lost, or less was gained, than
    before.
    """

    value: str
    by_component: Mapping[Component, Fraction]
    mix: Fraction
    own_change: Fraction | None  # of its own NRR; None where it is on one side only

    @property
    def rate(self) -> Fraction:
        """Effect of its own ratio."""
        return sum(self.by_component.values(), Fraction())

    @property
    def total(self) -> Fraction:
        """Rate and mix together."""
        return self.rate + self.mix


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of NRR and its parts, which add up to it exactly; the lowest part comes first."""

    before: Fraction
    after: Fraction
    segments: tuple[SegmentChange, ...]

    @property
    def total(self) -> Fraction:
        """NRR afterwards less NRR before."""
        return self.after - self.before

    @property
    def rate(self) -> Fraction:
        """Effect of the segments' own ratios."""
        return _sum(one.rate for one in self.segments)

    @property
    def mix(self) -> Fraction:
        """Effect of segments that became a larger or smaller share of the base."""
        return _sum(one.mix for one in self.segments)

    @property
    def by_component(self) -> dict[Component, Fraction]:
        """The rate split by component; with the mix they add up to the total."""
        return {one: _sum(part.by_component[one] for part in self.segments) for one in Component}

    @property
    def is_reversed(self) -> bool:
        """Whether every segment moved against the whole: Simpson's paradox."""
        own = [one.own_change for one in self.segments]
        return bool(own) and all(move is not None and move * self.total < 0 for move in own)


def explain(before: Mapping[str, Retention], after: Mapping[str, Retention]) -> Change | None:
    """Split the change of a whole's NRR between two periods by its segments.

    Parameters
    ----------
    before, after : mapping of segment to Retention
        Segments that make up the whole, in each of the two periods: disjoint accounts, or the
        product lines of the same ones.

    Returns
    -------
    Change
        By the midpoint rule. A segment on one side only is all mix; a product line that was only
        sold to accounts that had others is all expansion. None where the whole has no opening MRR
        on one of the sides.

    References
    ----------
    docs/definitions.md, section "Explaining a change"; Kitagawa (1955).
    """
    whole = [sum(side.values(), NOTHING) for side in (before, after)]
    was, now = whole[0].nrr, whole[1].nrr
    if was is None or now is None:
        return None
    middle = _HALF * (was + now)  # mix is measured against it: a segment at the average adds none
    parts = [
        _part(value, before.get(value, NOTHING), after.get(value, NOTHING), whole, middle)
        for value in dict.fromkeys((*before, *after))
    ]
    lowest_first = sorted(parts, key=lambda one: (one.total, one.value))
    return Change(before=was, after=now, segments=tuple(lowest_first))


def _part(
    value: str, was: Retention, now: Retention, whole: list[Retention], middle: Fraction
) -> SegmentChange:
    earlier = was.nrr if was.nrr is not None else now.nrr
    later = now.nrr if now.nrr is not None else was.nrr
    rates = dict.fromkeys(Component, Fraction())
    # Nothing is a share of no opening MRR: what was sold then counts as it came to the whole.
    rates[Component.EXPANSION] = _added(now, whole[1]) - _added(was, whole[0])
    if earlier is None or later is None:  # no opening MRR on either side
        return SegmentChange(value=value, by_component=rates, mix=Fraction(), own_change=None)
    weight_before = Fraction(was.opening, whole[0].opening)
    weight_after = Fraction(now.opening, whole[1].opening)
    weight = _HALF * (weight_before + weight_after)
    for component in Component:
        rates[component] += weight * _moved(component, was, now)
    is_on_both = was.nrr is not None and now.nrr is not None
    return SegmentChange(
        value=value,
        by_component=rates,
        mix=(weight_after - weight_before) * (_HALF * (earlier + later) - middle),
        own_change=later - earlier if is_on_both else None,
    )


def _moved(component: Component, was: Retention, now: Retention) -> Fraction:
    before, after = component.rate_of(was), component.rate_of(now)
    return Fraction() if before is None or after is None else after - before


def _added(row: Retention, whole: Retention) -> Fraction:
    return Fraction() if row.opening else Fraction(row.closing, whole.opening)


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction())
