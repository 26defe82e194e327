"""Balances at month starts for a warehouse, from the columns of a store that has the ledger."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

import numpy as np
from sqlmodel import Session

from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.labels import account_ids, read_names
from storage.columns.reading import ColumnReader
from storage.columns.standings import by_account
from storage.store.column_types import day_of
from storage.store.statements import bulk_insert
from storage.warehouse.tables import MonthBalance

Balance = tuple[str, str, int, str, int]
COLUMNS = ("as_of", "account_id", "mrr_minor", "first_paid_on", "attribute_set_id")


def month_balances(session: Session, months: Collection[date]) -> Iterator[Balance]:
    """Yield the balances at some month starts, as cells of `COLUMNS`; dates are ISO text."""
    stored, names = ColumnReader(session), read_names(session)
    ids = account_ids(session, accounts=names.accounts)
    for month in months:
        yield from _balances(stored, month, ids, accounts=names.accounts)


def put_month_balances(session: Session, months: Collection[date]) -> None:
    """Fill the table of balances, where there is one beside a store's own."""
    balances = [*month_balances(session, months)]  # nothing else can be read during a COPY
    bulk_insert(session, MonthBalance, COLUMNS, balances)


def _balances(
    stored: ColumnReader, month: date, ids: Callable[[Whole], Sequence[str]], *, accounts: int
) -> Iterator[Balance]:
    tree = stored.tree(month)
    own = by_account(stored.amounts(month), stored.positions(), accounts)
    mrr, first_paid = tree.rolled_up(own), tree.earliest(stored.first_paid())
    units = np.flatnonzero(mrr)
    cells = (mrr[units], first_paid[units], fitted(stored.places(month), accounts)[units])
    rows = zip(ids(units), *(column.tolist() for column in cells), strict=True)
    as_of = month.isoformat()
    for account, minor, day, number in rows:
        yield as_of, account, minor, day_of(day).isoformat(), number
