"""Comparison of a file with the ledger: rows that are new, held already, or contradict it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.batch import NewStatement
from storage.importing.labels import number_of_source
from storage.importing.movements import FileMovements
from storage.importing.report import RowFinding
from storage.store.statements import batches
from storage.tables.facts import AccountRow, AttributeRow, Currency, Driver, MovementRow
from storage.tables.ledger import DimensionValue

_Content = tuple[str, int, int, str, str | None, int]
Slot = tuple[str, str, int]
"""Account, dimension and day of a statement."""
Said = tuple[str, int]
"""Value and moment of a statement."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Indexes of the movements that the ledger lacks, and of those whose id it has for another.

    ``known`` are the indexes of the rest: the ledger holds them, or the file says them twice.
    """

    fresh: Sequence[int]
    conflicting: Sequence[int] = ()
    known: Sequence[int] = ()

    def old_keys(self, movements: FileMovements) -> set[str | None]:
        """Return the ids of movements that the ledger holds."""
        known = {movements.movement_id[place] for place in (*self.known, *self.conflicting)}
        # A row that the file says twice is among the fresh ones too: its id is new all the same.
        return known.difference(movements.movement_id[place] for place in self.fresh if known)


def new_movements(
    session: Session, movements: FileMovements, *, source: str, recorded: int, is_first: bool
) -> Comparison:
    """Tell new movements from those that the ledger holds.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether the ledger holds nothing of this source yet, and so need not be asked.
    """
    keys = [key for key in movements.movement_id if key is not None]
    distinct = set(keys)
    held = {} if is_first else _held_content(session, distinct, source=source)
    if not held and len(distinct) == len(keys):
        return Comparison(range(len(movements)))
    moments = movements.content.recorded
    fresh, conflicting, known = [], [], []
    for place, key in enumerate(movements.movement_id):
        content = _content(movements, place, recorded)
        before = content if key is None else held.setdefault(key, content)
        if before is content:
            fresh.append(place)
        # A row that states no moment has that of this import: it cannot contradict by it.
        elif before[:-1] != content[:-1] or (moments[place] is not None and before != content):
            conflicting.append(place)
        else:
            known.append(place)
    return Comparison(fresh, conflicting, known)


def new_statements(
    session: Session,
    statements: Iterable[NewStatement],
    *,
    old: Collection[str | None],
    is_first: bool,
) -> tuple[list[NewStatement], list[RowFinding]]:
    """Return the statements on attributes that the ledger lacks.

    A line that the ledger holds already may add a dimension that it did not have before; giving
    one that it had another value is a finding, because it would rewrite what was said.

    Parameters
    ----------
    old : collection of str
        Ids of movements that the ledger holds.
    is_first : bool
        Whether the ledger holds no attribute yet, and so need not be asked.
    """
    held: Mapping[Slot, Sequence[Said]] = {}
    if not is_first:
        statements = list(statements)  # gone through twice
        held = _held_values(session, {statement.account_id for statement in statements})
    return fresh_statements(statements, held=held, old=old)


def fresh_statements(
    statements: Iterable[NewStatement],
    *,
    held: Mapping[Slot, Sequence[Said]],
    old: Collection[str | None],
) -> tuple[list[NewStatement], list[RowFinding]]:
    """Return the statements that those held do not make already, and contradictions to them."""
    newest = {slot: said[-1][0] for slot, said in held.items()}
    new, findings = [], []
    for statement in statements:
        slot = statement.account_id, statement.dimension, statement.valid_from
        if statement.movement_id in old and slot in held:
            if all(statement.value != value for value, _ in held[slot]):
                findings.append(_contradiction(statement))
        elif newest.get(slot) != statement.value and not _was_said(statement, held.get(slot, ())):
            newest[slot] = statement.value
            new.append(statement)
    return new, findings


def _was_said(statement: NewStatement, said: Sequence[Said]) -> bool:
    # An accounts file that is sent again would otherwise undo what a later one corrected.
    return statement.movement_id is None and (statement.value, statement.recorded) in said


def _contradiction(statement: NewStatement) -> RowFinding:
    return RowFinding(
        statement.line,
        f"{statement.dimension} is something else in the ledger for this row:"
        " correct it with `nrrbot import accounts` or in a new row",
    )


def _content(movements: FileMovements, place: int, recorded: int) -> _Content:
    content = movements.content
    moment = content.recorded[place]
    return (
        content.account_id[place],
        content.day[place],
        content.amount_minor[place],
        content.currency[place],
        content.driver[place],
        recorded if moment is None else moment,
    )


def _held_content(session: Session, keys: Iterable[str], *, source: str) -> dict[str, _Content]:
    table = MovementRow
    held: dict[str, _Content] = {}
    statement = (
        select(
            *map(col, (table.movement_id, AccountRow.account_id, table.day, table.amount_minor)),
            *map(col, (Currency.code, Driver.name, table.recorded)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .outerjoin(Driver, col(Driver.number) == col(table.driver))
        .where(col(table.source) == number_of_source(session, source))
    )
    for some in batches(sorted(keys)):
        for key, *content in session.execute(statement.where(col(table.movement_id).in_(some))):
            held[key] = tuple(content)
    return held


def _held_values(session: Session, accounts: Iterable[str]) -> dict[Slot, list[Said]]:
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
    for some in batches(sorted(accounts)):
        query = statement.where(col(AccountRow.account_id).in_(some))
        for account, dimension, valid_from, value, recorded in session.execute(query):
            held[account, dimension, valid_from].append((value, recorded))
    return dict(held)
