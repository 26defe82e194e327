"""Figures that channels were shown and that were announced again since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.restatement import is_restated
from metrics.rollup import Scope
from storage.tables.delivery import PostedFigureRow
from storage.tables.ratios import read_ratio_text
from storage.tables.scopes import read_scope_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RestatedFigure:
    """NRR of a scope in ``[start, end)`` as it was posted, and as it was posted later."""

    scope: Scope
    start: date
    end: date
    before: Fraction | None
    after: Fraction | None
    at: datetime


def read_restatements(session: Session, *, since: datetime) -> tuple[RestatedFigure, ...]:
    """List the figures that were posted anew since a moment, half a point apart, newest first.

    What several channels were told is listed once.
    """
    rows = session.scalars(select(PostedFigureRow).order_by(col(PostedFigureRow.id)))
    found: dict[tuple[object, ...], RestatedFigure] = {}
    for one in _moves(rows):
        if one.at >= since:
            found[one.scope, one.start, one.end, one.before, one.after] = one
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.start), reverse=True))


def _moves(rows: Iterator[PostedFigureRow]) -> Iterator[RestatedFigure]:
    last: dict[tuple[object, ...], Fraction | None] = {}
    for row in rows:
        # The end of a period to date moves on: that is another figure, and no restatement.
        subject = row.channel_id, row.scope, row.starts_on, row.ends_before
        now = read_ratio_text(row.nrr)
        if subject in last and is_restated(last[subject], now):
            yield RestatedFigure(
                scope=read_scope_text(row.scope),
                start=row.starts_on,
                end=row.ends_before,
                before=last[subject],
                after=now,
                at=row.posted_at,
            )
        last[subject] = now
