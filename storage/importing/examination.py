"""Examine a batch against the ledger: what of it is new, and all that is wrong with it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.movements import MovementKind
from storage.batching import batches
from storage.importing.accounts import AccountChanges, account_changes
from storage.importing.batch import ID_IN_USE, Batch, NewMovement, NewStatement
from storage.importing.findings import Finding, ImportRefusedError
from storage.importing.novelty import new_movements, new_statements
from storage.importing.replay import Held, Replay, replay
from storage.models import MrrMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What of a batch the ledger lacks, with the kind of each new movement by its id."""

    movements: Sequence[NewMovement] = ()
    kinds: Mapping[str, MovementKind] = field(default_factory=dict)
    statements: Sequence[NewStatement] = ()
    accounts: AccountChanges = field(default_factory=AccountChanges)

    @property
    def lines(self) -> frozenset[int]:
        """The lines of the file that say something new."""
        of_movements = {movement.line for movement in self.movements}
        return self.accounts.lines | of_movements | {said.line for said in self.statements}


def examine(session: Session, batch: Batch) -> News:
    """Return what is new in a batch.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with it, with everything that is.
    """
    if batch.ragged:
        raise ImportRefusedError(batch.findings)
    movements, conflicting = new_movements(session, batch)
    currency = _currency(session, batch)
    strange = [movement for movement in batch.movements if movement.currency != currency]
    doubtful = batch.unreadable | {movement.account_id for movement in (*conflicting, *strange)}
    statements, contradictions = new_statements(session, batch, movements)
    accounts = account_changes(session, batch.accounts, unreadable=batch.unreadable)
    replayed = _replay(session, batch, movements, leave_out=doubtful)
    findings = [
        *batch.findings,
        *map(_conflict, conflicting),
        *(_strange(movement, currency) for movement in strange),
        *contradictions,
        *accounts.findings,
        *replayed.findings,
    ]
    if findings:
        raise ImportRefusedError(findings)
    return News(movements=movements, kinds=replayed.kinds, statements=statements, accounts=accounts)


def _conflict(movement: NewMovement) -> Finding:
    return Finding(movement.line, f"movement_id {ID_IN_USE}")


def _strange(movement: NewMovement, currency: str | None) -> Finding:
    return Finding(
        movement.line,
        f"currency is {movement.currency} where the rest is {currency}:"
        " there is no conversion yet, so keep one currency to a store",
    )


def _currency(session: Session, batch: Batch) -> str | None:
    """Return the ledger's currency, or the one of the file's first movement."""
    held = session.scalar(select(col(MrrMovement.currency)).limit(1))
    return held or next((movement.currency for movement in batch.movements), None)


def _replay(
    session: Session,
    batch: Batch,
    movements: Sequence[NewMovement],
    *,
    leave_out: Collection[str],
) -> Replay:
    fresh = {movement.movement_id for movement in movements}
    by_account: defaultdict[str, list[NewMovement]] = defaultdict(list)
    restated: dict[tuple[str, str], NewMovement] = {}
    for movement in batch.movements:
        if movement.account_id not in leave_out and movement.movement_id not in fresh:
            restated[batch.source, movement.movement_id] = movement
            by_account[movement.account_id] += []
    for movement in movements:
        if movement.account_id not in leave_out:
            by_account[movement.account_id].append(movement)
    held = _held(session, by_account)
    result = Replay({}, [])
    for account, new in by_account.items():
        of_account = replay(held[account], new, restated=restated)
        result.kinds.update(of_account.kinds)
        result.findings.extend(of_account.findings)
    return result


def _held(session: Session, accounts: Collection[str]) -> defaultdict[str, list[Held]]:
    held: defaultdict[str, list[Held]] = defaultdict(list)
    table = MrrMovement
    for some in batches(sorted(accounts)):
        statement = (
            select(
                col(table.account_id),
                col(table.effective_on),
                col(table.amount_minor),
                col(table.source),
                col(table.movement_id),
                col(table.kind),
                col(table.import_id),
            )
            .where(col(table.account_id).in_(some))
            .order_by(col(table.effective_on), col(table.id))
        )
        for account, effective_on, amount, source, key, kind, import_id in session.execute(
            statement
        ):
            held[account].append(Held(effective_on, amount, (source, key), kind, import_id))
    return held
