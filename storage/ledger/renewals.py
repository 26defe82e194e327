"""Days on which accounts renew, by the terms of contracts that the ledger holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.next_renewal import next_renewal
from metrics.contracts.terms import Cadence, Position, Price, Renewing, Term, TermCourse, TermStatus
from storage.columns.live import reversed_runs
from storage.store.column_types import day_of, moment_number
from storage.store.statements import batches
from storage.tables.contracts import WITHDRAWN, ContractTerm
from storage.tables.facts import AccountRow

_STATUSES = tuple(TermStatus)


def next_renewals(
    session: Session, accounts: Collection[str], *, today: date
) -> Mapping[str, date]:
    """Find the day after today on which each of some accounts renews.

    Terms count as the newest import of their contract has them that was not taken back. Those of
    accounts beneath one are not its own. An account whose next renewal is not known is left out.
    """
    renewals = {}
    for account, terms in held_terms(session, accounts):
        day = next_renewal(terms, today=today)
        if day is not None:
            renewals[account] = day
    return renewals


def held_terms(
    session: Session, accounts: Collection[str], *, by: datetime | None = None
) -> Iterator[tuple[str, list[Term]]]:
    """Yield the terms that stand of each of some accounts that has any.

    Parameters
    ----------
    by : datetime, optional
        Only what was recorded by then.
    """
    gone = reversed_runs(session, by=by)
    for some in batches(sorted(accounts)):
        held: defaultdict[str, list[ContractTerm]] = defaultdict(list)
        statement = (
            select(col(AccountRow.account_id), ContractTerm)
            .join(AccountRow, col(AccountRow.number) == col(ContractTerm.account))
            .where(col(AccountRow.account_id).in_(some))
            .order_by(col(ContractTerm.id))
        )
        if by is not None:
            statement = statement.where(col(ContractTerm.recorded) <= moment_number(by))
        for account, row in session.execute(statement):
            if row.import_id not in gone:
                held[account].append(row)
        yield from ((account, [*_terms(rows)]) for account, rows in held.items())


def _terms(rows: Iterable[ContractTerm]) -> Iterator[Term]:
    """Build the terms that stand: what the newest import of each contract says of it."""
    contracts: defaultdict[tuple[object, ...], list[ContractTerm]] = defaultdict(list)
    for row in rows:
        contracts[_contract_of(row)].append(row)
    for own in contracts.values():
        newest = max(row.import_id for row in own)
        yield from (
            _term(row) for row in own if row.import_id == newest and row.status != WITHDRAWN
        )


def _contract_of(row: ContractTerm) -> tuple[object, ...]:
    if row.contract_id:
        return row.source, row.contract_id
    return row.source, None, row.product, row.currency, row.start


def _term(row: ContractTerm) -> Term:
    return Term(
        start=day_of(row.start),
        last=_day(row.last),
        position=Position(row.product, row.currency),
        price=Price(amount_minor=row.amount_minor, cadence=Cadence(row.cadence)),
        contract=_named(row, row.contract_id),
        amends=_named(row, row.amendment_of),
        renewing=Renewing(None if row.auto_renew is None else bool(row.auto_renew)),
        course=TermCourse(
            status=_STATUSES[row.status],
            cancelled_on=_day(row.cancelled_on),
            past_due_since=_day(row.past_due_since),
        ),
        is_usage=bool(row.is_usage),
    )


def _named(row: ContractTerm, contract: str | None) -> str | None:
    return f"{row.source} {contract}" if contract else None  # another source may have the same


def _day(number: int | None) -> date | None:
    return None if number is None else day_of(number)
