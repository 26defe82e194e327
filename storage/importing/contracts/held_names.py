"""Names of accounts that the ledger has already, which a billing system does not replace."""

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.statements import batches
from storage.tables.facts import AccountRow


def named_accounts(session: Session, accounts: Collection[str]) -> set[str]:
    """Find those of some accounts that have a name."""
    found = set[str]()
    for some in batches(sorted(accounts)):
        statement = (
            select(col(AccountRow.account_id))
            .where(col(AccountRow.account_id).in_(some))
            .where(col(AccountRow.name).is_not(None))
        )
        found.update(session.scalars(statement))
    return found
