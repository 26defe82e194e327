"""Days on which accounts renew, by the terms of contracts that the ledger holds."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.next_renewal import next_renewal
from metrics.contracts.terms import Term
from storage.ledger.contract_terms import read_terms
from storage.store.statements import batches
from storage.tables.facts import AccountRow


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
    names: dict[int, str] = {}
    for some in batches(sorted(accounts)):
        statement = select(col(AccountRow.number), col(AccountRow.account_id))
        rows = session.execute(statement.where(col(AccountRow.account_id).in_(some)))
        names |= {row.number: row.account_id for row in rows}
    for number, terms in read_terms(session, names, as_of=by).items():
        yield names[number], terms
