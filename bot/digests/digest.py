"""Digest of a subscription for one week or month: its answer, and the news beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from bot.answers.answer import Answer
from bot.answers.posted_figures import Restated, figures_of
from bot.benchmarks.tier_review import TierReview
from bot.confidence.sureness import Sureness
from bot.outlook.outlook import Outlook
from bot.trends.trend import Trend
from metrics.activity import Activity
from metrics.alerts.grouping import Alert
from metrics.alerts.states import Transition
from metrics.retention import Retention
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.digests.subscriptions import DigestContent
from storage.ledger.account_changes import AccountChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """The last transition of an alert since then; ``alert`` is None once its rule is removed."""

    transition: Transition
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceLastDigest:
    """News for a channel since its last digest.

    Attributes
    ----------
    posted : str, optional
        The `Digest.fingerprint` of the last digest; None before the first.
    shown : tuple of ShownFigure
        The newest figures that the channel was shown, of whatever the digest may speak of.
    weeks_missed : tuple of str
        Weeks since then that had no digest, such as ``2026-W46``; of a monthly one none.
    month : date, optional
        The first day of the newest month that a monthly digest told.
    alerts : tuple of AlertNews
        The last transition of each alert that is news, the oldest first.
    """

    posted: str | None = None
    shown: tuple[ShownFigure, ...] = ()
    weeks_missed: tuple[str, ...] = ()
    month: date | None = None
    alerts: tuple[AlertNews, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """Content of a subscription's digest in one week, and how much its recipients may see.

    Attributes
    ----------
    content : DigestContent
        Without a dimension the company is split by its main one, and a scope not at all; nor is a
        scope that has a single value of it.
    today : date
        The recipients' own day, in the time zone of the digest's schedule.
    names_shown : bool
        Whether accounts may be named.
    small_shown : bool
        Whether cohorts of fewer than five accounts are shown apart.
    number : int, optional
        The subscription's number, by which its buttons change it; None for a preview of none.
    month : date, optional
        The first day of the closed month that a monthly digest is about; None for a weekly one.
    """

    content: DigestContent
    week: str
    today: date
    names_shown: bool
    small_shown: bool
    since: SinceLastDigest = SinceLastDigest()
    number: int | None = None
    month: date | None = None

    @property
    def occasion(self) -> str:
        """The name of its week or month, such as ``2026-W46`` or ``2026-10``."""
        return self.week if self.month is None else f"{self.month:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A dimension and a value of it whose GRR over twelve months is the worst of others."""

    figure: PostedFigure
    pair: tuple[str, str]
    year: Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestThread:
    """The thread under a digest: the changes of its base by driver, and its largest accounts.

    ``accounts`` is None where they may not be named.
    """

    drivers: Activity
    accounts: AccountChanges | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBody:
    """Everything in a digest beside its answer, as far as it is known.

    ``sureness`` is that of the answer, where it could change how the digest is read; ``outlook`` is
    a monthly digest's, where anything is known of the days ahead.
    """

    trend: Trend | None = None
    tier_review: TierReview | None = None
    watched: Watched | None = None
    restated: tuple[Restated, ...] = ()
    thread: DigestThread | None = None
    sureness: Sureness | None = None
    outlook: Outlook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A composed digest; amounts are minor units of the answer's currency.

    Where ``is_unchanged``, no month was closed since the last digest, and the body has at most
    what was restated.
    """

    request: DigestRequest
    answer: Answer
    body: DigestBody = DigestBody()
    is_unchanged: bool = False

    @property
    def dimension(self) -> str | None:
        """Dimension that the scope is split by; None if it is not."""
        return self.answer.breakdown[0].dimension if self.answer.breakdown else None

    @property
    def posted(self) -> tuple[PostedFigure, ...]:
        """The figures that its channel is shown, restated ones too."""
        restated = (one.told for one in self.body.restated)
        watched = [self.body.watched.figure] if self.body.watched else []
        return (*restated, *figures_of(self.answer), *watched)

    @property
    def closed_month(self) -> date | None:
        """The first day of the closed month that it is about; None where it is about another."""
        period, closed = self.answer.period, self.answer.grounds.reach.closed_through
        is_closed = closed is not None and period.end <= closed
        return period.start if is_closed and period.is_month else None

    @property
    def fingerprint(self) -> str:
        """A hash of what it is about, by which the next digest knows whether a month was closed."""
        period, closed = self.answer.period, self.answer.grounds.reach.closed_through
        told: Sequence[object] = [
            *(period.label, *period.ends),
            closed is not None and period.end <= closed,
            *(self.answer.question.scope, self.dimension),
        ]
        return sha256(repr(told).encode()).hexdigest()
