"""The plain and slow reading of the definitions: every figure is worked out anew from all months.

Shares nothing with the engine but the rule. Months, or quarters, are numbered from 0; None is one
that nothing can be said about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, takewhile

from metrics.alerts.rules import AlertRule, RuleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """NRR and GRR, what the costliest account took and opened with, as ratios; did anything move.

    ``average`` is the share that an average account opened with.
    """

    nrr: Fraction
    grr: Fraction
    cost: Fraction = Fraction()
    share: Fraction = Fraction()
    average: Fraction = Fraction(1, 50)
    moved: bool = True


Months = Sequence[Month | None]
Stands = tuple[str, int | None, int]
"""Inactive, pending or firing; the month it fired in; how many months in a row have breached."""

Yard = tuple[Fraction, Fraction, Fraction] | None
"""The usual level, the least drop below it that breaches, and by how much months vary."""


def replay(rule: AlertRule, months: Months) -> Stands:
    """Say how a rule stands after all months."""
    at = 0
    while at < len(months):
        begun = next((one for one in range(at, len(months)) if _begins(rule, months, one)), None)
        if begun is None:
            break
        yard = _yard(rule, months, begun)
        if not _breaches(rule, yard, months[begun]):  # one account's event
            if begun == len(months) - 1:
                return "firing", begun, 1
            at = begun + 1
            continue
        first = months[begun : begun + rule.for_periods]
        held = len([*takewhile(partial(_breaches, rule, yard), first)])
        end = begun + held
        if held < rule.for_periods:
            if all(month is None for month in months[end:]):
                return "pending", None, held
            at = end
            continue
        recovered = _next_recovery(rule, months, begun, end)
        if recovered is None:
            return "firing", end - 1, _in_a_row(rule, months, begun)
        if recovered == len(months) - 1 and _is_event(rule, months[recovered]):
            return "firing", recovered, 1
        at = recovered + 1
    return "inactive", None, 0


def _begins(rule: AlertRule, months: Months, place: int) -> bool:
    month = months[place]
    return _is_event(rule, month) or _breaches(rule, _yard(rule, months, place), month)


def _in_a_row(rule: AlertRule, months: Months, begun: int) -> int:
    last = max(place for place, month in enumerate(months) if month is not None)
    back = range(last, begun - 1, -1)
    low = (_breaches(rule, _yard_in(rule, months, begun, one), months[one]) for one in back)
    return len([*takewhile(bool, low)])


def _next_recovery(rule: AlertRule, months: Months, begun: int, at: int) -> int | None:
    for place in range(at, len(months)):
        month = months[place]
        if month is not None and _recovers(rule, month, _yard_in(rule, months, begun, place)):
            return place
    return None


def _yard_in(rule: AlertRule, months: Months, begun: int, place: int) -> Yard:
    """Say what a month of a drop is held against: for a year, what was before it began."""
    frozen = _yard(rule, months, begun)
    is_own = rule.kind in {RuleKind.POINT_DROP, RuleKind.PERCENT_DROP}
    return frozen if is_own or place - begun < 12 else _yard(rule, months, place) or frozen


def _yard(rule: AlertRule, months: Months, place: int) -> Yard:
    if rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}:
        return None
    window = [
        getattr(month, rule.metric) if month is not None else None
        for month in months[max(0, place - 12) : place]
    ]
    known = sorted(value for value in window if value is not None)
    if len(known) < max(8 - rule.for_periods, 1):
        return None
    if rule.kind in {RuleKind.POINT_DROP, RuleKind.PERCENT_DROP}:
        three = window[-3:]
        if None in three or len(three) < 3:
            return None
        usual = sorted(value for value in three if value is not None)[1]
        least = rule.threshold * (usual if rule.kind is RuleKind.PERCENT_DROP else 1)
        return usual, least, Fraction()
    middle = len(known) // 2
    level = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    ranges = [
        abs(after - before)
        for before, after in pairwise(window)
        if before is not None and after is not None
    ]
    deviation = Fraction(sum(ranges), max(1, len(ranges))) * 1000 / 1128
    return level, max(rule.threshold, rule.deviations * deviation), deviation


def _breaches(rule: AlertRule, yard: Yard, month: Month | None) -> bool:
    if month is None:
        return False
    value: Fraction = getattr(month, rule.metric)
    if rule.kind is RuleKind.FLOOR:
        return value < rule.threshold
    if rule.kind is RuleKind.MASKING:
        return month.nrr >= 1 and month.grr <= rule.threshold
    if yard is None or value >= yard[0] or value > yard[0] - yard[1]:
        return False
    return rule.kind is not RuleKind.SHOCK or not _is_one_like_the_others(month, yard)


def _is_one_like_the_others(month: Month, yard: tuple[Fraction, Fraction, Fraction]) -> bool:
    if not month.cost or month.share * 2 > month.average * 3:
        return False
    others = (month.nrr - (month.share - month.cost)) / (1 - month.share)
    return others >= yard[0] - yard[2]


def _is_event(rule: AlertRule, month: Month | None) -> bool:
    if rule.kind is not RuleKind.SHOCK or month is None:
        return False
    return month.cost >= Fraction(1, 100) and month.share >= 3 * month.average


def _recovers(rule: AlertRule, month: Month, yard: Yard) -> bool:
    margin = Fraction(5, 1000)
    value: Fraction = getattr(month, rule.metric)
    if not month.moved:
        return False
    if rule.kind is RuleKind.FLOOR:
        return value >= rule.threshold + margin
    if rule.kind is RuleKind.MASKING:
        return month.nrr < 1 or month.grr >= rule.threshold + margin
    return yard is None or value >= min(yard[0], yard[0] - yard[1] + margin)
