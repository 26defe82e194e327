"""The plain and slow reading of the definitions: every figure is worked out anew from all months.

Shares nothing with the engine but the rule. Months are numbered from 0; None is a month that
nothing can be said about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from metrics.alerts.rules import AlertRule, RuleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """NRR, GRR, and what the costliest account took, as ratios."""

    nrr: Fraction
    grr: Fraction
    cost: Fraction = Fraction()


Months = Sequence[Month | None]
Stands = tuple[str, int | None, int]
"""Inactive, pending or firing; the month it fired in; how many months have breached so far."""

Yard = tuple[Fraction, Fraction] | None


def replay(rule: AlertRule, months: Months) -> Stands:
    """Say how a rule stands after all months."""
    at = 0
    while at < len(months):
        begun = _next_breach(rule, months, at)
        if begun is None:
            return "inactive", None, 0
        yard = _yard(rule, months, begun)
        held = _held(rule, months, begun, yard)
        end = begun + held
        if held < rule.for_periods:
            if all(month is None for month in months[end:]):
                return "pending", None, held
            at = end
            continue
        recovered = _next_recovery(rule, months, begun, end)
        if recovered is None:
            return "firing", end - 1, held
        at = recovered + 1
    return "inactive", None, 0


def _next_breach(rule: AlertRule, months: Months, at: int) -> int | None:
    for place in range(at, len(months)):
        month = months[place]
        if month is not None and _breaches(rule, month, _yard(rule, months, place)):
            return place
    return None


def _held(rule: AlertRule, months: Months, begun: int, yard: Yard) -> int:
    """Count breaching months without a hole, as far as the rule needs."""
    held = 0
    for month in months[begun : begun + rule.for_periods]:
        if month is None or not _breaches(rule, month, yard):
            break
        held += 1
    return held


def _next_recovery(rule: AlertRule, months: Months, begun: int, at: int) -> int | None:
    frozen = _yard(rule, months, begun)
    for place in range(at, len(months)):
        month = months[place]
        yard = frozen if place - begun < 12 else _yard(rule, months, place) or frozen
        if month is not None and _recovers(rule, month, yard):
            return place
    return None


def _yard(rule: AlertRule, months: Months, place: int) -> Yard:
    if rule.kind in {RuleKind.POINT_DROP, RuleKind.PERCENT_DROP}:
        before = months[place - 1] if place else None
        if before is None:
            return None
        usual = getattr(before, rule.metric)
        return usual, rule.threshold * (usual if rule.kind is RuleKind.PERCENT_DROP else 1)
    window = [
        getattr(month, rule.metric) if month is not None else None
        for month in months[max(0, place - 12) : place]
    ]
    known = sorted(value for value in window if value is not None)
    if len(known) < 8 - rule.for_periods:
        return None
    middle = len(known) // 2
    level = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    ranges = [
        abs(after - before)
        for before, after in pairwise(window)
        if before is not None and after is not None
    ]
    deviation = Fraction(sum(ranges), max(1, len(ranges))) * 1000 / 1128
    return level, max(rule.threshold, rule.deviations * deviation)


def _breaches(rule: AlertRule, month: Month, yard: Yard) -> bool:
    value = getattr(month, rule.metric)
    is_low = yard is not None and value < yard[0] and value <= yard[0] - yard[1]
    match rule.kind:
        case RuleKind.FLOOR:
            return bool(value < rule.threshold)
        case RuleKind.MASKING:
            is_hidden = month.nrr >= 1 and month.grr < rule.threshold
            is_wide = month.grr < 1 and month.nrr - month.grr >= Fraction(15, 100)
            return is_hidden or is_wide
        case RuleKind.SHOCK:
            return is_low or month.cost >= Fraction(1, 100)
        case _:
            return is_low


def _recovers(rule: AlertRule, month: Month, yard: Yard) -> bool:
    margin = Fraction(5, 1000)
    value = getattr(month, rule.metric)
    is_back = yard is None or value >= min(yard[0], yard[0] - yard[1] + margin)
    match rule.kind:
        case RuleKind.FLOOR:
            return bool(value >= rule.threshold + margin)
        case RuleKind.MASKING:
            is_shown = month.nrr < 1 or month.grr >= rule.threshold + margin
            is_narrow = month.grr == 1 or month.nrr - month.grr <= Fraction(15, 100) - margin
            return is_shown and is_narrow
        case RuleKind.SHOCK:
            return is_back and month.cost <= Fraction(5, 1000)
        case _:
            return is_back
