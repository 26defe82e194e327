"""Routes the notices of one run of evaluations: who hears what, and what stands for another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from metrics.alerts.evaluation import firing_transition
from metrics.alerts.grouping import (
    AGAIN,
    INHIBITABLE,
    Alert,
    EpisodeKey,
    Notice,
    NoticeGroup,
    Recipient,
)
from metrics.alerts.rules import FLOOR, RuleKind, Severity
from metrics.alerts.states import ENDINGS, Transition, TransitionKind

LOUD_FROM = 2  # a segment that drops twice as much as the company is not inhibited by it

TO_NOTIFIED = ENDINGS | AGAIN | {TransitionKind.SNOOZE_ENDED}
TO_OWNER = frozenset({TransitionKind.STALE, TransitionKind.ERROR})

Notified = Mapping[EpisodeKey, Collection[str]]
"""The recipients who have had the firing notice of an episode; never forgotten by age."""


def group_notices(
    alerts: Sequence[Alert], notified: Notified, *, today: date
) -> tuple[NoticeGroup, ...]:
    """Group the notices of one run by recipient; a recipient without any is left out.

    Parameters
    ----------
    alerts : sequence of Alert
        Every alert after the run, those without a transition included: a segment that was inhibited
        is told when the company recovers, and a snoozed alert when its snooze ends.
    notified : mapping of episode to recipients
        From earlier runs. After this one, add `Notice.recipient_id` to `Notice.episode` for each
        notice that fired, and leave it out for what was inhibited.
    today : date
        The day that snoozes are compared with.

    Notes
    -----
    Inhibition changes no state. It is for one recipient, who gets the company's alert on the same
    ratio, window and month; never for a critical rule, nor for a drop of twice the company's. So
    does masking stand for the floor under it.
    """
    sources = [alert for alert in alerts if _is_source(alert, today)]
    found: defaultdict[str, tuple[list[Notice], list[Notice]]] = defaultdict(lambda: ([], []))
    for alert in alerts:
        for notice in _notices(alert, notified, today):
            is_inhibited = any(_inhibits(source, alert, notice) for source in sources)
            found[notice.recipient_id][is_inhibited].append(notice)
    return tuple(
        NoticeGroup(
            recipient_id=recipient, notices=worst_first(news), inhibited=worst_first(inhibited)
        )
        for recipient, (news, inhibited) in sorted(found.items())
        if news  # what is inhibited alone makes no message
    )


def _notices(alert: Alert, notified: Notified, today: date) -> Iterator[Notice]:
    fired = firing_transition(alert.rule, alert.state)
    if fired is not None and not alert.state.is_snoozed(today):
        had_it = notified.get((fired.alert.fingerprint, fired.episode), ())
        owed = (one.recipient_id for one in alert.recipients if one.recipient_id not in had_it)
        yield from _to(owed, alert, fired)
    if not alert.state.is_snoozed(today):
        everybody = [one.recipient_id for one in alert.recipients]
        for transition in alert.provisional:  # who had one already is known by its key
            yield from _to(everybody, alert, transition)
    for transition in alert.transitions:
        had_it = notified.get((transition.alert.fingerprint, transition.episode), ())
        if transition.kind in TO_NOTIFIED:  # only recipients of a drop are told how it goes on
            yield from _to(had_it, alert, transition)
        if transition.kind in TO_OWNER:
            yield from _to(alert.failure_recipients(transition.kind), alert, transition)


def _to(recipients: Iterable[str], alert: Alert, transition: Transition) -> Iterator[Notice]:
    for recipient in recipients:
        yield Notice(recipient_id=recipient, transition=transition, severity=alert.rule.severity)


def _is_source(alert: Alert, today: date) -> bool:
    # A snoozed alert is not told, so that it may inhibit no segment.
    has_news = alert.state.episode is not None or bool(alert.provisional)
    is_open = has_news and alert.rule.enabled and not alert.state.is_snoozed(today)
    return is_open and (_is_masking(alert) or not alert.rule.scope)


def _inhibits(source: Alert, target: Alert, notice: Notice) -> bool:
    """Tell whether another alert tells a recipient enough of this one."""
    return (
        _tells_of(source, notice.transition) is not None
        and target.rule.severity is not Severity.CRITICAL
        and source.rule.metric is target.rule.metric
        and source.rule.window is target.rule.window
        and notice.recipient_id in {one.recipient_id for one in source.recipients}
        and (_masks(source, target) or _contains(source, target, notice))
    )


def _tells_of(source: Alert, told: Transition) -> Fraction | None:
    """Return the drop that an alert has in the month that is told of; None where it has none."""
    if told.kind is TransitionKind.PROVISIONAL:
        return {one.period: _drop_of(one) for one in source.provisional}.get(told.period)
    is_same = source.state.status.month == told.period and source.state.episode is not None
    return source.drop if is_same and told.kind in INHIBITABLE else None


def _drop_of(transition: Transition) -> Fraction:
    return transition.verdict.drop if transition.verdict else Fraction()


def _contains(source: Alert, target: Alert, notice: Notice) -> bool:
    """Tell whether the company's alert says enough of a segment to one who may see the company."""
    sees_it = Recipient(recipient_id=notice.recipient_id) in source.recipients
    is_part = not source.rule.scope and bool(target.rule.scope)
    whole = _tells_of(source, notice.transition) or Fraction()
    return is_part and sees_it and _drop_of(notice.transition) < LOUD_FROM * whole


def _masks(source: Alert, target: Alert) -> bool:
    # A level that somebody set up is told whatever hides it: they asked for it.
    is_floor = target.rule.rule_id == FLOOR.rule_id
    return _is_masking(source) and is_floor and source.rule.scope == target.rule.scope


def _is_masking(alert: Alert) -> bool:
    return alert.rule.kind is RuleKind.MASKING


def worst_first(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Put notices in the order in which a message tells them."""
    return tuple(sorted(notices, key=lambda notice: notice.rank))
