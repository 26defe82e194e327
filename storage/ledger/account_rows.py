"""Rows of one account as they were recorded: movements with their source, and its last signals."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.outlook import ENDS
from storage.columns.live import reversed_runs
from storage.ledger.account_record import RecordedMovement, SignalValue, WaitingMovement
from storage.store.column_types import day_number, day_of, moment_number, moment_of
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product, SourceName
from storage.tables.ledger import ImportRun
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow


def read_movements(
    session: Session, accounts: Sequence[int], *, before: date, as_of: datetime | None
) -> tuple[RecordedMovement, ...]:
    """Read the movements of some accounts before a day, the newest first."""
    row = MovementRow
    statement = (
        select(
            row,
            *(col(AccountRow.account_id), col(Currency.code), col(Driver.name), col(Product.name)),
            *(col(SourceName.name), col(ImportRun.name)),
        )
        .join(AccountRow, col(AccountRow.number) == col(row.account))
        .join(Currency, col(Currency.number) == col(row.currency))
        .join(SourceName, col(SourceName.number) == col(row.source))
        .join(ImportRun, col(ImportRun.id) == col(row.import_id))
        .outerjoin(Driver, col(Driver.number) == col(row.driver))
        .outerjoin(Product, col(Product.number) == col(row.product))
        .where(col(row.account).in_(accounts), col(row.day) < day_number(before))
        .order_by(col(row.day).desc(), col(row.id).desc())
    )
    if as_of is not None:
        statement = statement.where(col(row.recorded) <= moment_number(as_of))
    found = session.execute(statement).all()
    taken_back = {one.reverses for one, *_ in found}
    return tuple(
        RecordedMovement(
            account_id=account_id,
            day=day_of(one.day),
            amount_minor=one.amount_minor,
            currency=currency,
            driver=driver,
            product=product,
            recorded_at=moment_of(one.recorded),
            import_id=one.import_id,
            import_name=import_name,
            source=source,
            source_row=one.source_row,
            movement_id=one.movement_id,
            is_taken_back=one.reverses is not None or one.id in taken_back,
        )
        for one, account_id, currency, driver, product, source, import_name in found
    )


def read_waiting(
    session: Session, accounts: Sequence[int], *, since: date
) -> tuple[WaitingMovement, ...]:
    """Read the movements of some accounts that wait for a day, the next one first.

    Ends of terms are left out: contracts tell of them.
    """
    row = DueMovement
    statement = (
        select(row)
        .join(AccountRow, col(AccountRow.account_id) == col(row.account_id))
        .where(
            col(AccountRow.number).in_(accounts),
            col(row.day) >= day_number(since),
            col(row.landed).is_(None),
            col(row.withdrawn).is_(None),
            func.coalesce(col(row.driver), "") != ENDS,
        )
        .order_by(col(row.day), col(row.id))
    )
    return tuple(
        WaitingMovement(
            day=day_of(one.day),
            amount_minor=one.amount_minor,
            currency=one.currency,
            driver=one.driver,
        )
        for (one,) in session.execute(statement)
    )


def read_signals(
    session: Session, account_id: str, *, as_of: datetime | None
) -> tuple[SignalValue, ...]:
    """Read the last value of each metric that signals give of an account, by metric."""
    row = SignalRow
    statement = (
        select(col(SignalMetric.name), col(row.units), col(row.decimals), col(row.day))
        .join(SignalMetric, col(SignalMetric.number) == col(row.metric))
        .join(SignalAccount, col(SignalAccount.number) == col(row.account))
        .where(
            col(SignalAccount.account_id) == account_id,
            col(row.import_id).not_in(reversed_runs(session, by=as_of)),
        )
        .order_by(col(row.day), col(row.recorded), col(row.id))
    )
    if as_of is not None:
        statement = statement.where(col(row.recorded) <= moment_number(as_of))
    last = {
        metric: SignalValue(metric, Decimal(units).scaleb(-decimals), day_of(day))
        for metric, units, decimals, day in session.execute(statement)
    }
    return tuple(last[metric] for metric in sorted(last))
