"""Usage that counts, and what of it cannot be."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.store.numbering import has_rows
from storage.tables.facts import AccountRow, Currency, Product
from storage.tables.ledger import ImportRun
from storage.tables.usage import UsageMovement

_SHOWN = 100


def has_usage(session: Session) -> bool:
    """Tell whether any usage was ever imported, whether it counts or not."""
    return has_rows(session, UsageMovement)


def usage_counts(session: Session, *, also: int | None = None) -> ColumnElement[bool]:
    """Build the condition that a row was not taken back: by another one, or with its import.

    Parameters
    ----------
    also : int, optional
        An import that is about to be reversed.
    """
    row, other = UsageMovement, aliased(UsageMovement)
    gone = reversed_runs(session, also=also)
    taken = select(col(other.reverses)).where(
        col(other.reverses).is_not(None), col(other.import_id).not_in(gone)
    )
    is_own = col(row.reverses).is_(None) & col(row.import_id).not_in(gone)
    return and_(is_own, col(row.id).not_in(taken))


def wrong_usage(session: Session) -> Iterator[tuple[int, str]]:
    """Yield rows that refer to nothing or close a day below zero, the first ones of many."""
    row = UsageMovement
    for name, number in (
        ("account", col(AccountRow.number)),
        ("product", col(Product.number)),
        ("currency", col(Currency.number)),
        ("import_id", col(ImportRun.id)),
    ):
        column = col(getattr(row, name))
        known = select(number).where(number == column).exists()
        unknown = select(col(row.id)).where(column.is_not(None), ~known).order_by(col(row.id))
        for found in session.scalars(unknown.limit(_SHOWN)):
            yield found, name
    yield from ((found, "amount_minor") for found in usage_below_zero(session))


def usage_below_zero(session: Session, *, also: int | None = None) -> list[int]:
    """List rows on whose day usage closes below zero, the first ones of many.

    Parameters
    ----------
    also : int, optional
        An import that is about to be reversed.
    """
    row = UsageMovement
    position = (col(row.account), col(row.product), col(row.currency))
    total = func.sum(col(row.amount_minor)).over(partition_by=position, order_by=col(row.day))
    counting = select(col(row.id), total.label("total")).where(usage_counts(session, also=also))
    closes = counting.subquery()
    below = select(closes.c.id).where(closes.c.total < 0).order_by(closes.c.id).limit(_SHOWN)
    return [*session.scalars(below)]
