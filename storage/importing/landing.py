"""Land a batch in the ledger: checked against it, in one transaction, whole or not at all."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from metrics.movements import MovementKind
from metrics.segments import Tiers
from storage.batching import batches
from storage.importing.accounts import AccountChanges, account_changes
from storage.importing.batch import Batch, NewMovement, NewStatement
from storage.importing.findings import Finding, ImportRefusedError, ImportReport, ImportStatus
from storage.importing.novelty import new_movements, new_statements
from storage.importing.replay import Held, replay
from storage.models import Account, AccountAttribute, ImportRun, MrrMovement
from storage.month_balances import repair


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
    closed_through = max(
        (day for day in (latest and latest.closed_through, given.closed_through) if day),
        default=None,
    )
    closes = closed_through != (latest.closed_through if latest else None)
    if _is_known(session, batch):
        news = _News([], [], AccountChanges(), {})
    else:
        news = _examine(session, batch)
    status = ImportStatus.UNCHANGED
    version = latest.data_version if latest else 0
    if closes or news.anything:
        version += 1
        status = ImportStatus.IMPORTED
        run = ImportRun(
            source=batch.source,
            sha256=batch.sha256,
            rows=batch.rows,
            findings=0,
            started_at=given.started_at,
            finished_at=given.clock(),
            data_version=version,
            closed_through=closed_through,
        )
        session.add(run)
        session.flush()
        _store(session, batch.source, news, import_id=run.id)
        _repair(session, news, given)
    return ImportReport(
        status=status,
        rows=batch.rows,
        imported=len(news.movements),
        known=len(batch.movements) - len(news.movements),
        data_version=version,
        closed_through=closed_through,
    )


@dataclass(frozen=True, slots=True)
class _News:
    """What of a batch the ledger lacks, with the kind of each new movement."""

    movements: Sequence[NewMovement]
    statements: Sequence[NewStatement]
    accounts: AccountChanges
    kinds: dict[str, MovementKind]

    @property
    def anything(self) -> bool:
        return bool(self.movements or self.statements or self.accounts.rows)


def _is_known(session: Session, batch: Batch) -> bool:
    return bool(
        session.scalar(
            select(func.count())
            .select_from(ImportRun)
            .where(col(ImportRun.sha256) == batch.sha256, col(ImportRun.source) == batch.source)
        )
    )


def _examine(session: Session, batch: Batch) -> _News:
    movements, conflicts = new_movements(session, batch)
    statements, contradictions = new_statements(session, batch, movements)
    accounts = account_changes(session, batch.accounts)
    kinds, disagreements = _classify(session, movements, leave_out=batch.unreadable)
    findings = [
        *batch.findings,
        *conflicts,
        *contradictions,
        *accounts.findings,
        *_mixed_currencies(session, batch.movements),
        *disagreements,
    ]
    if findings:
        raise ImportRefusedError(findings)
    return _News(movements, statements, accounts, kinds)


def _mixed_currencies(session: Session, movements: Sequence[NewMovement]) -> list[Finding]:
    """Find rows in another currency than the ledger's, or than the file's first row."""
    expected = session.scalar(select(func.max(col(MrrMovement.currency))))
    if expected is None and movements:
        expected = movements[0].currency
    return [
        Finding(
            movement.line,
            f"currency is {movement.currency} where the rest is {expected}:"
            " there is no conversion yet, so keep one currency to a store",
        )
        for movement in movements
        if movement.currency != expected
    ]


def _classify(
    session: Session, movements: Sequence[NewMovement], *, leave_out: Collection[str]
) -> tuple[dict[str, MovementKind], list[Finding]]:
    by_account: defaultdict[str, list[NewMovement]] = defaultdict(list)
    for movement in movements:
        if movement.account_id not in leave_out:
            by_account[movement.account_id].append(movement)
    held = _held(session, by_account)
    kinds, findings = dict[str, MovementKind](), list[Finding]()
    for account, new in by_account.items():
        result = replay(held[account], new)
        kinds |= result.kinds
        findings += result.findings
    return kinds, findings


def _held(session: Session, accounts: Collection[str]) -> defaultdict[str, list[Held]]:
    held: defaultdict[str, list[Held]] = defaultdict(list)
    table = MrrMovement
    for some in batches(sorted(accounts)):
        statement = (
            select(col(table.account_id), col(table.effective_on), col(table.amount_minor))
            .where(col(table.account_id).in_(some))
            .order_by(col(table.effective_on), col(table.id))
        )
        for account, effective_on, amount in session.execute(statement):
            held[account].append(Held(effective_on, amount))
    return held


def _store(session: Session, source: str, news: _News, *, import_id: int | None) -> None:
    news.accounts.apply(session)
    if news.movements:
        session.connection().execute(
            insert(MrrMovement),
            [
                {
                    "source": source,
                    "movement_id": movement.movement_id,
                    "account_id": movement.account_id,
                    "product": movement.product,
                    "effective_on": movement.effective_on,
                    "kind": news.kinds[movement.movement_id],
                    "driver": movement.driver,
                    "amount_minor": movement.amount_minor,
                    "currency": movement.currency,
                    "recorded_at": movement.recorded_at,
                    "import_id": import_id,
                }
                for movement in news.movements
            ],
        )
    if news.statements:
        session.connection().execute(
            insert(AccountAttribute),
            [
                {
                    "account_id": statement.account_id,
                    "dimension": statement.dimension,
                    "value": statement.value,
                    "valid_from": statement.valid_from,
                    "recorded_at": statement.recorded_at,
                    "import_id": import_id,
                }
                for statement in news.statements
            ],
        )


def _repair(session: Session, news: _News, given: Circumstances) -> None:
    dates = [movement.effective_on for movement in news.movements]
    dates += [statement.valid_from for statement in news.statements]
    if news.accounts.moved:
        dates.append(date.min)
    touched = {movement.account_id for movement in news.movements}
    touched |= {statement.account_id for statement in news.statements}
    roots = set(news.accounts.moved)
    for some in batches(sorted(touched)):
        roots |= set(
            session.scalars(select(col(Account.root_id)).where(col(Account.account_id).in_(some)))
        )
    repair(
        session,
        roots=roots,
        since=min(dates, default=given.today),
        tiers=given.tiers,
        today=given.today,
    )
