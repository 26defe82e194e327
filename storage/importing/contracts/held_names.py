"""Names of accounts that the ledger has already, which a billing system does not replace."""

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.statements import batches
from storage.tables.facts import AccountRow
from storage.tables.identity import IdentityRow


def named_accounts(session: Session, source: str, ids: Collection[str]) -> set[str]:
    """Find those of some ids that have a name, or that a source has for accounts of other ids."""
    found = set[str]()
    for some in batches(sorted(ids)):
        named = (
            select(col(AccountRow.account_id))
            .where(col(AccountRow.account_id).in_(some))
            .where(col(AccountRow.name).is_not(None))
        )
        known = (
            select(col(IdentityRow.external_id))
            .where(col(IdentityRow.source) == source)
            .where(col(IdentityRow.external_id).in_(some))
        )
        found.update(session.scalars(named), session.scalars(known))
    return found
