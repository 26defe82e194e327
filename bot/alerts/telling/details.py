"""The values that an alert message is written from: a notice, its month's figures, the accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Self

from bot.alerts.refs import AlertRef
from bot.questions.question import canonical_scope
from bot.style.ratios import stretch_code
from metrics.activity import Activity
from metrics.alerts.grouping import AGAIN, Notice
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from metrics.alerts.states import TransitionKind
from metrics.alerts.statuses import MonthStatus
from metrics.alerts.verdicts import Half, Verdict
from metrics.change import Change, Component
from metrics.period_grammar import shift_months
from metrics.retention import Retention
from storage.ledger.account_changes import AccountChange

LIVE = AGAIN | {TransitionKind.FIRED, TransitionKind.SNOOZE_ENDED, TransitionKind.PROVISIONAL}
"""The kinds of transition that tell of a drop which can still be acted on."""


OWNER_DIMENSION = "owner"
"""The attribute of an account that names its owner: a Slack user id or an e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    """The watched ratio of the stretch that ends with a month; None where it is not known."""

    month: date
    value: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The stretches that an alert is about: ``since`` ends the one before, ``window`` explains."""

    rule: AlertRule
    month: date
    since: date
    window: Window

    @classmethod
    def of(cls, rule: AlertRule, month: date, status: MonthStatus) -> Self:
        """Choose them: what is low for one month only is held against the month before.

        Twelve months that are low for longer are held against those a year before, because
        neighbouring ones share eleven months.
        """
        is_new = status.breaches <= 1
        began = status.run.began if status.run else month
        if rule.window is not Window.YEAR:
            a_year = shift_months(month, -12)  # what was before a long run is history
            since = max(shift_months(began, -rule.window.months), a_year)
            return cls(rule=rule, month=month, since=since, window=rule.window)
        ago, window = (1, Window.MONTH) if is_new else (12, Window.YEAR)
        return cls(rule=rule, month=month, since=shift_months(month, -ago), window=window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The groups of a dimension in the change of the watched ratio since an earlier stretch."""

    dimension: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCause:
    """The losses of an opening base in the stretch that explains an alert, and their reasons.

    Attributes
    ----------
    window : Window
        Of the stretch, which ends with the month of the notice: the month alone where twelve
        months have just crossed a level.
    before : Retention, optional
        The same stretch earlier, as the ratio was before.
    drivers : Activity
        Of what the base gained and lost in it.
    """

    metric: Metric
    window: Window
    retention: Retention
    before: Retention | None
    drivers: Activity
    share: Share | None = None

    @property
    def worst(self) -> Component:
        """The component that took the most from the ratio since before; else the largest loss."""
        losses = (Component.CHURN, Component.CONTRACTION)
        watched = losses if self.metric is Metric.GRR else (*losses, Component.EXPANSION)
        fallen = max(watched, key=self.fall_of)
        if self.before is not None and self.fall_of(fallen) > 0:
            return fallen
        return max(losses, key=lambda one: int(getattr(self.retention, one)))

    def fall_of(self, component: Component) -> Fraction:
        """Measure what a component takes from the ratio more than before, as a share of it."""
        now = component.rate_of(self.retention) or Fraction()
        was = component.rate_of(self.before) if self.before is not None else None
        return (was or Fraction()) - now


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
        The three accounts that lost the most in the stretch of the cause, the largest loss first,
        each with the drivers of its loss.
    renewals : mapping of str to date
        The day on which each of these accounts renews next, where its contracts are known.
    stage : Stage, optional
        The stretches that it is about.
    since : MonthPoint, optional
        The earlier stretch that the ratio is set against.
    cause : DropCause, optional
        What took the ratio down.
    in_a_row : int
        The stretches up to that of the notice that breach its level, over all closed months.
    plays : mapping of str to str
        What the playbook says of each of these accounts, by its id.
    ends : date, optional
        First day without data, where the month is not closed and its figures are so far.
    """

    currency: str
    data_version: int
    retention: Retention | None
    history: tuple[MonthPoint, ...]
    drivers: tuple[AccountChange, ...]
    renewals: Mapping[str, date] = field(default_factory=dict)
    stage: Stage | None = None
    since: MonthPoint | None = None
    cause: DropCause | None = None
    in_a_row: int = 0
    plays: Mapping[str, str] = field(default_factory=dict)
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
    def question(self) -> str:
        """The question of its scope, for the stretch that its rule judges; empty without one."""
        if self.month is None:
            return ""
        scope = canonical_scope(self.rule.scope)
        return f"{scope} {stretch_code(self.rule.window, self.month)}".lstrip()

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
    def has_crossed(self) -> bool:
        """Whether the ratio has only just fallen below its level: it was not before."""
        value, since = self.verdict, self.figures.since
        if value is None or value.threshold is None or since is None or since.value is None:
            return False
        is_news = self.kind in {TransitionKind.FIRED, TransitionKind.PROVISIONAL}
        is_first = self.figures.in_a_row <= 1 and value.value < value.threshold
        return is_news and is_first and since.value >= value.threshold

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

    notices: tuple[NoticeDetails, ...]
    breakdown: tuple[NoticeDetails, ...]
    more: int
    names_shown: bool


def owner_of(account: AccountChange) -> str | None:
    """Return the owner of an account as the ledger names it; None if it names none."""
    return account.attributes.get(OWNER_DIMENSION)
