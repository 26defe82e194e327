"""An answer: the figures of one period, as values that everything else shows."""

from dataclasses import dataclass, field
from fractions import Fraction

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.ranking import AccountRanking
from bot.benchmarks.tier_review import TierReview
from bot.cohorts.table import CohortTable
from bot.comparing.comparison import Comparison
from bot.confidence.sureness import Sureness
from bot.migration.matrix import MigrationMatrix
from bot.outlook.outlook import Outlook
from bot.questions.grounded import GroundedReply
from bot.renewals.calendar import RenewalCalendar
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.activity import Activity
from metrics.annualisation import annualised
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.findings.finding import Findings
from metrics.pauses import LapsedPauses
from metrics.periods import Period
from metrics.rates import MissingRateError
from metrics.retention import OutsideCohort, Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRetention:
    """The retention of the question's scope over another period."""

    period: Period
    retention: Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """The period before, and twelve months; each is None where the ledger has no opening MRR.

    Beside twelve months that were asked for stands the month that they end with. ``year_ago`` are
    the twelve months before ``trailing``. ``no_rate`` is the exchange rate for want of which twelve
    months are missing, and ``unpaid`` the twelve months where nobody paid when they opened.
    """

    previous: PeriodRetention | None
    trailing: PeriodRetention | None
    latest_month: PeriodRetention | None = None
    year_ago: PeriodRetention | None = None
    no_rate: MissingRateError | None = None
    unpaid: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One value of a dimension; ``weight`` is its share of the scope's opening MRR.

    ``before``, ``year`` and ``year_ago`` are over the period before, twelve months, and the twelve
    months before those; None where it had no opening MRR, or it must not be shown. ``benchmarked``
    is ``year`` beside its peers and goal; None where there are none.
    """

    dimension: str
    value: str
    retention: Retention
    weight: Fraction
    before: Retention | None = None
    year: Retention | None = None
    year_ago: Retention | None = None
    benchmarked: BenchmarkedYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """The MRR that NRR leaves out, the gross activity, and a month's pauses that became too long.

    None of it feeds a ratio. ``outside`` is None where too few accounts for this reader brought it.
    ``lapsed`` is None for any other period, while a warehouse is away, and where it is not shown.
    ``fx`` is what all MRR of the scope at the close gains by the exchange rates of that day, in
    minor units; None where no amount is converted, and where it is not shown.
    """

    outside: OutsideCohort | None
    activity: Activity | None
    lapsed: LapsedPauses | None = None
    fx: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(GroundedReply):
    """The reply to a question about one period; amounts are MRR in minor units.

    ``switched`` is what products lost to others in the same accounts, None but in a split by
    product. ``findings`` rest on nothing but what the answer shows. ``benchmarked`` are its twelve
    months beside peers and goal, None where there are none; ``tier_review`` is looked for, and
    ``sureness`` read, in a full answer alone. ``gone`` are values that had lost all their MRR when
    the period opened: what they lost is in its twelve months.
    """

    retention: Retention
    comparisons: Comparisons
    breakdown: tuple[Slice, ...]  # the company is split by the main dimension unasked
    memo: Memo
    gone: tuple[Slice, ...] = ()
    switched: int | None = None
    findings: Findings = field(default_factory=Findings)
    benchmarked: BenchmarkedYear | None = None
    tier_review: TierReview | None = None
    sureness: Sureness | None = None

    @property
    def parts(self) -> tuple[Slice, ...]:
        """The values of the split, with those that are gone: over twelve months they add up."""
        return *self.breakdown, *self.gone

    @property
    def period(self) -> Period:
        """The period asked about."""
        return self.question.period

    @property
    def annualised(self) -> Fraction | None:
        """The run rate of a whole month; None for any other period."""
        # Twelve quarters are no year, and a month that is not over has losses to come.
        if self.retention.nrr is None or not (self.period.is_month and self.period.complete):
            return None
        return annualised(self.retention.nrr)

    @property
    def nrr_change(self) -> Fraction | None:
        """NRR less that of the previous period; None where either is undefined."""
        previous = self.comparisons.previous
        before = previous.retention.nrr if previous else None
        if self.retention.nrr is None or before is None:
            return None
        return self.retention.nrr - before

    @property
    def closing_total(self) -> int | None:
        """All MRR of the scope at the close, that of accounts outside the opening base included.

        None where that of accounts outside is not shown.
        """
        outside = self.memo.outside
        return None if outside is None else self.retention.closing + outside.total


AccountReply = AccountMoves | AccountCard | AccountChoice | AccountRanking
"""A reply that names single accounts, where they may be seen."""
TableView = CohortTable | MigrationMatrix | RenewalCalendar | Outlook
"""A reply that is a table of its own."""
ViewReply = Explanation | Comparison | AccountReply | TableView
"""Another view of the figures than an answer."""
Reply = Answer | Trend | ViewReply
"""A reply to a question: an answer about one period, a trend, or another view."""
