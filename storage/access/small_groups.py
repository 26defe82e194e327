"""Whether groups of fewer than five accounts are shown to everybody who sees figures."""

from datetime import datetime

from sqlmodel import Session

from storage.tables.access import SmallGroupsRow


def shows_small_groups(session: Session) -> bool:
    """Tell whether an administrator lets small groups be shown."""
    row = session.get(SmallGroupsRow, 1)
    return row is not None and bool(row.are_shown)


def put_small_groups(session: Session, *, are_shown: bool, by: str, now: datetime) -> None:
    """Store whether small groups are shown."""
    session.merge(SmallGroupsRow(id=1, are_shown=int(are_shown), set_by=by, set_at=now))
    session.flush()
