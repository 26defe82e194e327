"""What is remembered of an alert between two evaluations, and what an evaluation changed."""

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
    """The one word that people read for how an alert stands."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    INSUFFICIENT = "insufficient"
    STALE = "stale"
    ERROR = "error"


@unique
class TransitionKind(StrEnum):
    """What an evaluation changed; it is stored, logged and shown."""

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


ENDINGS = frozenset(
    {TransitionKind.RESOLVED, TransitionKind.WITHDRAWN, TransitionKind.RULE_CHANGED}
)
"""What closes an episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of one alert.

    ``period`` is the first day of the month that the verdict is on. ``n`` counts the notices of
    an episode after its first; for what belongs to none it is the version of the data, and for the
    end of a snooze its day.
    """

    kind: TransitionKind
    fingerprint: str
    rule_id: str
    scope: Scope
    episode: int
    n: int
    period: date | None
    verdict: Verdict | None

    @classmethod
    def of(
        cls, rule: AlertRule, kind: TransitionKind, status: MonthStatus, *, episode: int, n: int
    ) -> Self:
        """Return what changed for a rule that stands so."""
        return cls(
            kind=kind,
            fingerprint=rule.fingerprint,
            rule_id=rule.rule_id,
            scope=rule.scope,
            episode=episode,
            n=n,
            period=status.month,
            verdict=status.verdict,
        )

    def dedupe_key(self, recipient: str) -> str:
        """Return the outbox's key: nobody is told the same twice."""
        return f"alert:{self.fingerprint}:{self.episode}:{self.kind}:{self.n}:{recipient}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One drop that people hear of, from ``fired`` until it ends, and what they last heard."""

    number: int
    fired_in: date
    told_value: Fraction
    told_account: str | None
    told_on: date
    notices: int = 0
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Everything remembered of one rule on one scope; the default is an alert never evaluated.

    ``status`` follows from the figures alone, the rest is the memory of what was said about
    them. ``seen`` is the last month whose firing was told or listed; ``ended`` says how an episode
    ended, until another month is closed. A snooze mutes before ``snoozed_until``.
    """

    data_version: int | None = None
    rule_version: int | None = None
    closed_through: date | None = None
    status: MonthStatus = NOT_JUDGED
    episode: Episode | None = None
    episodes: int = 0
    ended: TransitionKind | None = None
    seen: date | None = None
    has_failed: bool = False
    snoozed_until: date | None = None

    @property
    def name(self) -> StateName:
        """The one word for it: what is wrong with the data comes before what it says."""
        if self.has_failed:
            return StateName.ERROR
        if self.status.health is not Health.OK:
            return StateName(self.status.health)
        if self.status.phase is Phase.INACTIVE and self.ended is not None:
            is_resolved = self.ended is TransitionKind.RESOLVED
            return StateName.RESOLVED if is_resolved else StateName.WITHDRAWN
        return StateName(self.status.phase)

    def is_evaluated(self, rule: AlertRule, data_version: int) -> bool:
        """Tell whether there is nothing left to evaluate: the rule is off, or this data was."""
        if not rule.enabled:
            return True
        if self.data_version is None or data_version > self.data_version:
            return False
        return data_version < self.data_version or self.rule_version == rule.version

    def is_snoozed(self, today: date) -> bool:
        """Tell whether reminders and new notices wait."""
        return self.snoozed_until is not None and today < self.snoozed_until
