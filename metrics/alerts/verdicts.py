"""Verdicts on one month by one rule: it breaches, or it would end an alert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

from metrics.alerts.baselines import baseline_before, twelve_before
from metrics.alerts.rules import AlertRule, RuleKind
from metrics.alerts.series import Point
from metrics.period_grammar import shift_months

RAREST = 1_000
"""Nothing rarer is told: no base has so many months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The yardstick of a month: a drop of ``threshold`` below ``baseline`` breaches.

    It is taken before a drop and kept while the drop lasts: low months must not become the usual.
    """

    baseline: Fraction
    threshold: Fraction
    deviation: Fraction | None = None  # of the months before; None where only one was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A month's ratio and the level that it was held against.

    With a ``baseline`` the threshold is a drop below it, else a ratio not to fall below; None
    when there was nothing to compare with.
    """

    value: Fraction
    baseline: Fraction | None = None
    threshold: Fraction | None = None
    is_breach: bool = False
    is_recovered: bool = True
    account: str | None = None  # one that breached the rule alone
    deviation: Fraction | None = None

    @property
    def drop(self) -> Fraction:
        """Distance of the value below its baseline or its floor; never below zero."""
        level = self.threshold if self.baseline is None else self.baseline
        return max(Fraction(), (self.value if level is None else level) - self.value)

    @property
    def months_per_occurrence(self) -> int | None:
        """Months in which such a drop comes once by chance, at most `RAREST`; for reading only.

        None for a month that is not below its baseline, and where nothing is known of how much the
        months before vary.

        Examples
        --------
        >>> low, usual, point = Fraction(100, 100), Fraction(102, 100), Fraction(1, 100)
        >>> Verdict(value=low, baseline=usual, deviation=point).months_per_occurrence
        44
        """
        if self.baseline is None or not self.deviation or not self.drop:
            return None
        chance = NormalDist().cdf(-float(self.drop / self.deviation))
        return RAREST if chance * RAREST <= 1 else round(1 / chance)


def is_too_small(rule: AlertRule, verdict: Verdict) -> bool:
    """Tell whether a drop is not worth a message of its own; one that one account caused is."""
    return verdict.account is None and verdict.drop < rule.min_abs_change


def yardstick(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    """Return the yardstick of ``month`` and of a drop that begins in it.

    None for rules that compare with nothing earlier, and where too few months are known.
    """
    return _KINDS[rule.kind].yardstick(rule, month, before)


def judge(rule: AlertRule, point: Point, against: Yardstick | None) -> Verdict:
    """Return the verdict on one month; comparisons are exact.

    A drop of exactly the threshold breaches; a ratio of exactly its floor does not.
    """
    return _KINDS[rule.kind].judge(rule, point, against)


def _none(_: AlertRule, __: date, ___: Mapping[date, Point]) -> None:
    return None


def _usual(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    values = {one: before[one].of(rule.metric) for one in twelve_before(month) if one in before}
    usual = baseline_before(month, values)
    if usual is None or usual.months < rule.months_before:
        return None
    threshold = max(rule.threshold, rule.deviations * usual.deviation)
    return Yardstick(baseline=usual.level, threshold=threshold, deviation=usual.deviation)


def _month_before(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    point = before.get(shift_months(month, -1))
    if point is None:
        return None
    baseline = point.of(rule.metric)
    is_share = rule.kind is RuleKind.PERCENT_DROP
    return Yardstick(
        baseline=baseline, threshold=rule.threshold * baseline if is_share else rule.threshold
    )


def _drop(rule: AlertRule, point: Point, against: Yardstick | None) -> Verdict:
    value = point.of(rule.metric)
    if against is None:
        return Verdict(value=value)
    drop = against.baseline - value
    return Verdict(
        value=value,
        baseline=against.baseline,
        threshold=against.threshold,
        is_breach=drop >= against.threshold and drop > 0,  # a threshold of zero needs a drop
        # A threshold narrower than the margin must not ask for more than what is usual.
        is_recovered=drop <= max(against.threshold - rule.recovery_margin, Fraction()),
        deviation=against.deviation,
    )


def _shock(rule: AlertRule, point: Point, against: Yardstick | None) -> Verdict:
    """Judge the month, or one account that breached the rule alone."""
    whole, alone = _drop(rule, point, against), _account(rule, point)
    # Where both breach, the whole month says more.
    shown = alone if alone.is_breach and not whole.is_breach else whole
    return replace(
        shown,
        is_breach=whole.is_breach or alone.is_breach,
        is_recovered=whole.is_recovered and alone.is_recovered,
        account=alone.account,
    )


def _account(rule: AlertRule, point: Point) -> Verdict:
    """Judge the costliest account; the baseline is NRR without its loss."""
    value, cost = point.nrr, point.account_cost
    if rule.account_loss is None or point.costliest is None:
        return Verdict(value=value)
    is_breach = cost >= rule.account_loss
    return Verdict(
        value=value,
        baseline=value + cost,
        threshold=rule.account_loss,
        is_breach=is_breach,
        is_recovered=cost <= rule.account_loss - rule.recovery_margin,
        account=point.costliest.account if is_breach else None,
    )


def _floor(rule: AlertRule, point: Point, _: Yardstick | None = None) -> Verdict:
    value = point.of(rule.metric)
    return Verdict(
        value=value,
        threshold=rule.threshold,
        is_breach=value < rule.threshold,
        is_recovered=value >= rule.threshold + rule.recovery_margin,
    )


def _masking(rule: AlertRule, point: Point, _: Yardstick | None) -> Verdict:
    """Judge a low GRR under an NRR of 100 %, and a wide gap between them."""
    low, wide = _hidden_floor(rule, point), _gap(rule, point)
    shown = wide if wide.is_breach else low
    return replace(
        shown,
        is_breach=low.is_breach or wide.is_breach,
        is_recovered=low.is_recovered and wide.is_recovered,
    )


def _hidden_floor(rule: AlertRule, point: Point) -> Verdict:
    low, is_hidden = _floor(rule, point), point.nrr >= 1
    return replace(
        low,
        is_breach=is_hidden and low.is_breach,
        is_recovered=not is_hidden or low.is_recovered,
    )


def _gap(rule: AlertRule, point: Point) -> Verdict:
    if rule.gap is None or point.grr == 1:  # where nothing was lost, nothing is hidden
        return Verdict(value=point.grr)
    gap = point.nrr - point.grr
    return Verdict(
        value=point.grr,
        baseline=point.nrr,
        threshold=rule.gap,
        is_breach=gap >= rule.gap,
        is_recovered=gap <= rule.gap - rule.recovery_margin,
    )


class _Kind(NamedTuple):
    yardstick: Callable[[AlertRule, date, Mapping[date, Point]], Yardstick | None]
    judge: Callable[[AlertRule, Point, Yardstick | None], Verdict]


# The judgement of each kind of rule: a new kind is a row here.
_KINDS: Mapping[RuleKind, _Kind] = {
    RuleKind.SUSTAINED_DROP: _Kind(_usual, _drop),
    RuleKind.SHOCK: _Kind(_usual, _shock),
    RuleKind.POINT_DROP: _Kind(_month_before, _drop),
    RuleKind.PERCENT_DROP: _Kind(_month_before, _drop),
    RuleKind.FLOOR: _Kind(_none, _floor),
    RuleKind.MASKING: _Kind(_none, _masking),
}
