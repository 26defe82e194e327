"""Windows: one period's sums per combination of attributes, kept until an import touches them."""

from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.models import ActivityWindow, RetentionWindow


def forget_windows(session: Session, *, since: date = date.min) -> None:
    """Delete every window that something changed on ``since``, or later, can have touched.

    Attributes count on a boundary date itself, so a window that ends on that day goes too.
    """
    for table in (RetentionWindow, ActivityWindow):
        session.execute(delete(table).where(col(table.end_on) >= since))
