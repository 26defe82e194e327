"""Land a batch in the ledger: what is new in it, in one transaction, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from metrics.segments import Tiers
from storage.batching import batches
from storage.control_totals import add_to_control_totals
from storage.derivation import repair
from storage.dimension_values import add_values
from storage.importing.batch import Batch, NewMovement, NewStatement
from storage.importing.examination import News, examine
from storage.importing.findings import ImportReport, ImportStatus
from storage.models import Account, AccountAttribute, ImportRun, MrrMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an import needs to know besides its file, all of it given from outside.

    ``closed_through`` is the first day after the last month that the import declares closed.
    """

    clock: Callable[[], datetime]
    today: date
    started_at: datetime
    tiers: Tiers
    closed_through: date | None = None


def land(session: Session, batch: Batch, given: Circumstances) -> ImportReport:
    """Store what is new in ``batch`` and repair the balances that rest on it.

    Parameters
    ----------
    session : Session
        A writing session of `storage.engine.Store`, which commits when this returns and rolls
        back when it raises.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    latest = session.scalar(select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1))
    closed_before = latest.closed_through if latest else None
    news = News() if _has_landed(session, batch) else examine(session, batch)
    report = ImportReport(
        status=ImportStatus.UNCHANGED,
        rows=batch.rows,
        imported=len(news.lines),
        known=batch.rows - len(news.lines),
        data_version=latest.data_version if latest else 0,
        closed_through=_later(closed_before, given.closed_through),
    )
    if not news.lines and report.closed_through == closed_before:
        return report
    report = replace(report, status=ImportStatus.IMPORTED, data_version=report.data_version + 1)
    _store(session, news, _run(batch, report, given))
    _repair(session, news, given)
    return report


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _has_landed(session: Session, batch: Batch) -> bool:
    """Tell whether this very file landed before: then it holds nothing new."""
    same = (col(ImportRun.sha256) == batch.sha256, col(ImportRun.source) == batch.source)
    return session.scalar(select(col(ImportRun.id)).where(*same).limit(1)) is not None


def _run(batch: Batch, report: ImportReport, given: Circumstances) -> ImportRun:
    return ImportRun(
        source=batch.source,
        sha256=batch.sha256,
        rows=batch.rows,
        findings=0,
        started_at=given.started_at,
        finished_at=given.clock(),
        data_version=report.data_version,
        closed_through=report.closed_through,
    )


def _store(session: Session, news: News, run: ImportRun) -> None:
    session.add(run)
    session.flush()
    news.accounts.apply(session)
    origin = {"import_id": run.id}
    movements = [
        _movement_row(movement) | {"source": run.source, "kind": news.kinds[movement.movement_id]}
        for movement in news.movements
    ]
    statements = [_statement_row(statement) for statement in news.statements]
    for table, rows in ((MrrMovement, movements), (AccountAttribute, statements)):
        if rows:
            session.connection().execute(insert(table), [row | origin for row in rows])
    add_to_control_totals(session, ((new.effective_on, new.amount_minor) for new in news.movements))
    add_values(session, ((said.dimension, said.value) for said in news.statements))


def _movement_row(movement: NewMovement) -> dict[str, object]:
    return {
        "movement_id": movement.movement_id,
        "account_id": movement.account_id,
        "product": movement.product,
        "effective_on": movement.effective_on,
        "driver": movement.driver,
        "amount_minor": movement.amount_minor,
        "currency": movement.currency,
        "recorded_at": movement.recorded_at,
    }


def _statement_row(statement: NewStatement) -> dict[str, object]:
    return {
        "account_id": statement.account_id,
        "dimension": statement.dimension,
        "value": statement.value,
        "valid_from": statement.valid_from,
        "recorded_at": statement.recorded_at,
    }


def _repair(session: Session, news: News, given: Circumstances) -> None:
    dates = [movement.effective_on for movement in news.movements]
    dates += [statement.valid_from for statement in news.statements]
    if news.accounts.moved:
        dates.append(date.min)
    repair(
        session,
        roots=_touched_roots(session, news),
        since=min(dates, default=given.today),
        tiers=given.tiers,
        today=given.today,
    )


def _touched_roots(session: Session, news: News) -> set[str]:
    touched = {movement.account_id for movement in news.movements}
    touched |= {statement.account_id for statement in news.statements}
    roots = set(news.accounts.moved)
    for some in batches(sorted(touched)):
        statement = select(col(Account.root_id)).where(col(Account.account_id).in_(some))
        roots.update(session.scalars(statement))
    return roots
