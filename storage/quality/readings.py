"""Weekly readings of the quality of the data: what was measured, against which the next is held."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.statements import insert_new
from storage.tables.quality import QualityReading


def has_reading(session: Session, week: str) -> bool:
    """Tell whether a week was read already."""
    return session.get(QualityReading, week) is not None


def reading_before(session: Session, week: str) -> Mapping[str, int] | None:
    """Read what was measured in the newest week before another; None before the first."""
    newest = (
        select(col(QualityReading.measures))
        .where(col(QualityReading.week) < week)
        .order_by(col(QualityReading.week).desc())
        .limit(1)
    )
    found = session.scalar(newest)
    return None if found is None else dict(json.loads(found))


def note_reading(
    session: Session, week: str, measures: Mapping[str, int], *, now: datetime
) -> bool:
    """Keep what was measured in a week; False if another process was quicker."""
    text = json.dumps(dict(measures), sort_keys=True)
    return insert_new(session, QualityReading, week=week, measures=text, at=now) is not None
