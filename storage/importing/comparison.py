"""What of a file is new to the ledger, what it holds already, and what contradicts it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.batch import NewStatement
from storage.importing.findings import RowFinding
from storage.importing.movements import FileMovements
from storage.store.column_types import moment_text
from storage.store.statements import batches
from storage.tables.ledger import AccountAttribute, MrrMovement

_Content = tuple[str, str, int, str, str | None, str]
_Place = tuple[str, str, str]
_Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Places of the movements that the ledger lacks, and of those whose id it has for another.

    ``known`` are the places of the rest: the ledger holds them, or the file says them twice.
    """

    fresh: Sequence[int]
    conflicting: Sequence[int] = ()
    known: Sequence[int] = ()

    def old_keys(self, movements: FileMovements) -> set[str | None]:
        """Return the ids of movements that the ledger holds."""
        known = {movements.movement_id[place] for place in (*self.known, *self.conflicting)}
        return known.difference(movements.movement_id[place] for place in self.fresh if known)


def new_movements(
    session: Session, movements: FileMovements, *, source: str, recorded_at: str, is_first: bool
) -> Comparison:
    """Tell new movements from those that the ledger holds.

    Parameters
    ----------
    recorded_at : str
        The moment of movements that state none.
    is_first : bool
        Whether the ledger holds nothing of this source yet, and so need not be asked.
    """
    keys = [key for key in movements.movement_id if key is not None]
    distinct = set(keys)
    held = {} if is_first else _held_content(session, distinct, source=source)
    if not held and len(distinct) == len(keys):
        return Comparison(range(len(movements)))
    fresh, conflicting, known = [], [], []
    for place, key in enumerate(movements.movement_id):
        content = _content(movements, place, recorded_at)
        before = content if key is None else held.setdefault(key, content)
        if before is content:
            fresh.append(place)
        elif before[:-1] != content[:-1] or (movements.recorded_at[place] and before != content):
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
    held: Mapping[_Place, Sequence[_Said]] = {}
    if not is_first:
        statements = list(statements)
        held = _held_values(session, {statement.account_id for statement in statements})
    newest = {place: said[-1][0] for place, said in held.items()}
    new, findings = [], []
    for statement in statements:
        place = statement.account_id, statement.dimension, statement.valid_from
        if statement.movement_id in old and place in held:
            if all(statement.value != value for value, _ in held[place]):
                findings.append(_contradiction(statement))
        elif newest.get(place) != statement.value and not _was_said(statement, held.get(place, ())):
            newest[place] = statement.value
            new.append(statement)
    return new, findings


def _was_said(statement: NewStatement, said: Sequence[_Said]) -> bool:
    """Tell whether the ledger holds what no movement says, from the same moment."""
    return statement.movement_id is None and (statement.value, statement.recorded_at) in said


def _contradiction(statement: NewStatement) -> RowFinding:
    return RowFinding(
        statement.line,
        f"{statement.dimension} is something else in the ledger for this row:"
        " correct it with `nrrbot import accounts` or in a new row",
    )


def _content(movements: FileMovements, place: int, recorded_at: str) -> _Content:
    return (
        movements.account_id[place],
        movements.effective_on[place],
        movements.amount_minor[place],
        movements.currency[place],
        movements.driver[place],
        movements.recorded_at[place] or recorded_at,
    )


def _held_content(session: Session, keys: Iterable[str], *, source: str) -> dict[str, _Content]:
    table = MrrMovement
    held: dict[str, _Content] = {}
    for some in batches(sorted(keys)):
        statement = select(
            col(table.movement_id),
            col(table.account_id),
            col(table.effective_on),
            col(table.amount_minor),
            col(table.currency),
            col(table.driver),
            col(table.recorded_at),
        ).where(col(table.source) == source, col(table.movement_id).in_(some))
        for key, account, day, amount, currency, driver, recorded_at in session.execute(statement):
            content = account, day.isoformat(), amount, currency, driver, moment_text(recorded_at)
            held[key] = content
    return held


def _held_values(session: Session, accounts: Iterable[str]) -> dict[_Place, list[_Said]]:
    table = AccountAttribute
    held: defaultdict[_Place, list[_Said]] = defaultdict(list)
    for some in batches(sorted(accounts)):
        query = (
            select(
                col(table.account_id),
                col(table.dimension),
                col(table.valid_from),
                col(table.value),
                col(table.recorded_at),
            )
            .where(col(table.account_id).in_(some))
            .order_by(col(table.id))
        )
        for account, dimension, valid_from, value, recorded_at in session.execute(query):
            place = account, dimension, valid_from.isoformat()
            held[place].append((value, moment_text(recorded_at)))
    return dict(held)
