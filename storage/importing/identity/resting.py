"""Rows that rest on the ids of an import: its reversal must not tear accounts apart."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.columns.live import is_live, reversed_runs
from storage.importing.external_ids import source_name
from storage.importing.identity.held import read_identities
from storage.importing.identity.stated import with_movements
from storage.store.statements import batches
from storage.tables.facts import AccountRow, MovementRow, SourceName
from storage.tables.identity import IdentityRow


def what_rests(session: Session, imports: Collection[int], *, target: int) -> str | None:
    """Say why ids that imports state cannot be taken back, or given back; None if they can.

    Parameters
    ----------
    imports : collection of int
        The import that is to be reversed, and what it reversed itself.
    target : int
        The first of them.
    """
    rows = select(IdentityRow).where(col(IdentityRow.import_id).in_(imports))
    said = session.scalars(rows.order_by(col(IdentityRow.id))).all()
    if not said:
        return None
    before, after = reversed_runs(session), reversed_runs(session, also=target)
    taken = [row for row in said if row.import_id not in before and row.import_id in after]
    given = [row for row in said if row.import_id in before and row.import_id not in after]
    return _landed_by(session, taken) or _taken_since(session, given)


def _landed_by(session: Session, said: Collection[IdentityRow]) -> str | None:
    """Find the newest import that landed rows on accounts by ids that are to be taken back."""
    names = session.execute(select(col(SourceName.number), col(SourceName.name))).all()
    for source in sorted({row.source for row in said}):
        numbers = [number for number, name in names if source_name(name) == source]
        accounts = {row.account: row.import_id for row in said if row.source == source}
        for some in batches(sorted(accounts)):
            newest = select(func.max(col(MovementRow.import_id))).where(
                col(MovementRow.account).in_(some),
                col(MovementRow.source).in_(numbers),
                col(MovementRow.import_id) > min(accounts.values()),
                is_live(),
            )
            if (run := session.scalar(newest)) is not None:
                return (
                    f"import {run} has landed rows of {source} by its ids: reverse that one first"
                )
    return None


def _taken_since(session: Session, said: Collection[IdentityRow]) -> str | None:
    """Find an id that has become an account of its own, or another one's, since it was taken."""
    own = with_movements(session, {row.external_id for row in said})
    names = dict(session.execute(select(col(AccountRow.number), col(AccountRow.account_id))).all())
    for row in said:
        key, account = row.external_id, names[row.account]
        if key in own and key != account:
            return f"{key} has movements as an account of its own by now: reverse these first"
        held = read_identities(session, row.source).accounts.get(key, account)
        if held != account:
            return f"{key} of {row.source} is {held} by now: reverse the import that says so first"
    return None
