"""The state of an alert between two evaluations, and the transitions that one makes."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction
from typing import Self

from metrics.alerts.rules import AlertRule
from metrics.alerts.statuses import NOT_JUDGED, Health, MonthStatus, Phase
from metrics.alerts.verdicts import Verdict
from metrics.rollup import Scope


@unique
class StateName(StrEnum):
    """The state of an alert in the one word that people read."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    INSUFFICIENT = "insufficient"
    NO_BASE = "no-base"
    STALE = "stale"
    ERROR = "error"


@unique
class TransitionKind(StrEnum):
    """The kind of a transition; it is stored, logged and shown."""

    PENDING = "pending"
    CLEARED = "cleared"
    FIRED = "fired"
    REMINDER = "reminder"
    WORSE = "worse"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    RULE_CHANGED = "rule-changed"
    LISTED = "listed"
    INSUFFICIENT = "insufficient"
    STALE = "stale"
    ERROR = "error"
    SNOOZE_ENDED = "snooze-ended"
    PROVISIONAL = "provisional"


NO_EPISODE = 0
"""The episode of a provisional notice: its drop may be none once the month is closed."""

ENDINGS = frozenset(
    {TransitionKind.RESOLVED, TransitionKind.WITHDRAWN, TransitionKind.RULE_CHANGED}
)
"""The kinds of transition that end an episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertId:
    """The rule and the scope of an alert, with the fingerprint that they had when evaluated."""

    fingerprint: str
    rule_id: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of one alert.

    ``n`` counts the notices of an episode after its first; for a transition of none it is the
    version of the data, and for the end of a snooze its day.
    """

    kind: TransitionKind
    alert: AlertId
    episode: int
    n: int
    period: date | None  # the first day of the month that the verdict is on
    verdict: Verdict | None

    @classmethod
    def of(
        cls, rule: AlertRule, kind: TransitionKind, status: MonthStatus, *, episode: int, n: int
    ) -> Self:
        """Return the transition of a rule to a status."""
        return cls(
            kind=kind,
            alert=AlertId(fingerprint=rule.fingerprint, rule_id=rule.rule_id, scope=rule.scope),
            episode=episode,
            n=n,
            period=status.month,
            verdict=status.verdict,
        )

    def dedupe_key(self, recipient: str) -> str:
        """Return the outbox's key: no recipient is told the same twice."""
        if self.kind is TransitionKind.PROVISIONAL:  # of no episode: once for a month, for ever
            return f"alert:{self.alert.fingerprint}:{self.kind}:{self.period}:{recipient}"
        return f"alert:{self.alert.fingerprint}:{self.episode}:{self.kind}:{self.n}:{recipient}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One drop that was told, from ``fired`` until it ends, and the figures last told of it."""

    number: int
    fired_in: date
    told_value: Fraction
    told_account: str | None
    told_on: date
    notices: int = 0
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """The state of one rule on one scope; the default is an alert never evaluated.

    ``status`` follows from the figures alone, the rest is the memory of what was told of them.
    """

    data_version: int | None = None
    rule_version: int | None = None
    closed_through: date | None = None
    status: MonthStatus = NOT_JUDGED
    episode: Episode | None = None
    episodes: int = 0
    ended: TransitionKind | None = None  # the last episode, until another month is closed
    seen: date | None = None  # the last month whose firing was told or listed
    has_failed: bool = False
    snoozed_until: date | None = None  # notices wait before that day

    @property
    def name(self) -> StateName:
        """The one word for it."""
        if self.has_failed:  # problems with the data come first: its verdict is of an older month
            return StateName.ERROR
        if self.status.health is not Health.OK:
            return StateName(self.status.health)
        if self.status.phase is Phase.INACTIVE and self.ended is not None:
            is_resolved = self.ended is TransitionKind.RESOLVED
            return StateName.RESOLVED if is_resolved else StateName.WITHDRAWN
        return StateName(self.status.phase)

    def is_evaluated(self, rule: AlertRule, data_version: int) -> bool:
        """Tell whether the rule is off, or was evaluated on this version of the data."""
        if not rule.enabled:
            return True
        if self.data_version is None or data_version > self.data_version:
            return False
        # A process may come late, with older data: the newer evaluation stands.
        return data_version < self.data_version or self.rule_version == rule.version

    def is_in(self, episode: int) -> bool:
        """Tell whether an episode is the one that is open."""
        return self.episode is not None and self.episode.number == episode

    def is_snoozed(self, today: date) -> bool:
        """Tell whether reminders and new notices wait."""
        return self.snoozed_until is not None and today < self.snoozed_until
