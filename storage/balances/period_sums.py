"""One period's sums per combination of attributes, from the balances at two month starts."""

from collections import defaultdict
from datetime import date
from typing import cast

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.rollup import Sums
from storage.tables.ledger import MonthBalance


def window_sums(session: Session, start: date, end: date) -> dict[int, Sums]:
    """Return the sums between two month starts by number of attribute set.

    The database adds them up: nothing is read account by account. Who returned is who pays at the
    close and is neither in the cohort nor new, so that one join of the two months is enough.
    """
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 8)
    retained: defaultdict[int, int] = defaultdict(int)
    for number, number_at_close, *cohort in session.execute(_cohort(start, end)):
        held, opening, closing, expansion = map(int, cohort)
        is_churn = number_at_close is None
        churn, contraction = (opening, 0) if is_churn else (0, opening + expansion - closing)
        kept = 0 if is_churn else held
        part = held, kept, opening, expansion, contraction, churn, 0, 0
        sums[number] = [before + more for before, more in zip(sums[number], part, strict=True)]
        retained[number_at_close] += closing
    new = _paid_by(session, end, first_paid_since=start)
    for number, closing in _paid_by(session, end).items():
        returning = closing - new.get(number, 0) - retained[number]
        if number in new or returning:
            sums[number][6:] = new.get(number, 0), returning
    return {number: cast("Sums", tuple(part)) for number, part in sums.items()}


def _cohort(start: date, end: date) -> Select[int, int | None, int, int, int, int]:
    """Select the cohort by both its attribute sets; at the close there is none for who churned."""
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    before, after = col(opening.mrr_minor), col(closing.mrr_minor)
    same_account = col(closing.account_id) == col(opening.account_id)
    sets = col(opening.attribute_set_id), col(closing.attribute_set_id)
    return (
        select(
            *sets,
            func.count().label("accounts"),
            func.sum(before).label("opening"),
            func.coalesce(func.sum(after), 0).label("closing"),
            func.sum(case((after > before, after - before), else_=0)).label("expansion"),
        )
        .select_from(opening)
        .outerjoin(closing, and_(same_account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start)
        .group_by(*sets)
    )


def _paid_by(session: Session, month: date, *, first_paid_since: date = date.min) -> dict[int, int]:
    """Return the MRR at a month start by attribute set, of the accounts that began since a day."""
    total = func.sum(col(MonthBalance.mrr_minor))
    statement = (
        select(col(MonthBalance.attribute_set_id), total)
        .where(col(MonthBalance.as_of) == month)
        .group_by(col(MonthBalance.attribute_set_id))
    )
    if first_paid_since > date.min:
        statement = statement.where(col(MonthBalance.first_paid_on) >= first_paid_since)
    return {number: int(minor) for number, minor in session.execute(statement)}
