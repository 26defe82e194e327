"""What of a batch is new to the ledger, what it holds already, and what contradicts it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from storage.batching import batches
from storage.importing.batch import Batch, NewMovement, NewStatement
from storage.importing.findings import Finding
from storage.models import AccountAttribute, MrrMovement

_Content = tuple[str, date, int, str, str | None, str | None]
_Place = tuple[str, str, date]


def new_movements(session: Session, batch: Batch) -> tuple[list[NewMovement], list[Finding]]:
    """Return the movements that the ledger lacks; the same id with other content is a finding."""
    known = _held_content(session, batch)
    fresh, findings = [], []
    for movement in batch.movements:
        content = _content(movement)
        held = known.setdefault(movement.movement_id, content)
        if held != content:
            findings.append(
                Finding(
                    movement.line,
                    "movement_id is in use for other content: a correction is a new row"
                    " with an id of its own",
                )
            )
        elif held is content:
            fresh.append(movement)
    return fresh, findings


def new_statements(
    session: Session, batch: Batch, fresh: Iterable[NewMovement]
) -> tuple[list[NewStatement], list[Finding]]:
    """Return the statements on attributes that the ledger lacks.

    A line that the ledger holds already may add a dimension that it did not have before; giving
    one that it had another value is a finding, because it would rewrite what was said.
    """
    fresh_ids = {movement.movement_id for movement in fresh}
    said = _held_values(session, batch.statements)
    new, findings = [], []
    for statement in batch.statements:
        values = said[statement.account_id, statement.dimension, statement.valid_from]
        is_old_line = statement.movement_id is not None and statement.movement_id not in fresh_ids
        if is_old_line and values and statement.value not in values:
            findings.append(
                Finding(
                    statement.line,
                    f"{statement.dimension} is something else in the ledger for this row:"
                    " correct it with `nrrbot import accounts` or in a new row",
                )
            )
        elif (
            (statement.value not in values) if is_old_line else (statement.value not in values[-1:])
        ):
            values.append(statement.value)
            new.append(statement)
    return new, findings


def _content(movement: NewMovement) -> _Content:
    return (
        movement.account_id,
        movement.effective_on,
        movement.amount_minor,
        movement.currency,
        movement.driver,
        movement.product,
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
            col(table.product),
        ).where(col(table.source) == batch.source, col(table.movement_id).in_(ids))
        held |= {key: (*content,) for key, *content in session.execute(statement)}
    return held


def _held_values(
    session: Session, statements: Sequence[NewStatement]
) -> defaultdict[_Place, list[str]]:
    table = AccountAttribute
    held: defaultdict[_Place, list[str]] = defaultdict(list)
    for accounts in batches(sorted({statement.account_id for statement in statements})):
        query = (
            select(
                col(table.account_id), col(table.dimension), col(table.valid_from), col(table.value)
            )
            .where(col(table.account_id).in_(accounts))
            .order_by(col(table.recorded_at), col(table.id))
        )
        for account, dimension, valid_from, value in session.execute(query):
            held[account, dimension, valid_from].append(value)
    return held
