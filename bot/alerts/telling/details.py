"""The values that an alert message is written from: a notice, its month's figures, the accounts."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from metrics.alerts.grouping import AGAIN, Notice
from metrics.alerts.rules import AlertRule, RuleKind
from metrics.alerts.states import TransitionKind
from metrics.alerts.verdicts import Half, Verdict
from metrics.change import Change
from metrics.retention import Retention
from storage.ledger.account_changes import AccountChange

LIVE = AGAIN | {TransitionKind.FIRED, TransitionKind.SNOOZE_ENDED, TransitionKind.PROVISIONAL}
"""The kinds of transition that tell of a drop which can still be acted on."""


OWNER_DIMENSION = "owner"
"""The attribute of an account that names its owner: a Slack user id or an e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRef:
    """The alert and episode that a button is about; ``month`` is that of the notice."""

    fingerprint: str
    episode: int
    month: date | None

    def text(self) -> str:
        """Return the value that a button carries."""
        month = self.month.isoformat() if self.month else ""
        return f"{self.fingerprint}:{self.episode}:{month}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a button's value.

        Raises
        ------
        ValueError
            If `text` did not make it.
        """
        fingerprint, episode, month = text.split(":")
        day = date.fromisoformat(month) if month else None
        return cls(fingerprint=fingerprint, episode=int(episode), month=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    """The watched ratio of the stretch that ends with a month; None where it is not known."""

    month: date
    value: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MixChange:
    """Rate against mix between two stretches of a rule's window: ``since`` ends the first."""

    since: date
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """The ledger's figures of the month of a notice, as they are now.

    Attributes
    ----------
    retention : Retention, optional
        Of the stretch that the rule judges in that month; None where none was judged.
    history : tuple of MonthPoint
        The stretches of two years, of quarters four, up to that of the notice, the oldest first.
    drivers : tuple of AccountChange
        The three accounts that lost the most in the stretch, the largest loss first.
    mix : MixChange, optional
        The company's alone: a segment is not split any further.
    in_a_row : int
        The stretches up to that of the notice that breach its level, over all closed months.
    usual_losses : Fraction, optional
        Share of opening MRR that was lost in the median of the months before the drop.
    ends : date, optional
        First day without data, where the month is not closed and its figures are so far.
    """

    currency: str
    data_version: int
    retention: Retention | None
    history: tuple[MonthPoint, ...]
    drivers: tuple[AccountChange, ...]
    mix: MixChange | None
    in_a_row: int = 0
    usual_losses: Fraction | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """A notice with all that can be said of it; who may see account names is for the message.

    ``rule`` is on the scope of the notice; ``also`` are other rules that say the same of its month.
    """

    notice: Notice
    rule: AlertRule
    figures: MonthFigures
    also: tuple[AlertRule, ...] = ()

    @property
    def ref(self) -> AlertRef:
        """The reference that its buttons carry."""
        fingerprint, episode = self.notice.episode
        return AlertRef(fingerprint=fingerprint, episode=episode, month=self.month)

    @property
    def kind(self) -> TransitionKind:
        """The kind of transition that the notice tells of."""
        return self.notice.transition.kind

    @property
    def is_live(self) -> bool:
        """Whether the drop can still be acted on."""
        return self.kind in LIVE

    @property
    def is_provisional(self) -> bool:
        """Whether the month is not closed yet, so that no alert stands behind the notice."""
        return self.kind is TransitionKind.PROVISIONAL

    @property
    def month(self) -> date | None:
        """First day of the month that the figures are of."""
        return self.notice.transition.period

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on that month; None where none was judged."""
        return self.notice.transition.verdict

    @property
    def is_of_one_account(self) -> bool:
        """Whether one account alone breached the rule, and not all of them together."""
        return self.verdict is not None and self.verdict.half is Half.ACCOUNT

    @property
    def is_of_level(self) -> bool:
        """Whether the ratio is held against a level, and not against earlier months."""
        return self.rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}

    @property
    def at_stake(self) -> int | None:
        """MRR between the ratio and its level or baseline, in minor units; None without a drop.

        It is a share of the base that was open when the rule's window began.
        """
        verdict, retention = self.verdict, self.figures.retention
        if verdict is None or retention is None or not verdict.drop:
            return None
        return round(verdict.drop * retention.opening)

    @property
    def level(self) -> tuple[str, Fraction] | None:
        """The level that all months are read against, and its name; None where there is none."""
        verdict = self.verdict
        if verdict is None or verdict.threshold is None:
            return None
        if verdict.baseline is None:
            return "level", verdict.threshold
        if self.is_of_one_account:  # NRR without one account is of the alert's month alone
            return None
        return ("usual" if verdict.deviation is not None else "before the drop"), verdict.baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """The notices of one run for one recipient, the worst first.

    ``breakdown`` are segments that the company's alert stands for; ``more`` counts the notices
    that there is no room for.
    """

    recipient_id: str
    notices: tuple[NoticeDetails, ...]
    breakdown: tuple[NoticeDetails, ...]
    more: int
    names_shown: bool


def owner_of(account: AccountChange) -> str | None:
    """Return the owner of an account as the ledger names it; None if it names none."""
    return account.attributes.get(OWNER_DIMENSION)
