"""Review of the data: everything that is said of its quality, read in one session."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from metrics.segments import Tiers
from storage.columns.labels import driver_names
from storage.columns.reading import ColumnReader
from storage.columns.standings import by_account
from storage.ledger.ledger import Ledger
from storage.ledger.reading import LedgerReading
from storage.quality.accounts import (
    AccountBook,
    AlikePair,
    Unmatched,
    look_alike_pairs,
    unmatched_accounts,
)
from storage.quality.bridge import BridgeRow, read_bridge
from storage.quality.drivers import DriverCoverage, read_drivers
from storage.quality.feeds import Feed, read_feeds
from storage.quality.paying import OWNER, Gap, PayingAccounts, all_paying, read_gaps
from storage.quality.restatements import RestatedFigure, read_restatements
from storage.store.memory import LedgerMemory

RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReview:
    """The quality of a ledger on a day.

    Attributes
    ----------
    end : date
        The first day without data: accounts are those that pay then.
    currency : str
        That of all money but the bridge's.
    unmatched : tuple of Unmatched, optional
        None where no list of accounts was imported.
    """

    end: date
    currency: str
    paying: PayingAccounts
    bridge: tuple[BridgeRow, ...]
    drivers: DriverCoverage
    gaps: tuple[Gap, ...]
    alike: tuple[AlikePair, ...]
    unmatched: tuple[Unmatched, ...] | None
    feeds: tuple[Feed, ...]
    restatements: tuple[RestatedFigure, ...]


def read_review(
    session: Session, *, tiers: Tiers, dimension: str, today: date, now: datetime
) -> DataReview:
    """Read all of it.

    Parameters
    ----------
    dimension : str
        The main one, such as segment.

    Raises
    ------
    EmptyLedgerError
        If the ledger holds no movement.
    """
    ledger = Ledger(session, tiers=tiers)
    end, currency = ledger.data_end(today).through, ledger.currency
    reading = LedgerReading(
        session, LedgerMemory(), tiers=tiers, currency=currency, reporting=currency
    )
    period, columns = reading.between(end, end), ColumnReader(session)
    worth = period.worth(reading.standings.amounts(end))
    own = by_account(worth, columns.positions(), reading.standings.names.accounts)
    book = AccountBook.of(session, columns, own, columns.tree(end))
    return DataReview(
        end=end,
        currency=currency,
        paying=all_paying(period),
        bridge=read_bridge(session, dimension),
        drivers=read_drivers(columns, driver_names(session), end=end, exchange=reading.exchange),
        gaps=read_gaps(session, period, (dimension, OWNER)),
        alike=look_alike_pairs(book),
        unmatched=unmatched_accounts(session, book),
        feeds=read_feeds(session, now=now),
        restatements=read_restatements(session, since=now - RECENT),
    )
