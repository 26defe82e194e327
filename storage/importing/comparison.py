"""Comparison of a file with the ledger: rows that are new, held already, or contradict it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.live import is_live
from storage.importing.contents import HeldRows, held_of, match
from storage.importing.labels import number_of_source, product_name
from storage.importing.movements import NO_NUMBER, FileMovements, Whole
from storage.importing.waiting import waiting_rows
from storage.store.statements import batches
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

_Content = tuple[str, int, int, str, str | None, str | None, int]


def _no_rows() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Indexes of the movements that the ledger lacks, and of those whose id it has for another.

    ``known`` are the indexes of the rest: they are held, or the file says them twice. ``old`` has
    the keys, as `key_of` gives them, of movements that are held. ``missing`` are rows without ids
    that are held of the same source and accounts, and that the file does not have; ``withdrawn``
    the numbers of waiting rows that the file says otherwise. ``matched`` of the known are equal to
    held rows without ids.
    """

    fresh: Whole
    conflicting: Whole = field(default_factory=_no_rows)
    known: Whole = field(default_factory=_no_rows)
    old: frozenset[str | None] = frozenset()
    missing: HeldRows = field(default_factory=lambda: HeldRows.of([]))
    withdrawn: Sequence[int] = ()
    matched: int = 0


def key_of(movements: FileMovements, row: int) -> str:
    """Find the key of a row: its id, or one that no row can have, for labels hold no line break."""
    return movements.movement_id[row] or f"\n{movements.line[row]}"


def new_movements(
    session: Session,
    movements: FileMovements,
    *,
    source: str,
    recorded: int,
    is_first: bool,
    repeats: bool,
) -> GroupComparison:
    """Tell new movements from those that the ledger holds, or that wait for their day.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    is_first : bool
        Whether nothing was held of this source as the import began.
    repeats : bool
        Whether the file may have an id twice.
    """
    held: dict[str, _Content] = {}
    waiting: dict[str, int] = {}
    if not is_first:
        keys = [key for key in movements.movement_id if key]
        number = number_of_source(session, source)
        held = {} if number is None else _held_content(session, keys, source=number)
        wanted = set(keys)
        for row in waiting_rows(session, source) if keys else ():
            if row.movement_id in wanted:
                held[row.movement_id] = _waiting_content(row)
                waiting[row.movement_id] = row.id
    if held or repeats:
        found = _compared(movements, held, waiting, recorded)
    else:
        found = GroupComparison(np.arange(len(movements)))
    return found if is_first else _without_ids(session, movements, source, found)


def _without_ids(
    session: Session, movements: FileMovements, source: str, found: GroupComparison
) -> GroupComparison:
    unnamed = [place for place, key in enumerate(movements.movement_id) if key is None]
    rows, names = np.array(unnamed, np.int64), movements.texts.account.names
    accounts = [names[number] for number in np.unique(movements.account[rows]).tolist()]
    held = held_of(session, movements.texts, source, accounts) if accounts else HeldRows.of([])
    if not len(held):
        return found
    again, missing = match(movements, rows, held)
    return replace(
        found,
        fresh=np.setdiff1d(found.fresh, again, assume_unique=True),
        known=np.sort(np.append(found.known, again)),
        old=found.old.union(key_of(movements, row) for row in again.tolist()),
        missing=held.pick(missing),
        matched=int(again.size),
    )


def _compared(
    movements: FileMovements, held: dict[str, _Content], waiting: dict[str, int], recorded: int
) -> GroupComparison:
    fresh, conflicting, known, withdrawn = [], [], [], []
    states_moment = (movements.recorded != NO_NUMBER).tolist()
    contents = _contents(movements, recorded)
    for place, (key, content) in enumerate(zip(movements.movement_id, contents, strict=True)):
        before = content if key is None else held.setdefault(key, content)
        # A row that states no moment has that of this import: it cannot contradict by it.
        is_other = before[:-1] != content[:-1] or (states_moment[place] and before != content)
        if before is content:
            fresh.append(place)
        elif is_other and key in waiting:  # it has not happened yet: what is said last counts
            withdrawn.append(waiting.pop(key))
            held[key] = content
            fresh.append(place)
        elif is_other:
            conflicting.append(place)
        else:
            known.append(place)
    old = {movements.movement_id[place] for place in (*known, *conflicting)}
    # A row that the file says twice is among the fresh ones too: its id is new all the same.
    old -= {movements.movement_id[place] for place in fresh if old}
    return GroupComparison(
        np.array(fresh, np.int64),
        np.array(conflicting, np.int64),
        np.array(known, np.int64),
        old=frozenset(old),
        withdrawn=withdrawn,
    )


def _contents(movements: FileMovements, recorded: int) -> Iterable[_Content]:
    texts = movements.texts
    moments = np.where(movements.recorded == NO_NUMBER, recorded, movements.recorded)
    return zip(
        map(texts.account.names.__getitem__, movements.account.tolist()),
        movements.day.tolist(),
        movements.amount.tolist(),
        map(texts.currency.names.__getitem__, movements.currency.tolist()),
        map(texts.product.name, movements.product.tolist()),
        map(texts.driver.name, movements.driver.tolist()),
        moments.tolist(),
        strict=True,
    )


def _waiting_content(row: DueMovement) -> _Content:
    moment = 0 if row.recorded is None else row.recorded
    labels = row.currency, row.product, row.driver
    return (row.account_id, row.day, row.amount_minor, *labels, moment)


def _held_content(session: Session, keys: Iterable[str], *, source: int) -> dict[str, _Content]:
    table = MovementRow
    held: dict[str, _Content] = {}
    statement = (
        select(
            *map(col, (table.movement_id, AccountRow.account_id, table.day, table.amount_minor)),
            *(col(Currency.code), product_name(), col(Driver.name), col(table.recorded)),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .outerjoin(Product, col(Product.number) == col(table.product))
        .outerjoin(Driver, col(Driver.number) == col(table.driver))
        .where(col(table.source) == source, is_live())
    )
    for some in batches(keys):
        found = statement.where(col(table.movement_id).in_(some))
        for key, *content in session.execute(found):
            held[key] = tuple(content)
    return held
