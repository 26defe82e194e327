"""Verdicts on one month by one rule: it breaches, or it would end an alert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from metrics.alerts.baselines import baseline_before, twelve_before
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.alerts.series import AccountLoss, Point
from metrics.period_grammar import shift_months

ORDINARY = Fraction(3, 2)
"""Times the average share of an opening base up to which an account is one like the others."""

MONTHS_BEFORE_A_DROP = 3
"""People's own drops are held against the median of so many months, so that no odd one decides."""


@unique
class Half(StrEnum):
    """The half of a shock that a verdict is on: the whole month, or one account alone."""

    DROP = "drop"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The yardstick of a month: a drop of ``threshold`` below ``baseline`` breaches.

    It is taken before a drop and kept while the drop lasts: low months must not become the usual.
    """

    baseline: Fraction
    threshold: Fraction
    deviation: Fraction | None = None  # of the twelve months before; None where fewer were read


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The ratio of what ends with a month, and the level that it was held against.

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
    window: Window = Window.MONTH
    half: Half | None = None  # None for a rule of one part

    @property
    def drop(self) -> Fraction:
        """Distance of the value below its baseline or its floor; never below zero."""
        level = self.threshold if self.baseline is None else self.baseline
        return max(Fraction(), (self.value if level is None else level) - self.value)


def yardstick(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    """Return the yardstick of ``month`` and of a drop that begins in it.

    None for rules that compare with nothing earlier, and where too few months are known.
    """
    return _KINDS[rule.kind].yardstick(rule, month, before)


def judge(
    rule: AlertRule, point: Point, against: Yardstick | None, *, is_ongoing: bool = False
) -> Verdict:
    """Return the verdict on one month; comparisons are exact.

    A drop of exactly the threshold breaches, and so does a GRR of exactly masking's; a ratio of
    exactly its floor does not. While a drop is ongoing the verdict stays on the whole month until
    that recovers.
    """
    verdict = _KINDS[rule.kind].judge(rule, point, against)
    if verdict.half is Half.ACCOUNT and is_ongoing:
        whole = _whole(rule, point, against)
        verdict = verdict if whole.is_recovered else replace(whole, account=verdict.account)
    return replace(verdict, window=rule.window)


def _none(_: AlertRule, __: date, ___: Mapping[date, Point]) -> None:
    return None


def _usual(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    values = {one: before[one].of(rule.metric) for one in twelve_before(month) if one in before}
    usual = baseline_before(month, values)
    if usual is None or usual.months < rule.months_before:
        return None
    threshold = max(rule.threshold, rule.deviations * usual.deviation)
    return Yardstick(baseline=usual.level, threshold=threshold, deviation=usual.deviation)


def _recent(rule: AlertRule, month: date, before: Mapping[date, Point]) -> Yardstick | None:
    known = [one for one in twelve_before(month) if one in before]
    recent = [shift_months(month, -back) for back in range(1, MONTHS_BEFORE_A_DROP + 1)]
    if len(known) < rule.months_before or not before.keys() >= set(recent):
        return None
    baseline = median(before[one].of(rule.metric) for one in recent)
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
    whole, alone = _whole(rule, point, against), _largest_event(rule, point)
    if alone is None or whole.is_breach:  # where both breach, the whole month says more
        return replace(whole, account=alone.account if alone else None)
    cost = Fraction(alone.lost_minor, point.closed.retention.opening)
    return Verdict(
        value=point.nrr,
        baseline=point.nrr + cost,  # NRR without that loss
        threshold=rule.account_loss,
        is_breach=True,
        account=alone.account,
        half=Half.ACCOUNT,
    )


def _whole(rule: AlertRule, point: Point, against: Yardstick | None) -> Verdict:
    verdict = replace(_drop(rule, point, against), half=Half.DROP)
    is_news = verdict.is_breach and not _is_one_ordinary_account(point, against)
    return replace(verdict, is_breach=is_news)


def _largest_event(rule: AlertRule, point: Point) -> AccountLoss | None:
    """Return the costliest account that is news alone: it cost enough, and was no ordinary one."""
    least = rule.account_loss
    if least is None:
        return None
    opening = point.closed.retention.opening
    events = (
        loss
        for loss in point.closed.losses
        if loss.lost_minor >= least * opening and _times_average(loss, point) >= rule.account_share
    )
    return next(events, None)


def _is_one_ordinary_account(point: Point, against: Yardstick | None) -> bool:
    """Tell whether the month is as usual without an account that is no larger than the others."""
    loss = next(iter(point.closed.losses), None)
    if loss is None or against is None or _times_average(loss, point) > ORDINARY:
        return False
    month = point.closed.retention
    opening = month.opening - loss.opening_minor
    closing = month.closing - (loss.opening_minor - loss.lost_minor)
    # What months vary by is no part of the drop.
    usual = against.baseline - (against.deviation or 0)
    return closing >= usual * opening


def _times_average(loss: AccountLoss, point: Point) -> Fraction:
    month = point.closed.retention
    return Fraction(loss.opening_minor * month.accounts_opening, month.opening)


def _floor(rule: AlertRule, point: Point, _: Yardstick | None = None) -> Verdict:
    value = point.of(rule.metric)
    return Verdict(
        value=value,
        threshold=rule.threshold,
        is_breach=value < rule.threshold,
        is_recovered=value >= rule.threshold + rule.recovery_margin,
    )


def _masking(rule: AlertRule, point: Point, _: Yardstick | None) -> Verdict:
    """Judge a GRR at its floor or below it under an NRR of 100 %."""
    low, is_hidden = _floor(rule, point), point.nrr >= 1
    return replace(
        low,
        is_breach=is_hidden and low.value <= rule.threshold,
        is_recovered=not is_hidden or low.is_recovered,
    )


class _Kind(NamedTuple):
    yardstick: Callable[[AlertRule, date, Mapping[date, Point]], Yardstick | None]
    judge: Callable[[AlertRule, Point, Yardstick | None], Verdict]


# The judgement of each kind of rule: a new kind is a row here.
_KINDS: Mapping[RuleKind, _Kind] = {
    RuleKind.SUSTAINED_DROP: _Kind(_usual, _drop),
    RuleKind.SHOCK: _Kind(_usual, _shock),
    RuleKind.POINT_DROP: _Kind(_recent, _drop),
    RuleKind.PERCENT_DROP: _Kind(_recent, _drop),
    RuleKind.FLOOR: _Kind(_none, _floor),
    RuleKind.MASKING: _Kind(_none, _masking),
}
