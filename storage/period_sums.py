"""One period's sums per combination of attributes, from the balances at two month starts."""

from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.rollup import Sums
from storage.models import MonthBalance

_NOBODY: Sums = (0, 0, 0, 0, 0, 0, 0, 0)


def window_sums(session: Session, start: date, end: date) -> dict[int, Sums]:
    """Return the sums between two month starts by number of attribute set.

    The database adds them up: nothing is read account by account.
    """
    sums: dict[int, Sums] = {}
    for number, *cohort in session.execute(_cohort(start, end)):
        held, kept, opening, expansion, contraction, churn = map(int, cohort)
        sums[number] = (held, kept, opening, expansion, contraction, churn, 0, 0)
    for number, new, returning in session.execute(_outside_cohort(start, end)):
        inside = sums.get(number, _NOBODY)
        sums[number] = (*inside[:-2], int(new), int(returning))
    return sums


def _cohort(start: date, end: date) -> Select[int, int, int, int, int, int, int]:
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    before = col(opening.mrr_minor)
    after = func.coalesce(col(closing.mrr_minor), 0)
    same_account = col(closing.account_id) == col(opening.account_id)
    return (
        select(
            col(opening.attribute_set_id),
            func.count().label("accounts_opening"),
            func.count(col(closing.account_id)).label("accounts_retained"),
            func.sum(before).label("opening"),
            _sum_where(after > before, after - before).label("expansion"),
            _sum_where(and_(after > 0, after < before), before - after).label("contraction"),
            _sum_where(after == 0, before).label("churn"),
        )
        .select_from(opening)
        .outerjoin(closing, and_(same_account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start)
        .group_by(col(opening.attribute_set_id))
    )


def _outside_cohort(start: date, end: date) -> Select[int, int, int]:
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    is_new = col(closing.first_paid_on) >= start
    same_account = col(opening.account_id) == col(closing.account_id)
    return (
        select(
            col(closing.attribute_set_id),
            _sum_where(is_new, col(closing.mrr_minor)),
            _sum_where(~is_new, col(closing.mrr_minor)),
        )
        .select_from(closing)
        .outerjoin(opening, and_(same_account, col(opening.as_of) == start))
        .where(col(closing.as_of) == end, col(opening.account_id).is_(None))
        .group_by(col(closing.attribute_set_id))
    )


def _sum_where(
    condition: ColumnElement[bool], amount: SQLColumnExpression[int]
) -> ColumnElement[int]:
    return func.sum(case((condition, amount), else_=0))
