"""Alert rules as data: what counts as a drop, for how long, and from how many accounts on."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction
from typing import Self

from metrics.findings.years import GRR_FLOOR
from metrics.rollup import Scope

METRIC_DEFINITIONS = 2
"""Goes up when NRR or GRR means something else: what was said about the old one is over then."""

NEEDED_MONTHS = 8
"""A baseline of fewer months, the drop included, says nothing."""


@unique
class Metric(StrEnum):
    """The ratio that a rule watches."""

    NRR = "nrr"
    GRR = "grr"


@unique
class Window(StrEnum):
    """The period whose ratio a rule judges in a closed month: it ends with that month."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "twelve-months"

    @property
    def months(self) -> int:
        """The length of the period."""
        return {Window.MONTH: 1, Window.QUARTER: 3, Window.YEAR: 12}[self]

    def ends_with(self, month: date) -> bool:
        """Tell whether such a period ends with a month: quarters are those of the calendar."""
        return month.month % self.apart == 0

    @property
    def apart(self) -> int:
        """Months from one judged period to the next: those of a year overlap."""
        return 3 if self is Window.QUARTER else 1


@unique
class RuleKind(StrEnum):
    """The comparison that a rule makes with a month."""

    SUSTAINED_DROP = "sustained-drop"
    SHOCK = "shock"
    FLOOR = "floor"
    MASKING = "masking"
    POINT_DROP = "point-drop"
    PERCENT_DROP = "percent-drop"


MIN_ACCOUNTS = 10
"""With fewer, an average account is more than ten points of NRR."""


@unique
class Severity(StrEnum):
    """The severity of a rule; a critical alert is never inhibited by another."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """A rule for one scope; all figures are exact ratios, 0.02 is two points.

    ``threshold`` is the least drop that breaches, for a floor and for masking the ratio not to
    fall below, for a percent drop a share of the baseline.
    """

    rule_id: str
    kind: RuleKind
    threshold: Fraction
    metric: Metric = Metric.NRR
    window: Window = Window.MONTH
    scope: Scope = ()
    deviations: Fraction = Fraction()  # standard deviations that a drop must come to, too
    account_loss: Fraction | None = None  # share of opening MRR that one account alone may cost
    account_share: Fraction = Fraction(3)  # times the average share that such an account had
    for_periods: int = 1  # consecutive months that must breach
    recovery_margin: Fraction = Fraction(5, 1000)  # beyond the threshold, so that nothing flaps
    worse_by: Fraction = Fraction(2, 100)  # told again, also after an acknowledgement
    min_accounts: int = MIN_ACCOUNTS
    min_opening_minor: int = 0
    renotify_days: int | None = 28  # None is for news of one month: no reminders
    severity: Severity = Severity.WARNING
    enabled: bool = True
    version: int = 1  # goes up with each edit: the rule is evaluated again on the same data

    @property
    def fingerprint(self) -> str:
        """The key of the rule's alert on this scope, for ever."""
        return fingerprint_of(self.rule_id, self.scope)

    @property
    def months_before(self) -> int:
        """Months that a baseline needs: the rule fires in the eighth at the earliest."""
        return max(NEEDED_MONTHS - self.for_periods, 1)

    def over(self, scope: Scope) -> Self:
        """Return the same rule for a segment."""
        return replace(self, scope=scope)


def fingerprint_of(rule_id: str, scope: Scope) -> str:
    """Return the key of a rule's alert on a scope, under the definitions as they are."""
    # Stored for ever: another order or type here would make every alert a new one.
    identity = repr((rule_id, scope, METRIC_DEFINITIONS))
    return hashlib.sha256(identity.encode()).hexdigest()


SUSTAINED_DROP = AlertRule(
    rule_id="sustained-drop",
    kind=RuleKind.SUSTAINED_DROP,
    threshold=Fraction(2, 100),
    deviations=Fraction(3, 2),
    for_periods=2,
)
SHOCK = AlertRule(
    rule_id="shock",
    kind=RuleKind.SHOCK,
    threshold=Fraction(35, 1000),  # less is nothing, however calm it was: benchmarks/NOISE.md
    deviations=Fraction(3),
    account_loss=Fraction(1, 100),
    renotify_days=None,  # a shock is one month's news
)
FLOOR = AlertRule(
    rule_id="floor",
    kind=RuleKind.FLOOR,
    metric=Metric.GRR,
    window=Window.YEAR,
    threshold=GRR_FLOOR,
)
MASKING = AlertRule(
    rule_id="masking",
    kind=RuleKind.MASKING,
    metric=Metric.GRR,
    window=Window.YEAR,
    threshold=GRR_FLOOR,
)
DEFAULT_RULES = (SUSTAINED_DROP, SHOCK, FLOOR, MASKING)
"""The rules that are on, for the company and every segment. What compares with a baseline is silent
before the eighth closed month; floors, masking and single accounts are not."""
