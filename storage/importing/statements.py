"""Statements of a file on attributes: those that the ledger lacks, and those that contradict it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.batch import AccountGroup, NewStatement
from storage.importing.comparison import key_of
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, Texts, Whole
from storage.importing.report import RowFinding
from storage.store.statements import batches
from storage.tables.facts import AccountRow, AttributeRow
from storage.tables.ledger import DimensionValue

Slot = tuple[str, str, int]
"""Account, dimension and day of a statement."""
Said = tuple[str, int]
"""Value and moment of a statement."""
_Pairs = list[tuple[str, str]]


def _no_rows() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRows:
    """Statements in arrays: ``account`` is a number in ``accounts``, ``pair`` one in ``pairs``."""

    accounts: Texts = field(default_factory=Texts)
    pairs: _Pairs = field(default_factory=list)
    line: Whole = field(default_factory=_no_rows)
    account: Whole = field(default_factory=_no_rows)
    pair: Whole = field(default_factory=_no_rows)
    day: Whole = field(default_factory=_no_rows)
    recorded: Whole = field(default_factory=_no_rows)
    place: Whole = field(default_factory=_no_rows)

    def __len__(self) -> int:
        return int(self.line.size)

    def pick(self, rows: Whole) -> Self:
        """Keep some of them, in the order of these."""
        names = [one.name for one in fields(self)][2:]
        picked = {name: getattr(self, name)[rows] for name in names}
        return type(self)(accounts=self.accounts, pairs=self.pairs, **picked)


def new_statements(
    session: Session,
    group: AccountGroup,
    *,
    old: Collection[str | None],
    recorded: int,
    is_first: bool,
    kept: Counter[str],
) -> tuple[StatementRows, list[RowFinding]]:
    """Return the statements on attributes that the ledger lacks.

    A line that the ledger holds already may add a dimension that it did not have before; giving
    one that it had another value is a finding, because it would rewrite what was said.

    Parameters
    ----------
    old : collection of str
        Ids of movements that the ledger holds.
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether the ledger holds no attribute yet, and so need not be asked.
    kept : Counter of str
        Takes the dimensions that rows without ids, which are held, say otherwise by now.
    """
    if group.statements:
        return _of_accounts(session, group.statements)
    rows = _of_movements(group.movements, recorded)
    named = [] if is_first else np.unique(rows.account).tolist()
    held = held_values(session, (rows.accounts.names[number] for number in named))
    known = {slot[0] for slot in held}
    is_known = np.zeros(len(rows.accounts.names) + 1, bool)
    is_known[[rows.accounts[account] for account in known]] = True
    to_compare = is_known[rows.account]
    again, findings = fresh_statements(
        _named(rows, np.flatnonzero(to_compare), group.movements), held=held, old=old, kept=kept
    )
    added = np.array([said.place for said in again], np.int64)
    fresh = np.append(_changes(rows, np.flatnonzero(~to_compare)), added)
    return rows.pick(np.sort(fresh)), findings


def fresh_statements(
    statements: Iterable[NewStatement],
    *,
    held: Mapping[Slot, Sequence[Said]],
    old: Collection[str | None],
    kept: Counter[str] | None = None,
) -> tuple[list[NewStatement], list[RowFinding]]:
    """Return the statements that those held do not make already, and contradictions to them."""
    newest = {slot: said[-1][0] for slot, said in held.items()}
    new, findings = [], []
    for statement in statements:
        slot = statement.account_id, statement.dimension, statement.valid_from
        if statement.movement_id in old and slot in held:
            is_other = all(statement.value != value for value, _ in held[slot])
            # Attributes are no part of what a row without an id is known by: they stay as held.
            if is_other and (statement.movement_id or "").startswith("\n"):
                if kept is not None:
                    kept[statement.dimension] += 1
            elif is_other:
                findings.append(_contradiction(statement))
        elif newest.get(slot) != statement.value and not _was_said(statement, held.get(slot, ())):
            newest[slot] = statement.value
            new.append(statement)
    return new, findings


def _of_accounts(
    session: Session, statements: Sequence[NewStatement]
) -> tuple[StatementRows, list[RowFinding]]:
    held = held_values(session, {said.account_id for said in statements})
    new, findings = fresh_statements(statements, held=held, old=())
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
    return StatementRows(accounts=accounts, pairs=list(pairs), **arrays), findings


def _of_movements(movements: FileMovements, recorded: int) -> StatementRows:
    """List the attributes of movements, row by row: each holds from its row's day on."""
    pairs: _Pairs = []
    rows, numbers, places = [_no_rows()], [_no_rows()], [_no_rows()]
    for number, (dimension, values) in enumerate(movements.attributes.items()):
        some = np.flatnonzero(values != NOTHING)
        rows.append(some)
        numbers.append(values[some] + len(pairs))
        places.append(some * len(movements.attributes) + number)
        pairs += [(dimension, value) for value in movements.texts.values[dimension].names]
    place = np.concatenate(places)
    order = np.argsort(place, kind="stable")
    of_row, pair = np.concatenate(rows)[order], np.concatenate(numbers)[order]
    moments = movements.recorded[of_row]
    return StatementRows(
        accounts=movements.texts.account,
        pairs=pairs,
        line=movements.line[of_row],
        account=movements.account[of_row],
        pair=pair,
        day=movements.day[of_row],
        recorded=np.where(moments == NO_NUMBER, recorded, moments),
        place=of_row,
    )


def _changes(rows: StatementRows, some: Whole) -> Whole:
    """Drop what is said twice in a row of one account, dimension and day: index of the rest."""
    dimensions: dict[str, int] = {}
    numbers = [dimensions.setdefault(name, len(dimensions)) for name, _ in rows.pairs]
    dimension = np.array(numbers, np.int64)[rows.pair[some]]
    order = some[np.lexsort((dimension, rows.day[some], rows.account[some]))]
    slots = [rows.account[order], rows.day[order], np.array(numbers, np.int64)[rows.pair[order]]]
    is_new = np.ones(order.size, bool)
    is_new[1:] = rows.pair[order][1:] != rows.pair[order][:-1]
    for slot in slots:
        is_new[1:] |= slot[1:] != slot[:-1]
    return order[is_new]


def _named(rows: StatementRows, some: Whole, movements: FileMovements) -> Iterable[NewStatement]:
    for place in some.tolist():
        row = int(rows.place[place])
        dimension, value = rows.pairs[rows.pair[place]]
        yield NewStatement(
            int(rows.line[place]),
            rows.accounts.names[rows.account[place]],
            dimension,
            value,
            int(rows.day[place]),
            int(rows.recorded[place]),
            key_of(movements, row),
            place,
        )


def _was_said(statement: NewStatement, said: Sequence[Said]) -> bool:
    # An accounts file that is sent again would otherwise undo what a later one corrected.
    return statement.movement_id is None and (statement.value, statement.recorded) in said


def _contradiction(statement: NewStatement) -> RowFinding:
    return RowFinding(
        statement.line,
        f"{statement.dimension} is something else in the ledger for this row:"
        " correct it with `nrrbot import accounts` or in a new row",
    )


def held_values(session: Session, accounts: Iterable[str]) -> dict[Slot, list[Said]]:
    """Read all that the ledger says of accounts' attributes, the newest last."""
    table = AttributeRow
    held: defaultdict[Slot, list[Said]] = defaultdict(list)
    statement = (
        select(
            *map(col, (AccountRow.account_id, DimensionValue.dimension, table.valid_from)),
            *map(col, (DimensionValue.value, table.recorded)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(DimensionValue, col(DimensionValue.number) == col(table.pair))
        .order_by(col(table.id))  # the newest last: of several from one day on it counts
    )
    for some in batches(accounts):
        query = statement.where(col(AccountRow.account_id).in_(some))
        for account, dimension, valid_from, value, recorded in session.execute(query):
            held[account, dimension, valid_from].append((value, recorded))
    return dict(held)
