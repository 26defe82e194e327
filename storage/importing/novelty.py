"""What of a batch is new to the ledger, what it holds already, and what contradicts it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.batching import batches
from storage.importing.batch import Batch, NewMovement, NewStatement
from storage.importing.findings import Finding
from storage.models import AccountAttribute, MrrMovement

_Content = tuple[str, date, int, str, str | None, datetime]
_Place = tuple[str, str, date]
_Said = tuple[str, datetime]


def new_movements(session: Session, batch: Batch) -> tuple[list[NewMovement], list[NewMovement]]:
    """Return the movements that the ledger lacks, and those whose id is in use for another one."""
    known = _held_content(session, batch)
    fresh, conflicting = [], []
    for movement in batch.movements:
        content = _content(movement)
        held = known.setdefault(movement.movement_id, content)
        if held is content:
            fresh.append(movement)
        elif held[:-1] != content[:-1] or (movement.states_recorded_at and held != content):
            conflicting.append(movement)
    return fresh, conflicting


def new_statements(
    session: Session, batch: Batch, fresh: Iterable[NewMovement]
) -> tuple[list[NewStatement], list[Finding]]:
    """Return the statements on attributes that the ledger lacks.

    A line that the ledger holds already may add a dimension that it did not have before; giving
    one that it had another value is a finding, because it would rewrite what was said.
    """
    fresh_ids = {movement.movement_id for movement in fresh}
    held = _held_values(session, batch.statements)
    newest = {place: said[-1][0] for place, said in held.items()}
    new, findings = [], []
    for statement in batch.statements:
        place = _place(statement)
        is_old_line = statement.movement_id is not None and statement.movement_id not in fresh_ids
        if is_old_line and place in held:
            if all(statement.value != value for value, _ in held[place]):
                findings.append(_contradiction(statement))
        elif newest.get(place) != statement.value and not _was_said(statement, held):
            newest[place] = statement.value
            new.append(statement)
    return new, findings


def _place(statement: NewStatement) -> _Place:
    return statement.account_id, statement.dimension, statement.valid_from


def _was_said(statement: NewStatement, held: Mapping[_Place, Sequence[_Said]]) -> bool:
    """Tell whether the ledger holds what no movement says, from the same moment."""
    said = held.get(_place(statement), ())
    return statement.movement_id is None and (statement.value, statement.recorded_at) in said


def _contradiction(statement: NewStatement) -> Finding:
    return Finding(
        statement.line,
        f"{statement.dimension} is something else in the ledger for this row:"
        " correct it with `nrrbot import accounts` or in a new row",
    )


def _content(movement: NewMovement) -> _Content:
    return (
        movement.account_id,
        movement.effective_on,
        movement.amount_minor,
        movement.currency,
        movement.driver,
        movement.recorded_at,
    )


def _held_content(session: Session, batch: Batch) -> dict[str, _Content]:
    table = MrrMovement
    held: dict[str, _Content] = {}
    for ids in batches(movement.movement_id for movement in batch.movements):
        statement = select(
            col(table.movement_id),
            col(table.account_id),
            col(table.effective_on),
            col(table.amount_minor),
            col(table.currency),
            col(table.driver),
            col(table.recorded_at),
        ).where(col(table.source) == batch.source, col(table.movement_id).in_(ids))
        held |= {key: (*content,) for key, *content in session.execute(statement)}
    return held


def _held_values(session: Session, statements: Sequence[NewStatement]) -> dict[_Place, list[_Said]]:
    table = AccountAttribute
    held: defaultdict[_Place, list[_Said]] = defaultdict(list)
    for accounts in batches(sorted({statement.account_id for statement in statements})):
        query = (
            select(
                col(table.account_id),
                col(table.dimension),
                col(table.valid_from),
                col(table.value),
                col(table.recorded_at),
            )
            .where(col(table.account_id).in_(accounts))
            .order_by(col(table.id))
        )
        for account, dimension, valid_from, value, recorded_at in session.execute(query):
            held[account, dimension, valid_from].append((value, recorded_at))
    return dict(held)
