"""One period's sums per combination of attributes: from month balances, or from any two dates."""

from collections.abc import Hashable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.retention import OutsideCohort, Retention, decompose_by
from metrics.rollup import Attributes, PeriodSums
from storage.models import MonthBalance
from storage.timeline import Balance


def sums_from_month_balances(
    session: Session,
    start: date,
    end: date,
    *,
    sets: Mapping[int, Attributes],
    closing_total: int,
) -> PeriodSums:
    """Return the sums between two month starts, added up by the database.

    Parameters
    ----------
    sets : mapping of int to attributes
        The combinations of attributes by their number.
    closing_total : int
        All MRR at ``end`` by the ledger, in minor units, for the check of the bridge.
    """
    return PeriodSums(
        cohort=tuple(
            (
                sets[row.pop("attribute_set_id")],
                Retention(**{name: int(amount) for name, amount in row.items()}),
            )
            for row in map(dict, session.execute(_cohort(start, end)).mappings())
        ),
        outside=tuple(
            (sets[number], OutsideCohort(new=int(new), returning=int(returning)))
            for number, new, returning in session.execute(_outside_cohort(start, end))
        ),
        closing_total=closing_total,
    )


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


def sums_from_balances(
    start: date,
    opening: Mapping[str, tuple[Balance, Attributes]],
    closing: Mapping[str, tuple[Balance, Attributes]],
    *,
    closing_total: int,
) -> PeriodSums:
    """Return the sums between any two dates from every balance above zero on each.

    Parameters
    ----------
    start : date
        When the period opens: an account that first paid before is returning, not new.
    opening, closing : mapping of account to balance and attributes
        All of the company's, at the two ends.
    closing_total : int
        All MRR at the close by the ledger, in minor units, for the check of the bridge.
    """
    import pandas as pd  # noqa: PLC0415 - slow to load, and month-aligned answers do without

    numbers: dict[frozenset[tuple[str, str]], int] = {}
    rows = [
        (
            numbers.setdefault(frozenset(attributes.items()), len(numbers)),
            balance.mrr_minor,
            closing[root][0].mrr_minor if root in closing else 0,
        )
        for root, (balance, attributes) in opening.items()
    ]
    combinations: dict[Hashable, Attributes] = {
        number: dict(combination) for combination, number in numbers.items()
    }
    frame = pd.DataFrame(rows, columns=["combination", "opening", "closing"])
    frame = frame.astype({"opening": "int64", "closing": "int64"})
    return PeriodSums(
        cohort=tuple(
            (combinations[number], retention)
            for number, retention in decompose_by(frame, "combination").items()
        ),
        outside=tuple(
            (attributes, _outside(balance, start))
            for root, (balance, attributes) in closing.items()
            if root not in opening
        ),
        closing_total=closing_total,
    )


def _outside(balance: Balance, start: date) -> OutsideCohort:
    if balance.first_paid_on >= start:
        return OutsideCohort(new=balance.mrr_minor)
    return OutsideCohort(returning=balance.mrr_minor)
