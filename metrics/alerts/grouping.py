"""Groups the notices of one run of evaluations by recipient, the worst first."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Self

from metrics.alerts.evaluation import firing_transition
from metrics.alerts.rules import FLOOR, AlertRule, RuleKind, Severity
from metrics.alerts.states import ENDINGS, AlertState, Transition, TransitionKind

MOST_SHOWN = 10
LOUD_FROM = 2  # a segment that drops twice as much as the company is not inhibited by it

AGAIN = frozenset({TransitionKind.REMINDER, TransitionKind.WORSE})
TO_NOTIFIED = ENDINGS | AGAIN | {TransitionKind.SNOOZE_ENDED}
INHIBITABLE = AGAIN | {TransitionKind.FIRED}
ERROR = TransitionKind.ERROR
TO_OWNER = frozenset({TransitionKind.STALE, ERROR})

EpisodeKey = tuple[str, int]
"""A rule's fingerprint and the number of an episode."""

Notified = Mapping[EpisodeKey, Collection[str]]
"""The recipients who have had the firing notice of an episode; never forgotten by age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person or channel, and whether it may see figures of the whole company."""

    recipient_id: str
    sees_company: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert after an evaluation, with its recipients."""

    rule: AlertRule
    state: AlertState
    recipients: tuple[Recipient, ...] = ()
    transitions: tuple[Transition, ...] = ()
    owners: tuple[str, ...] = ()  # of the rule: told that it cannot be judged
    operators: tuple[str, ...] = ()  # of the bot: told of failures, too
    provisional: tuple[Transition, ...] = ()  # of months that are not closed, as they are now

    @property
    def drop(self) -> Fraction:
        """Drop of the last judged month below its baseline or floor; never below zero."""
        verdict = self.state.status.verdict
        return verdict.drop if verdict else Fraction()

    def failure_recipients(self, kind: TransitionKind) -> tuple[str, ...]:
        """Return the recipients of a transition that keeps the alert from being judged."""
        return (
            tuple(dict.fromkeys((*self.owners, *self.operators))) if kind is ERROR else self.owners
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One transition for one recipient."""

    recipient_id: str
    transition: Transition
    severity: Severity

    @property
    def dedupe_key(self) -> str:
        """The key under which the outbox and the record of notices hold it once."""
        return self.transition.dedupe_key(self.recipient_id)

    @property
    def episode(self) -> EpisodeKey:
        """The episode that it tells of."""
        return self.transition.alert.fingerprint, self.transition.episode

    @property
    def matter(self) -> Hashable:
        """The scope, period and ratio of the notice: those of the same matter are told as one."""
        change, verdict = self.transition, self.transition.verdict
        ratio = (verdict.window, verdict.value) if verdict else None
        # A drop that fires, reminds and is worse is one matter, whichever of these a rule says.
        return change.alert.scope, change.period, ratio, change.kind in INHIBITABLE or change.kind

    @property
    def rank(self) -> tuple[bool, bool, bool, Fraction, str]:
        """The order of notices, the worst first: an ended drop last, a provisional one before."""
        verdict = self.transition.verdict
        return (
            self.transition.kind in ENDINGS,
            self.transition.kind is TransitionKind.PROVISIONAL,
            self.severity is not Severity.CRITICAL,
            -verdict.drop if verdict else Fraction(),
            # One order for a tie, in whatever order the rules were read.
            repr((self.transition.alert.rule_id, self.transition.alert.scope)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGroup:
    """The notices of a run for one recipient, to be told in one message.

    ``inhibited`` are alerts that another one stands for: told under it, and no news.
    """

    recipient_id: str
    notices: tuple[Notice, ...]
    inhibited: tuple[Notice, ...] = ()

    def __iter__(self) -> Iterator[Notice]:
        return chain(self.notices, self.inhibited)

    def only(self, is_wanted: Callable[[Notice], bool]) -> Self:
        """Return the group with the notices that are wanted, and what those stand for."""
        notices = tuple(filter(is_wanted, self.notices))
        beneath = (
            one for one in self.inhibited if any(_stands_for(notice, one) for notice in notices)
        )
        return replace(self, notices=notices, inhibited=tuple(filter(is_wanted, beneath)))

    @property
    def shown(self) -> tuple[Notice, ...]:
        """The notices there is room for, the first of each matter."""
        return _firsts(self.notices)[:MOST_SHOWN]

    @property
    def breakdown(self) -> tuple[Notice, ...]:
        """The inhibited alerts there is still room for."""
        return self._others[: MOST_SHOWN - len(self.shown)]

    @property
    def more(self) -> int:
        """The number of notices that there is no room for."""
        every = len(_firsts(self.notices)) + len(self._others)
        return every - len(self.shown) - len(self.breakdown)

    @property
    def _others(self) -> tuple[Notice, ...]:
        told = {one.matter for one in self.notices}  # a floor is told in the line of its masking
        return tuple(one for one in _firsts(self.inhibited) if one.matter not in told)

    def beside(self, notice: Notice) -> tuple[Notice, ...]:
        """Return the notices of the same matter: other rules about the same month."""
        return tuple(one for one in self if one is not notice and one.matter == notice.matter)


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
            recipient_id=recipient, notices=_worst_first(news), inhibited=_worst_first(inhibited)
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


def _stands_for(notice: Notice, inhibited: Notice) -> bool:
    is_of_company = not notice.transition.alert.scope
    is_same_month = notice.transition.period == inhibited.transition.period
    return (is_of_company and is_same_month) or notice.matter == inhibited.matter


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


def _firsts(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    matters: dict[Hashable, Notice] = {}
    for notice in notices:
        matters.setdefault(notice.matter, notice)
    return tuple(matters.values())


def _worst_first(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: notice.rank))
