"""What one line of an alert message is made of: the notice, its month, and what moved it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from metrics.alerts.grouping import Notice
from metrics.alerts.rules import AlertRule
from metrics.change import Change
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRef:
    """Which alert a button is about, and which of its episodes; ``month`` is that of the notice."""

    fingerprint: str
    episode: int
    month: date | None

    def text(self) -> str:
        """Return it as a button carries it."""
        month = self.month.isoformat() if self.month else ""
        return f"{self.fingerprint}:{self.episode}:{month}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` made.

        Raises
        ------
        ValueError
            If it is something else.
        """
        fingerprint, episode, month = text.split(":")
        day = date.fromisoformat(month) if month else None
        return cls(fingerprint=fingerprint, episode=int(episode), month=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An account that took MRR out of the month, in minor units; ``closing`` is the less."""

    account_id: str
    name: str | None
    owner: str | None
    opening: int
    closing: int

    @property
    def lost(self) -> int:
        """What it took out, above zero."""
        return self.opening - self.closing


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    """The watched ratio of one closed month; None where it is undefined or not there."""

    month: date
    value: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """Everything that can be told of one notice; who may see account names is for the message.

    Attributes
    ----------
    rule : AlertRule
        On the scope that the notice is about.
    retention : Retention, optional
        The month of the notice; None where no month was judged.
    history : tuple of MonthPoint
        The last thirteen closed months up to that of the notice, the oldest first.
    drivers : tuple of Driver
        The three accounts that lost the most, the largest loss first.
    change : Change, optional
        Rate against mix since the month before the drop began; the company's alone.
    months_per_occurrence : int, optional
        In how many months one as low comes by chance.
    snoozed_until : date, optional
        Until when somebody snoozed it.
    also : tuple of AlertRule
        Other rules that say the same of the same month.
    """

    notice: Notice
    rule: AlertRule
    currency: str
    data_version: int
    retention: Retention | None
    history: tuple[MonthPoint, ...]
    drivers: tuple[Driver, ...]
    change: Change | None
    since: date | None
    """The month that ``change`` compares with."""
    months_per_occurrence: int | None
    snoozed_until: date | None = None
    also: tuple[AlertRule, ...] = ()

    @property
    def ref(self) -> AlertRef:
        """What its buttons carry."""
        change = self.notice.transition
        return AlertRef(fingerprint=change.fingerprint, episode=change.episode, month=self.month)

    @property
    def month(self) -> date | None:
        """First day of the month that the figures are of."""
        return self.notice.transition.period

    @property
    def at_stake(self) -> int | None:
        """How much MRR the drop stands for, in minor units; None where there is no drop."""
        verdict = self.notice.transition.verdict
        if verdict is None or self.retention is None or not verdict.drop:
            return None
        return round(verdict.drop * self.retention.opening)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """What one recipient hears of a run: the worst first, then what the company's alert covers.

    ``more`` counts what there is no room for.
    """

    recipient_id: str
    notices: tuple[NoticeDetails, ...]
    breakdown: tuple[NoticeDetails, ...]
    more: int
    names_shown: bool
