"""Notices of one run of evaluations, and the group of those for one recipient."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import Self

from metrics.alerts.rules import AlertRule, Severity
from metrics.alerts.states import ENDINGS, AlertState, Transition, TransitionKind

MOST_SHOWN = 10

AGAIN = frozenset({TransitionKind.REMINDER, TransitionKind.WORSE})
INHIBITABLE = AGAIN | {TransitionKind.FIRED}

EpisodeKey = tuple[str, int]
"""A rule's fingerprint and the number of an episode."""


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
        everybody = tuple(dict.fromkeys((*self.owners, *self.operators)))
        return everybody if kind is TransitionKind.ERROR else self.owners


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


def _stands_for(notice: Notice, inhibited: Notice) -> bool:
    is_of_company = not notice.transition.alert.scope
    is_same_month = notice.transition.period == inhibited.transition.period
    return (is_of_company and is_same_month) or notice.matter == inhibited.matter


def _firsts(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    matters: dict[Hashable, Notice] = {}
    for notice in notices:
        matters.setdefault(notice.matter, notice)
    return tuple(matters.values())
