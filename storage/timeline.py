"""Read the ledger once and say what every account paid, and was, at each month start."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from dateutil.relativedelta import relativedelta
from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from metrics.errors import ReconciliationError
from metrics.rollup import Attributes
from storage.batching import batches
from storage.models import Account, AccountAttribute, MrrMovement

Change = tuple[date, int]
Statement = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Balance:
    """MRR above zero of an account on a date, and its stored attributes then.

    ``first_paid_on`` is the first day that it closed with MRR.
    """

    mrr_minor: int
    first_paid_on: date
    attributes: Attributes


def month_starts(since: date, through: date) -> list[date]:
    """Return the first days of months in ``[since, through]``."""
    first = since.replace(day=1)
    count = (through.year - first.year) * 12 + through.month - first.month
    starts = (first + relativedelta(months=n) for n in range(count + 1))
    return [start for start in starts if since <= start <= through]


def balances_at(
    session: Session,
    days: Sequence[date],
    *,
    roots: Collection[str] | None = None,
    as_of: datetime | None = None,
) -> dict[date, dict[str, Balance]]:
    """Return every balance above zero at each of ``days``, by day and topmost account.

    Parameters
    ----------
    days : sequence of date
        Boundary dates, ascending: movements count strictly before one, attributes on it too.
    roots : collection of str, optional
        Only these topmost accounts; all when left out.
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """
    result: dict[date, dict[str, Balance]] = {day: {} for day in days}
    if not days:
        return result
    for wanted in [None] if roots is None else batches(sorted(roots)):
        statements = _statements_by_root(session, wanted, as_of)
        for root, rows in groupby(session.execute(_changes(wanted, as_of)), key=itemgetter(0)):
            changes = [(day, int(amount)) for _, day, amount in rows]
            for day, balance in run(changes, statements.get(root, []), days):
                result[day][root] = balance
    return result


def attributes_at(
    session: Session, day: date, *, roots: Collection[str], as_of: datetime | None = None
) -> dict[str, Attributes]:
    """Return the stored attributes of some topmost accounts on a day, paying or not."""
    found: dict[str, Attributes] = {root: {} for root in roots}
    for some in batches(sorted(roots)):
        for root, statements in _statements_by_root(session, some, as_of).items():
            found[root] = {dim: value for since, dim, value in statements if since <= day}
    return found


def run(
    changes: Sequence[Change], statements: Sequence[Statement], days: Iterable[date]
) -> Iterator[tuple[date, Balance]]:
    """Yield one account's balance at each of ``days`` on which it is above zero.

    ``changes`` (a day's net in minor units) and ``statements`` are in order of date; of two
    statements from one day on, the one that came in later counts.

    Raises
    ------
    ReconciliationError
        If a balance is below zero.
    """
    mrr, first_paid_on, attributes = 0, None, dict[str, str]()
    changed, stated = 0, 0
    for day in days:
        while changed < len(changes) and changes[changed][0] < day:
            mrr += changes[changed][1]
            if mrr > 0 and first_paid_on is None:
                first_paid_on = changes[changed][0]
            changed += 1
        while stated < len(statements) and statements[stated][0] <= day:
            _, dimension, value = statements[stated]
            attributes = {**attributes, dimension: value}
            stated += 1
        if mrr < 0:  # of a past moment, a loss can be known before the gain that it ate
            raise ReconciliationError
        if mrr > 0 and first_paid_on is not None:
            yield day, Balance(mrr, first_paid_on, attributes)


def _changes(roots: Sequence[str] | None, as_of: datetime | None) -> Select[str, date, int]:
    net = func.sum(col(MrrMovement.amount_minor))
    statement = (
        select(col(Account.root_id), col(MrrMovement.effective_on), net)
        .join(Account, col(Account.account_id) == col(MrrMovement.account_id))
        .group_by(col(Account.root_id), col(MrrMovement.effective_on))
        .order_by(col(Account.root_id), col(MrrMovement.effective_on))
    )
    if roots is not None:
        statement = statement.where(col(Account.root_id).in_(roots))
    if as_of is not None:
        statement = statement.where(col(MrrMovement.recorded_at) <= as_of)
    return statement


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
