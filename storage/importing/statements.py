"""Statements of a file on attributes: those that the ledger lacks, and those that contradict it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.importing.batch import AccountGroup, NewStatement
from storage.importing.comparison import OldRows
from storage.importing.movements import Texts, Whole
from storage.importing.report import RowFinding
from storage.importing.statement_comparison import compared
from storage.importing.statement_rows import StatementRows, statements_of
from storage.store.statements import batches
from storage.tables.facts import AccountRow, AttributeRow
from storage.tables.ledger import DimensionValue

Slot = tuple[str, str, int]
"""Account, dimension and day of a statement."""
Said = tuple[str, int]
"""Value and moment of a statement."""
TAKEN_BACK = -1
"""In place of the moment of a statement that was taken back: a file may make it again."""


def new_statements(
    session: Session,
    group: AccountGroup,
    *,
    old: OldRows,
    recorded: int,
    is_first: bool,
    kept: Counter[str],
) -> tuple[StatementRows, list[RowFinding]]:
    """Return the statements on attributes that the ledger lacks.

    A line that the ledger holds already may add a dimension that it did not have before; giving
    one that it had another value is a finding, because it would rewrite what was said.

    Parameters
    ----------
    old : OldRows
        Movements that the ledger holds.
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether the ledger holds no attribute yet, and so need not be asked.
    kept : Counter of str
        Takes the dimensions that rows without ids, which are held, say otherwise by now.
    """
    if isinstance(group.statements, StatementRows):
        rows, is_old = group.statements, np.zeros(len(group.statements), bool)
        fresh, _ = compared(session, rows, is_old, is_first=is_first)
        return rows.pick(fresh), []
    if group.statements:
        names = () if is_first else {said.account_id for said in group.statements}
        return _of_accounts(group.statements, held_values(session, names)), []
    movements = group.movements
    rows = statements_of(movements, recorded)
    fresh, other = compared(session, rows, old.flags(movements)[rows.place], is_first=is_first)
    has_id = np.array([movements.movement_id[row] is not None for row in rows.place[other]], bool)
    # Attributes are no part of what a row without an id is known by: they stay as held.
    kept.update(rows.pairs[number][0] for number in rows.pair[other[~has_id]].tolist())
    return rows.pick(fresh), [*_contradictions(rows, other[has_id])]


def fresh_statements(
    statements: Iterable[NewStatement], held: Mapping[Slot, Sequence[Said]]
) -> list[NewStatement]:
    """Return the statements that those held do not make already."""
    newest = {slot: said[-1][0] for slot, said in held.items()}
    new = []
    for statement in statements:
        slot = statement.account_id, statement.dimension, statement.valid_from
        # An accounts file that is sent again would otherwise undo what a later one corrected.
        was_said = (statement.value, statement.recorded) in held.get(slot, ())
        if newest.get(slot) != statement.value and not was_said:
            newest[slot] = statement.value
            new.append(statement)
    return new


def _of_accounts(
    statements: Sequence[NewStatement], held: Mapping[Slot, Sequence[Said]]
) -> StatementRows:
    new = fresh_statements(statements, held)
    accounts = Texts()
    pairs: dict[tuple[str, str], int] = {}
    cells = [
        (
            *(said.line, accounts[said.account_id]),
            pairs.setdefault((said.dimension, said.value), len(pairs)),
            *(said.valid_from, said.recorded, place),
        )
        for place, said in enumerate(new)
    ]
    columns = np.array(cells, np.int64).reshape(len(cells), 6).T
    names = [one.name for one in fields(StatementRows)][2:]
    arrays = dict(zip(names, columns, strict=True))
    return StatementRows(accounts=accounts, pairs=list(pairs), **arrays)


def _contradictions(rows: StatementRows, some: Whole) -> Iterator[RowFinding]:
    lines = rows.line[some].tolist()
    for line, number in zip(lines, rows.pair[some].tolist(), strict=True):
        yield RowFinding(
            line,
            f"{rows.pairs[number][0]} is something else in the ledger for this row:"
            " correct it with `nrrbot import accounts` or in a new row",
        )


def held_values(session: Session, accounts: Iterable[str]) -> dict[Slot, list[Said]]:
    """Read all that the ledger says of accounts' attributes, the newest last."""
    table = AttributeRow
    held: defaultdict[Slot, list[Said]] = defaultdict(list)
    statement = (
        select(
            *map(col, (AccountRow.account_id, DimensionValue.dimension, table.valid_from)),
            *map(col, (DimensionValue.value, table.recorded, table.import_id)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(DimensionValue, col(DimensionValue.number) == col(table.pair))
        .order_by(col(table.id))  # the newest last: of several from one day on it counts
    )
    gone = reversed_runs(session)
    for some in batches(accounts):
        query = statement.where(col(AccountRow.account_id).in_(some))
        for account, dimension, valid_from, value, recorded, run in session.execute(query):
            said = value, TAKEN_BACK if run in gone else recorded
            held[account, dimension, valid_from].append(said)
    return dict(held)
