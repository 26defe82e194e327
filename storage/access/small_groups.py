"""Whether groups of fewer than five accounts are shown to everybody who sees figures."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.access import SmallGroupsRow

_READ = Prepared(select(col(SmallGroupsRow.are_shown)), batch=OpeningBatch.ANY_ANSWER)


def shows_small_groups(session: Session) -> bool:
    """Tell whether an administrator lets small groups be shown."""
    return any(are_shown for (are_shown,) in _READ.rows(session))


def put_small_groups(session: Session, *, are_shown: bool, by: str, now: datetime) -> None:
    """Store whether small groups are shown."""
    session.merge(SmallGroupsRow(id=1, are_shown=int(are_shown), set_by=by, set_at=now))
    session.flush()
