"""Month starts, and the stored attributes of some accounts on a day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.rollup import Attributes
from storage.store.statements import batches
from storage.tables.ledger import Account, AccountAttribute

Statement = tuple[date, str, str]


def month_starts(since: date, through: date) -> list[date]:
    """Return the first days of months in ``[since, through]``."""
    first = since.replace(day=1)
    count = (through.year - first.year) * 12 + through.month - first.month
    starts = (first + relativedelta(months=n) for n in range(count + 1))
    return [start for start in starts if since <= start <= through]


def attributes_at(
    session: Session, day: date, *, roots: Collection[str], as_of: datetime | None = None
) -> dict[str, Attributes]:
    """Return the stored attributes of some topmost accounts on a day, paying or not."""
    found: dict[str, Attributes] = {root: {} for root in roots}
    for some in batches(sorted(roots)):
        for root, statements in _statements_by_root(session, some, as_of).items():
            found[root] = {dim: value for since, dim, value in statements if since <= day}
    return found


def _statements_by_root(
    session: Session, roots: Sequence[str] | None, as_of: datetime | None
) -> dict[str, list[Statement]]:
    table = AccountAttribute
    statement = (
        select(col(table.account_id), col(table.valid_from), col(table.dimension), col(table.value))
        .join(Account, col(Account.account_id) == col(table.account_id))
        .where(col(Account.account_id) == col(Account.root_id))
        .order_by(col(table.account_id), col(table.valid_from), col(table.id))
    )
    if roots is not None:
        statement = statement.where(col(table.account_id).in_(roots))
    if as_of is not None:
        statement = statement.where(col(table.recorded_at) <= as_of)
    rows = groupby(session.execute(statement), key=itemgetter(0))
    return {root: [(day, dim, value) for _, day, dim, value in group] for root, group in rows}
