"""The books of one period at one state of the data: its figures, and the ledger behind them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.config import Settings
from bot.errors import UsageError
from bot.questions.echo import echoed
from bot.questions.scopes import read_scope
from bot.questions.words import Vocabulary
from bot.style.grounds import DataReach, Grounds, rates_of
from metrics.errors import UnknownPeriodError
from metrics.period_grammar import shift_months
from metrics.periods import Period, parse_period
from metrics.retention import OutsideCohort, Retention
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from storage.access.audit import Link, between
from storage.channels.posted_figures import PostedRecord, posted_of
from storage.importing.history import runs
from storage.ledger.evidence import PeriodEvidence
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.tables.ledger import ImportRun

_TRY = "Try: nrrbot audit pack Q3 2026 FILE.zip"
_ACCOUNTS_ALONE = "--scope takes accounts, such as smb; the period stands before the file"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """A pack that is asked for.

    ``scope`` has words that name accounts, none for the company; ``as_of`` is the moment by which
    what counts was recorded, None for all there is.
    """

    words: str
    today: date
    scope: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFigures:
    """The figures of a pack, in minor units of the currency of its grounds.

    ``fx`` is what all MRR at the close gains by the exchange rates of that day, None where no
    amount is converted.
    """

    period: Period
    scope: Scope
    retention: Retention
    outside: OutsideCohort
    fx: int | None
    grounds: Grounds

    @property
    def boundaries(self) -> tuple[date, ...]:
        """The first day, each month start after it, and the first day after the period."""
        found = [self.period.start]
        while found[-1] < self.period.end:
            found.append(shift_months(found[-1], 1))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackBook:
    """One period's figures with all that stands behind them, in one session.

    Attributes
    ----------
    trail : iterator of Link
        The audit's entries of the period; it can be read once.
    balances, moved : counters
        What was written of balances by day and currency, and of movements by month start and
        currency, in minor units: filled while the rows are written.
    """

    ledger: Ledger
    figures: PackedFigures
    evidence: PeriodEvidence
    settings: Settings
    today: date
    imports: Sequence[ImportRun]
    posted: Sequence[PostedRecord]
    trail: Iterator[Link]
    balances: Counter[tuple[date, str]] = field(default_factory=Counter)
    moved: Counter[tuple[date, str]] = field(default_factory=Counter)


@contextmanager
def opened_book(
    store: Store, settings: Settings, asked: PackRequest, *, now: datetime
) -> Iterator[PackBook]:
    """Open the book of a period, all of it at one state of the data.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If the words name no period that is over, or no accounts.
    """
    with store.read() as session:
        ledger = Ledger(session, tiers=settings.tiers, as_of=asked.as_of)
        figures = _measured(ledger, settings, asked)
        period, by = figures.period, now if asked.as_of is None else min(asked.as_of, now)
        first, last = (
            datetime.combine(day, time(), settings.zone) for day in (period.start, period.end)
        )
        yield PackBook(
            ledger=ledger,
            figures=figures,
            evidence=ledger.evidence(period.start, period.end, figures.scope),
            settings=settings,
            today=asked.today,
            imports=runs(session),
            posted=posted_of(session, period.start, period.end, by=by),
            trail=between(session, first, min(last, by)),
        )


def _measured(ledger: Ledger, settings: Settings, asked: PackRequest) -> PackedFigures:
    period = _read_period(asked.words, ledger, settings, today=asked.today)
    scope = _read_accounts(asked.scope, ledger, settings, today=asked.today)
    return PackedFigures(
        period=period,
        scope=scope,
        retention=ledger.retention(period.start, period.end, scope),
        outside=ledger.outside_cohort(period.start, period.end, scope),
        fx=ledger.fx(period.start, period.end, scope),
        grounds=_grounds(ledger, period, asked),
    )


def _read_period(words: str, ledger: Ledger, settings: Settings, *, today: date) -> Period:
    try:
        period = parse_period(
            words,
            today=today,
            fiscal_start=settings.nrrbot_fiscal_year_start,
            data_end=ledger.data_end(today),
        )
    except UnknownPeriodError:
        raise UsageError(f"an audit pack is of one period, not {echoed(words)}. {_TRY}") from None
    if not (period.complete and period.months):
        raise UsageError(f"an audit pack is of whole months that are over. {_TRY}")
    return period


def _read_accounts(text: str, ledger: Ledger, settings: Settings, *, today: date) -> Scope:
    scope = read_scope(
        text,
        vocabulary=Vocabulary(ledger.vocabulary(), ledger.currencies()),
        today=today,
        fiscal_start=settings.nrrbot_fiscal_year_start,
        only=_ACCOUNTS_ALONE,
    )
    if PRODUCT in dict(scope):
        raise UsageError("an audit pack is of whole accounts, whatever they pay for: leave it out")
    return scope


def _grounds(ledger: Ledger, period: Period, asked: PackRequest) -> Grounds:
    state = ledger.state()
    reach = DataReach(
        closed_through=state.closed_through, data_through=ledger.data_end(asked.today).through
    )
    return Grounds(
        currency=ledger.currency,
        data_version=state.data_version,
        data_as_of=state.data_as_of,
        reach=reach,
        as_of=asked.as_of,
        rates=rates_of(period.start) if ledger.converts else None,
    )
