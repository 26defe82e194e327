"""Reads what took a ratio down: the stretch that explains it, its drivers, and its groups."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from bot.alerts.telling.details import OWNER_DIMENSION, DropCause, Share, Stage
from bot.answers.reading import Reading
from bot.answers.small_stretches import Stretches
from bot.style.ratios import ratio_of, start_of
from metrics.alerts.rules import AlertRule, Metric
from metrics.change import Change, explain
from metrics.period_grammar import shift_months
from metrics.retention import Retention
from metrics.segments import DerivedDimension

MOST_VALUES = 25
"""Of a dimension with more, no value says much about the whole."""
MOST_OF_BASE, TELLING = Fraction(4, 5), Fraction(4, 5)
"""A group that is nearly all, or takes hardly more than its size, explains nothing."""
TWO_GROUPS = 2
"""One alone has no share that could change."""


def read_cause(reading: Reading, stage: Stage, *, main_dimension: str) -> DropCause:
    """Read what an opening base lost in the stretch that explains an alert."""
    rule, ledger = stage.rule, reading.ledger
    start, end = start_of(stage.window, stage.month), end_of(reading, stage.month)
    before = start_of(stage.window, stage.since), end_of(reading, stage.since)
    earlier = ledger.retention(*before, rule.scope) if before[0] < before[1] else None
    is_whole = end == shift_months(stage.month, 1)  # no whole month is like one so far
    return DropCause(
        metric=rule.metric,
        window=stage.window,
        retention=ledger.retention(start, end, rule.scope),
        before=earlier if earlier is not None and earlier.opening else None,
        drivers=ledger.changes_by_driver(start, end, rule.scope),
        share=_share(reading, stage, main_dimension) if is_whole else None,
    )


def visible_cause(cause: DropCause, stage: Stage, stretches: Stretches) -> DropCause | None:
    """Leave out of a cause what tells of a small group; None where all of it does."""
    of_cause = replace(stretches, window=stage.window)
    if not of_cause.may_show(stage.month):
        return None
    before = cause.before if of_cause.may_show(stage.since) else None
    share = cause.share
    if share is not None:
        is_whole = all(
            stretches.may_show(last)
            and not stretches.groups(last).folded(stage.rule.scope, share.dimension)
            for last in (stage.since, stage.month)
        )
        share = share if is_whole else None
    return replace(cause, before=before, share=share)


def end_of(reading: Reading, month: date) -> date:
    """Return the first day that is not measured: a month that is not over ends with the data."""
    return min(shift_months(month, 1), reading.ledger.data_end(reading.today).through)


def _share(reading: Reading, stage: Stage, main_dimension: str) -> Share | None:
    """Find the dimension of which one group explains the most of a change."""
    found = (
        Share(dimension=one, change=change)
        for one in _dimensions(reading, stage.rule, main_dimension)
        if (change := _change(reading, stage, one)) is not None
    )
    return min(found, key=lambda share: share.change.segments[0].total, default=None)


def _dimensions(reading: Reading, rule: AlertRule, main_dimension: str) -> Iterator[str]:
    fixed = {dimension for dimension, _ in rule.scope} | {OWNER_DIMENSION, *DerivedDimension}
    for dimension, values in sorted(reading.ledger.vocabulary().items()):
        is_asked = bool(rule.scope) or dimension == main_dimension
        if is_asked and dimension not in fixed and len(values) <= MOST_VALUES:
            yield dimension


def _change(reading: Reading, stage: Stage, dimension: str) -> Change | None:
    rule, ends = stage.rule, (stage.since, stage.month)
    stretches = [(start_of(rule.window, last), end_of(reading, last)) for last in ends]
    before, after = (
        _watched(rule, reading.ledger.by(dimension, start, end, rule.scope))
        for start, end in stretches
    )
    change = explain(before, after)
    # products sold to the same accounts come to another ratio than the accounts do
    if change is None or [change.before, change.after] != [
        ratio_of(rule, reading.ledger.retention(start, end, rule.scope)) for start, end in stretches
    ]:
        return None
    return change if _is_telling(change, before) else None


def _is_telling(change: Change, before: Mapping[str, Retention]) -> bool:
    """Tell whether a group explains more of a change than its size does."""
    if len(change.segments) < TWO_GROUPS:
        return False
    lowest, opening = change.segments[0], sum(one.opening for one in before.values())
    held = before.get(lowest.value)
    size = Fraction(held.opening, opening) if held is not None and opening else Fraction()
    return size <= MOST_OF_BASE and lowest.total * TELLING <= change.total * size


def _watched(rule: AlertRule, groups: Mapping[str, Retention]) -> Mapping[str, Retention]:
    """Return groups whose NRR is the ratio that a rule watches: GRR is NRR without expansion."""
    if rule.metric is Metric.NRR:
        return groups
    return {name: replace(one, expansion=0, cross_sold=0) for name, one in groups.items()}
